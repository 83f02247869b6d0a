#!/usr/bin/env python3
"""Reads an export from standard input by its own reader, and prints how many of each status it has.

Usage: read-exports.py kcidb|tmt|tap|markdown < EXPORT
"""
import collections
import html.parser
import json
import re
import sys


def kcidb(text):
    import kcidb_io

    schema = kcidb_io.schema.LATEST
    assert (schema.major, schema.minor) == (5, 3), "kcidb-io has another version of the schema"
    report = schema.validate(json.loads(text))
    assert not nulls(report), "a null"
    known = {kind: {each["id"] for each in report[kind]} for kind in ("checkouts", "builds", "tests")}
    for kind, ids in known.items():
        assert len(ids) == len(report[kind]), "an id stands twice in " + kind
    assert all(build["checkout_id"] in known["checkouts"] for build in report["builds"])
    assert all(test["build_id"] in known["builds"] for test in report["tests"])
    return [test["status"] for test in report["tests"]]


def nulls(value):
    if isinstance(value, dict):
        value = list(value.values())
    return value is None or isinstance(value, list) and any(map(nulls, value))


def tmt(text):
    import fmf.utils
    import tmt.utils
    from tmt.result import Result, results_to_exit_code

    raw = tmt.utils.yaml_to_list(text)
    schema = tmt.utils.load_schema(tmt.utils.Path("results.yaml"))
    checked = fmf.utils.validate_data(raw, schema, schema_store=tmt.utils.load_schema_store())
    assert not checked.errors, checked.errors[:3]
    names = [each["name"] for each in raw]
    assert len(set(names)) == len(names), "a name stands twice"
    results = [Result.from_serialized(each) for each in raw]
    words = [result.result.value for result in results]
    return words + ["exit code"] * int(results_to_exit_code(results))


def tap(text):
    from tap.parser import Parser

    words = []
    for line in Parser().parse_text(text):
        assert line.category not in ("unknown", "bail"), line
        if line.category == "test":
            words.append("skip" if line.skip else "ok" if line.ok else "not ok")
            words += ["todo"] * bool(line.todo)
            if line.yaml_block:
                assert isinstance(line.yaml_block, dict) and "message" in line.yaml_block
                words.append("yaml")
        elif line.category == "plan":
            words += ["planned"] * line.expected_tests
        elif line.category == "version":
            assert line.version == 14
    return words


class Comment(html.parser.HTMLParser):
    """What GitHub's renderer made of a comment: elements, columns, and text that is not code."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words, self.bare, self.columns, self.code = [], "", [], 0

    def handle_starttag(self, tag, attributes):
        assert tag in "table thead tbody tr th td p pre code strong".split(), tag
        assert tag == "pre" and dict(attributes) == {"lang": "text"} or not attributes, attributes
        self.words.append(tag)
        self.code += tag == "code"
        if tag == "tr":
            self.columns.append(0)
        if tag in ("td", "th"):
            self.columns[-1] += 1
        if tag == "table":
            self.same_width()
            self.columns = []

    def handle_endtag(self, tag):
        self.code -= tag == "code"

    def handle_data(self, data):
        self.bare += "" if self.code else data

    def same_width(self):
        assert len(set(self.columns)) <= 1, "rows of one table differ in columns"


def markdown(text):
    import cmarkgfm
    from cmarkgfm.cmark import Options

    comment = Comment()
    comment.feed(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE))
    comment.close()
    comment.same_width()
    assert re.fullmatch(r"[A-Za-z0-9\s,:;-]*", comment.bare), comment.bare
    # What begins a line with a slash is a quick action of GitLab.
    assert not any(line.startswith(("/", ">", "#")) for line in text.splitlines())
    assert len(text) < 65536, "GitHub takes no longer comment"
    return comment.words


read = {"kcidb": kcidb, "tmt": tmt, "tap": tap, "markdown": markdown}[sys.argv[1]]
print(json.dumps(collections.Counter(read(sys.stdin.read()))))
