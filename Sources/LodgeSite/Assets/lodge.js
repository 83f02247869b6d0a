// Filters, sorts and explains the table of sets.
//
// Without this script the page is whole: all rows are there, and each reason is one link away. So it
// makes its own controls, keeps nothing but what the address says, and reads nothing but the table.
"use strict";

(() => {
  const table = document.querySelector("table.sets");
  const reasons = document.getElementById("reasons");
  if (!table || !reasons) return;
  const region = table.parentElement;

  // Worst first, as everywhere.
  const OUTCOMES = ["FAIL", "error", "blocked", "not run", "not applicable", "not offered", "pass"];
  const BADNESS = ["pass", "not offered", "not applicable", "not run", "blocked", "error", "FAIL"];

  // --- What the table says ---------------------------------------------------------------------

  const heads = [...table.tHead.rows[0].cells];
  const columns = heads.slice(1).map((head, index) => ({
    head, index, key: head.dataset.key, title: head.textContent.trim(),
  }));

  const outcomeOf = (word) => OUTCOMES.find((outcome) => word.startsWith(outcome)) ?? word;

  const readLine = (element) => {
    const word = element.querySelector("b").textContent;
    const broken = Number(word.match(/\d+/)?.[0] ?? 1);
    return {
      element,
      stage: element.firstChild.textContent.trim(),
      outcome: outcomeOf(word),
      badness: BADNESS.indexOf(outcomeOf(word)) * 1e6 + broken,
    };
  };

  const readCell = (element) => {
    const reason = reasons.children[Number(element.dataset.w) - 1];
    return {
      element,
      reason: reason?.textContent.trim() ?? "",
      lines: [...element.querySelectorAll("p")].map(readLine),
      text: `${element.textContent} ${reason ? reason.textContent : ""}`.toLowerCase(),
    };
  };

  const rows = [...table.tBodies[0].rows].map((element, order) => {
    const [head, ...cells] = element.cells;
    return {
      element, order,
      name: head.querySelector("a").textContent,
      text: head.textContent.toLowerCase(),
      cells: cells.map(readCell),
    };
  });

  const names = [...new Set(rows.map((row) => row.name))].sort();
  const lines = rows.flatMap((row) => row.cells).flatMap((cell) => cell.lines);
  const stages = ["packages", "launch", "boot", "metal"]
    .filter((stage) => lines.some((line) => line.stage === stage));
  const outcomes = OUTCOMES.filter((outcome) => lines.some((line) => line.outcome === outcome));

  // --- What is asked: all of it stands in the address ------------------------------------------

  const KEYS = ["set", "type", "stage", "outcome", "find", "sort"];
  let wish = {};
  let typing = false;

  const readAddress = () => {
    const hash = location.hash.slice(1);
    // A place on the page, such as #main, asks for nothing else than before.
    if (hash && !hash.includes("=")) return;
    typing = false;
    const asked = new URLSearchParams(hash);
    wish = Object.fromEntries(KEYS.filter((key) => asked.get(key)).map((key) => [key, asked.get(key)]));
    show();
  };

  // Typing replaces its own entry of the history; a choice makes a new one to go back to.
  const ask = (change, { isTyped = false } = {}) => {
    wish = { ...wish, ...change };
    const asked = new URLSearchParams(KEYS.filter((key) => wish[key]).map((key) => [key, wish[key]]));
    if (`#${asked}` !== (location.hash || "#")) {
      history[isTyped && typing ? "replaceState" : "pushState"](null, "", `#${asked}`);
    }
    typing = isTyped;
    show();
  };

  addEventListener("popstate", readAddress);
  addEventListener("hashchange", readAddress);

  // --- The controls ----------------------------------------------------------------------------

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const choice = (key, label, options) => {
    const select = make("select", { id: `filter-${key}`, name: key },
      make("option", { value: "", textContent: "all" }),
      ...options.map(([value, text]) => make("option", { value, textContent: text })));
    select.addEventListener("change", () => ask({ [key]: select.value }));
    return { key, control: select, label: make("label", {}, label, select) };
  };

  const search = make("input", { id: "filter-find", name: "find", type: "search", autocomplete: "off", spellcheck: false });
  search.addEventListener("input", () => ask({ find: search.value.trim() }, { isTyped: true }));
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !search.value) return;
    event.preventDefault();
    search.value = "";
    ask({ find: "" });
  });

  const controls = [
    { key: "find", control: search, label: make("label", { className: "wide" }, "find in names, ids, dates and reasons", search) },
    ...(names.length > 1 ? [choice("set", "set", names.map((name) => [name, name]))] : []),
    choice("type", "type", columns.map(({ key, title }) => [key, title])),
    choice("stage", "stage", stages.map((stage) => [stage, stage])),
    choice("outcome", "outcome", outcomes.map((outcome) => [outcome, outcome])),
  ];
  const reset = make("button", { type: "button", textContent: "show all" });
  reset.addEventListener("click", () => {
    ask(Object.fromEntries(KEYS.map((key) => [key, ""])));
    search.focus();
  });
  const status = make("p", { id: "filter-status" });
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  const filter = make("div", { className: "filter" }, ...controls.map(({ label }) => label), reset, status);
  filter.setAttribute("role", "search");
  filter.setAttribute("aria-label", "Filter the table");
  region.before(filter);

  // A header goes through its two orders and back to newest first.
  for (const head of heads) {
    const { key } = head.dataset;
    const button = make("button", { type: "button", textContent: head.textContent.trim() });
    const orders = key === "set" ? ["set", "-set", ""] : [`-${key}`, key, ""];
    button.addEventListener("click", () => {
      ask({ sort: orders[(orders.indexOf(wish.sort ?? "") + 1) % orders.length] });
    });
    head.replaceChildren(button);
  }

  // --- What is shown ---------------------------------------------------------------------------

  const isShown = (line) => !wish.stage || line.stage === wish.stage;

  const fits = (row, shown, words) => {
    if (wish.set && row.name !== wish.set) return false;
    const cells = row.cells.filter((_, index) => shown.includes(index));
    const fitting = cells.filter((cell) => cell.lines.some(
      (line) => isShown(line) && (!wish.outcome || line.outcome === wish.outcome)));
    if ((wish.type || wish.stage || wish.outcome) && fitting.length === 0) return false;
    const text = [row, ...(wish.outcome ? fitting : cells)].map((part) => part.text).join(" ");
    return words.every((word) => text.includes(word));
  };

  const badness = (row, column) =>
    Math.max(-1, ...row.cells[column.index].lines.filter(isShown).map((line) => line.badness));

  const sorted = () => {
    const key = (wish.sort ?? "").replace(/^-/, "");
    const direction = (wish.sort ?? "").startsWith("-") ? -1 : 1;
    const column = columns.find((candidate) => candidate.key === key);
    const compare = (one, other) => {
      if (key === "set") return one.name.localeCompare(other.name, "en");
      return column ? badness(one, column) - badness(other, column) : 0;
    };
    return [...rows].sort((one, other) => direction * compare(one, other) || one.order - other.order);
  };

  // Where one type has the table for itself, there is room for its reasons.
  const tell = (cell, isTold) => {
    if (isTold && cell.reason && !cell.told) cell.element.append(cell.told = make("em", { textContent: cell.reason }));
    if (cell.told) cell.told.hidden = !isTold;
  };

  let shownOrder = rows.map((row) => row.order).join();
  const show = () => {
    hideReason();
    const known = columns.filter((column) => column.key === wish.type);
    const shown = (known.length ? known : columns).map((column) => column.index);
    for (const { head, index } of columns) head.hidden = !shown.includes(index);
    const words = (wish.find ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const isIn = fits(row, shown, words);
      row.element.hidden = !isIn;
      if (!isIn) continue;
      count += 1;
      row.cells.forEach((cell, index) => {
        cell.element.hidden = !shown.includes(index);
        for (const line of cell.lines) line.element.hidden = !isShown(line);
        tell(cell, known.length > 0 && shown.includes(index));
      });
    }
    const order = sorted();
    const newOrder = order.map((row) => row.order).join();
    if (newOrder !== shownOrder) table.tBodies[0].append(...order.map((row) => row.element));
    shownOrder = newOrder;
    for (const head of heads) {
      const isUp = wish.sort === head.dataset.key;
      if (isUp || wish.sort === `-${head.dataset.key}`) {
        head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
      } else {
        head.removeAttribute("aria-sort");
      }
    }
    table.classList.toggle("narrow", shown.length < columns.length);
    for (const { key, control } of controls) {
      if (control.value.trim() !== (wish[key] ?? "")) control.value = wish[key] ?? "";
    }
    reset.disabled = !KEYS.some((key) => wish[key]);
    const text = `${count} of ${rows.length} ${rows.length === 1 ? "set" : "sets"} shown`;
    if (status.textContent !== text) status.textContent = text;
  };

  // --- Why: the reason of a cell under the pointer or the focus --------------------------------

  const tip = make("div", { className: "why", id: "why", hidden: true });
  tip.setAttribute("role", "tooltip");
  document.body.append(tip);
  let explained = null;
  let leaving = 0;

  const hideReason = () => {
    clearTimeout(leaving);
    tip.hidden = true;
    explained?.querySelector("a")?.removeAttribute("aria-describedby");
    explained = null;
  };

  const showReason = (cell) => {
    clearTimeout(leaving);
    if (cell === explained) return;
    hideReason();
    const reason = reasons.children[Number(cell.dataset.w) - 1];
    if (!reason || cell.querySelector("em:not([hidden])")) return;
    explained = cell;
    tip.textContent = reason.textContent.trim();
    tip.hidden = false;
    cell.querySelector("a")?.setAttribute("aria-describedby", tip.id);
    placeReason();
  };

  const placeReason = () => {
    tip.style.left = "0";
    const place = explained.getBoundingClientRect();
    const isBelow = place.bottom + tip.offsetHeight + 4 <= innerHeight || place.top < tip.offsetHeight + 4;
    const left = Math.min(place.left, innerWidth - tip.offsetWidth - 8);
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${isBelow ? place.bottom + 2 : place.top - tip.offsetHeight - 2}px`;
  };

  const cellOf = (event) => event.target.closest?.("td[data-w]");
  // The pointer may cross to the reason, to read it or to select some of it.
  const leaveSoon = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hideReason, 200);
  };
  // Where a reason was sent away: what lies under it there is not what the reader points at.
  let dismissed = null;
  table.addEventListener("pointerover", (event) => {
    if (dismissed && dismissed.x === event.clientX && dismissed.y === event.clientY) return;
    const cell = event.pointerType === "touch" ? null : cellOf(event);
    if (cell) showReason(cell);
    else if (explained && !explained.contains(document.activeElement)) leaveSoon();
  });
  table.addEventListener("pointerleave", leaveSoon);
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", leaveSoon);
  table.addEventListener("focusin", (event) => {
    const cell = cellOf(event);
    if (cell) showReason(cell);
    else hideReason();
  });
  table.addEventListener("focusout", hideReason);
  let pointer = null;
  addEventListener("pointermove", (event) => {
    pointer = { x: event.clientX, y: event.clientY };
  }, { passive: true });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    dismissed = pointer;
    hideReason();
  });
  // What moved away from under the pointer is left alone; what has the focus keeps its reason.
  const follow = () => {
    if (explained?.contains(document.activeElement)) placeReason();
    else hideReason();
  };
  addEventListener("scroll", follow, { passive: true });
  region.addEventListener("scroll", follow, { passive: true });

  show();
  readAddress();
})();
