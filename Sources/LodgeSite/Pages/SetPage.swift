import Foundation
package import LodgeModel
package import LodgeRelease

/// All that is known of one set.
package struct SetPage {
  let site: Site
  /// Its place among the sets of the outline.
  let set: Int
  let recorded: RecordedSet
  let pages: any CellPages
  private let runs: [Int64: RecordedSet.Run]
  /// The newest outcome of each place, in the order of the places' first outcomes.
  private let newest: [RecordedSet.Seen]
  /// The waivers that answer for those, by the numbers of the outcomes.
  private let waivers: [Int64: Waiver]

  /// The waivers are those that hold for the set and have not ended.
  package init(
    _ site: Site, set: Int, _ recorded: RecordedSet, waivers: [Waiver] = [], pages: any CellPages
  ) {
    (self.site, self.set, self.recorded, self.pages) = (site, set, recorded, pages)
    runs = recorded.runsByNumber
    var order: [Outline.Place] = []
    var newest: [Outline.Place: RecordedSet.Seen] = [:]
    for seen in recorded.seen {
      let place = Outline.Place(seen.cell)
      if newest.updateValue(seen, forKey: place) == nil { order.append(place) }
    }
    self.newest = order.compactMap { newest[$0] }
    self.waivers = self.newest.reduce(into: [:]) { known, seen in
      known[seen.number] = waivers.answering(for: seen.cell)
    }
  }

  private var about: Outline.BuildSet { site.index.outline.sets[set] }
  private var address: Address { .set(about.id) }

  /// The page, its JSON twin, and the lock of the set.
  package var files: [SiteFile] {
    get throws {
      try site.files("set", at: address, filling, twin: document)
        + [SiteFile(path: "set/\(about.id.half)/lock.json", bytes: recorded.lock.canonicalBytes)]
    }
  }

  private var document: SetDocument {
    SetDocument(
      id: about.id, name: about.name, seen: about.seen, packages: recorded.lock.packages.count,
      support: recorded.support, notes: recorded.notes,
      before: site.index.predecessor(of: set).map { site.index.outline.sets[$0].id },
      after: site.index.successor(of: set).map { site.index.outline.sets[$0].id },
      runs: recorded.runs.map { run in
        SetDocument.Run(
          lab: run.lab, began: run.began, ended: run.ended, tool: run.tool, matrix: run.matrix,
          arguments: run.arguments, baseline: run.baseline, evidence: run.evidence)
      },
      cells: newest.map { seen in
        SetDocument.Entry(
          cell: seen.cell, lab: runs[seen.run]?.lab ?? "", waiver: waivers[seen.number]?.id,
          href: pages[seen.number].map { address.reference(to: .cell($0, of: about.id)) })
      })
  }

  private var filling: Filling {
    let cells = newest
    let together = site.index.together(set)
    var filling = site.frame(
      "\(about.name) \(about.id.short): \(together.title)", at: address,
      below: [(about.name, .name(about.name))])
    filling["tone"] = together.tone.style
    filling["word"] = together.kind
    filling["name"] = about.name.visible
    filling["id"] = about.id.short
    filling["digest"] = about.id.description
    filling["at"] = about.seen.utc
    filling["when"] = about.seen.minute
    filling["packageCount"] = count(recorded.lock.packages.count, "package")
    filling["reach"] = site.index.reach(of: set).words
    let accepted = recorded.lock.acceptExpired.map(\.sentence)
    if !accepted.isEmpty {
      filling["hasAccepted"] = true
      filling["accepted"] = accepted
    }
    if let successor = site.index.successor(of: set) { supersede(&filling, by: successor) }
    let stages = Stage.allCases.filter { stage in cells.contains { $0.cell.stage == stage } }
    filling["stages"] = stages.map {
      ["stageKey": "stage-\($0.rawValue)", "stageTitle": $0.rawValue] as Filling
    }
    let types = site.index.types(of: set)
    filling["verdictRows"] = types.map { verdicts(on: $0, stages) }
    if let before = site.index.predecessor(of: set) { filling["since"] = since(before) }
    filling["types"] = types.map { type in
      section(of: type, cells.filter { $0.cell.type == type })
    }
    filling["lockHref"] = "lock.json"
    filling["commands"] = commands
    filling["packages"] = recorded.lock.packages.map(package)
    let evidence = recorded.runs.flatMap { run in
      run.evidence.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }.reduce(into: [(String, Digest)]()) { known, one in
      if !known.contains(where: { $0 == one }) { known.append(one) }
    }
    if !evidence.isEmpty || !recorded.support.isEmpty {
      filling["hasEvidence"] = true
      filling["evidence"] = recorded.support.map { answer -> Filling in
        [
          "offeredType": answer.type.title, "offeredBy": answer.member.title,
          "offered": answer.answer.word, "offeredTone": answer.answer.tone.style,
          "offeredProof": answer.reason.visible,
        ]
      }
      filling["read"] = evidence.map { version, digest -> Filling in
        ["reader": version.visible, "readDigest": digest.hex]
      }
    }
    filling["runs"] = recorded.runs.reversed().map(run)
    if !recorded.notes.isEmpty {
      filling["hasNotes"] = true
      filling["notes"] = recorded.notes.map(\.visible)
    }
    return filling
  }

  private func supersede(_ filling: inout Filling, by successor: Int) {
    let newer = site.index.outline.sets[successor]
    let together = site.index.together(successor)
    filling["superseded"] = true
    filling["supersededHref"] = address.reference(to: .set(newer.id))
    filling["supersededTitle"] = "\(newer.name) \(newer.id.short)".visible
    filling["supersededAt"] = newer.seen.utc
    filling["supersededWhen"] = newer.seen.day
    filling["supersededWord"] = together.title
    filling["supersededTone"] = together.tone.style
  }

  private func verdicts(on type: DomainType?, _ stages: [Stage]) -> Filling {
    let supports = Member.allCases.map { member -> Filling in
      let answer = recorded.support.first { $0.type == type && $0.member == member }?.answer
      return ["support": answer?.word ?? "-", "supportTone": (answer?.tone).style]
    }
    let verdicts = stages.map { stage -> Filling in
      let verdict = site.index.verdict(on: type, at: stage, of: set)
      return ["stageWord": verdict?.title ?? "not asked", "stageTone": (verdict?.tone).style]
    }
    return [
      "verdictAnchor": type.anchor, "verdictType": type.heading, "supports": supports,
      "stageVerdicts": verdicts,
    ]
  }

  private func since(_ before: Int) -> Filling {
    let older = site.index.outline.sets[before]
    var counts: [CellChanges.Category: Int] = [:]
    for place in site.index.outline.places.indices {
      let (now, then) = (
        site.index.entry(of: set, at: place)?.outcome,
        site.index.entry(of: before, at: place)?.outcome
      )
      guard now != nil || then != nil else { continue }
      if let category = CellChanges.Category(from: then, to: now) {
        counts[category, default: 0] += 1
      }
    }
    let changes = CellChanges.Category.allCases.compactMap { category -> Filling? in
      guard let number = counts[category] else { return nil }
      return [
        "changeCount": "\(number)", "changeWord": category.title,
        "changeTone": category.tone.style,
      ]
    }
    return [
      "sinceHref": address.reference(to: .set(older.id)),
      "sinceTitle": "\(older.name) \(older.id.short)".visible, "sinceAt": older.seen.utc,
      "sinceWhen": older.seen.day,
      "changes": changes.isEmpty
        ? [["changeCount": "0", "changeWord": "changes", "changeTone": "faint"] as Filling]
        : changes,
      "compareHref": address.reference(to: .comparison(older.id, about.id)),
    ]
  }

  private func section(of type: DomainType?, _ cells: [RecordedSet.Seen]) -> Filling {
    let verdict = site.index.verdict(on: type, of: set)
    var filling: Filling = [
      "anchor": type.anchor, "typeTitle": type.heading, "typeWord": verdict?.title ?? "not asked",
      "typeTone": (verdict?.tone).style,
      "refusals": recorded.support.filter { $0.type == type && $0.answer == .notOffered }.map {
        "not offered by \($0.member.title): \($0.reason)".visible
      },
    ]
    let reds = cells.filter { $0.cell.outcome.isRed }
    if !reds.isEmpty {
      filling["hasReds"] = true
      filling["reds"] = alike(reds).map(red)
    }
    let others = cells.filter { !$0.cell.outcome.isRed }
    let warned = others.filter { seen in seen.cell.findings.contains { $0.grade == .warn } }
    if !warned.isEmpty {
      filling["hasWarnings"] = true
      filling["warnings"] = alike(warned).map(red)
    }
    if !others.isEmpty {
      let outcomes = Outcome.allCases.compactMap { outcome -> String? in
        let number = others.count { $0.cell.outcome == outcome }
        return number == 0 ? nil : "\(number) \(outcome.title)"
      }.joined(separator: ", ")
      filling["hasOthers"] = true
      filling["othersTitle"] =
        "\(count(others.count, "cell")) that \(others.count == 1 ? "is" : "are") not red: \(outcomes)"
      filling["others"] = others.map(other)
    }
    return filling
  }

  /// Cells that say the same stand together; failures come before errors, and these before what is
  /// blocked.
  private func alike(_ cells: [RecordedSet.Seen]) -> [[RecordedSet.Seen]] {
    var groups: [[RecordedSet.Seen]] = []
    var places: [[String]: Int] = [:]
    for outcome in [Outcome.fail, .error, .blocked, .pass, .notRun, .notApplicable] {
      for seen in cells where seen.cell.outcome == outcome {
        // Each broken promise has a place of its own, with its remedy; so has what is waived.
        let key =
          [outcome.rawValue, seen.cell.reason, waivers[seen.number]?.id ?? ""]
          + (seen.cell.kind == .contract && outcome == .fail
            ? [seen.cell.id, "\(seen.number)"] : [])
        if let place = places[key] {
          groups[place].append(seen)
        } else {
          places[key] = groups.count
          groups.append([seen])
        }
      }
    }
    return groups
  }

  private func waived(_ waiver: Waiver) -> Filling {
    var filling: Filling = [
      "waivedHref": address.reference(to: .waivers) + "#" + waiver.id.fileName,
      "waivedWhy": waiver.reason.visible, "waivedBy": waiver.author.visible,
      "waivedAt": waiver.expires.utc, "waivedUntil": waiver.expires.day,
    ]
    if waiver.isApproved { filling["waivedApprover"] = waiver.approver?.visible }
    return filling
  }

  private func red(_ group: [RecordedSet.Seen]) -> Filling {
    guard let seen = group.first else { return [:] }
    let cell = seen.cell
    let place = Outline.Place(cell)
    let isWarned = !cell.outcome.isRed
    let told = cell.findings.filter { $0.grade > (isWarned ? .info : .warn) || $0.grade == .fail }
    var filling: Filling = [
      "redTone": isWarned ? "doubt" : cell.outcome.tone.style,
      "redWord": isWarned ? "warning" : cell.outcome.word, "redHref": href(of: seen),
      "redTitle": site.title(of: place), "redWhere": place.whereabouts,
      "findings": site.filling(of: told, cell),
    ]
    if !told.contains(where: { $0.summary == cell.reason }), !isWarned {
      filling["redReason"] = cell.reason.visible
    }
    if group.count > 1 {
      filling["hasAlike"] = true
      filling["alike"] = group.dropFirst().map { other in
        let place = Outline.Place(other.cell)
        return [
          "alikeHref": href(of: other),
          "alikeTitle": "\(site.title(of: place)) \(place.whereabouts)",
        ] as Filling
      }
    }
    if cell.outcome.isRed {
      let baseline = runs[seen.run]?.baseline
      filling["again"] = about.reproduction(of: cell, against: baseline)
      filling["waived"] = waivers[seen.number].map(waived)
    }
    return filling
  }

  private func other(_ seen: RecordedSet.Seen) -> Filling {
    let cell = seen.cell
    return [
      "otherHref": href(of: seen), "otherTitle": site.title(of: Outline.Place(cell)),
      "otherPlatform": cell.platform?.visible ?? "none needed", "otherStage": cell.stage.rawValue,
      "otherTone": cell.outcome.tone.style,
      "otherWord": cell.outcome.word, "otherReason": cell.reason.visible,
    ]
  }

  private func href(of seen: RecordedSet.Seen) -> String {
    pages[seen.number].map { address.reference(to: .cell($0, of: about.id)) } ?? "#"
  }

  /// What shows all of the set again.
  private var commands: [String] {
    let judged = ["lodge check --locked lock.json"]
    let launched = recorded.runs.last.map { run in
      "# recorded by: lodge \(run.arguments.joined(separator: " "))".visible
    }
    return judged + [launched].compactMap(\.self)
  }

  private func package(_ package: Package) -> Filling {
    [
      "package": package.name.visible, "version": package.version.visible,
      "architecture": package.architecture.visible,
      "suite": [package.origin, package.suite].filter { !$0.isEmpty }.joined(separator: " ")
        .visible,
      "signature": package.signature.rawValue.replacing("-", with: " "),
      "signatureTone": package.signature == .verified ? "good" : "doubt",
      "sha256": package.sha256?.hex ?? "not known",
    ]
  }

  private func run(_ run: RecordedSet.Run) -> Filling {
    let own = recorded.seen.filter { $0.run == run.number }
    let stages = Stage.allCases.filter { stage in own.contains { $0.cell.stage == stage } }
    return [
      "run": run.ended == nil ? "did not end" : "ended", "runLab": run.lab.visible,
      "runAt": run.began.utc, "runWhen": run.began.minute,
      "runStages": stages.map(\.rawValue).joined(separator: ", "), "runCells": "\(own.count)",
      "runLodge": run.tool.visible,
    ]
  }
}

extension Lock.AcceptedExpiry {
  /// What the set accepts knowingly.
  var sentence: String {
    let date = validUntil.formatted(.iso8601.year().month().day())
    return "index expired on \(date), accepted by the set (suite \(suite))"
  }
}

extension Support.Answer {
  var word: String {
    switch self {
    case .offered: "offered"
    case .notOffered: "not offered"
    case .unknown: "unknown"
    }
  }

  var tone: Tone? {
    switch self {
    case .offered: nil
    case .notOffered: .faint
    case .unknown: .doubt
    }
  }
}
