import Foundation
package import LodgeModel
import LodgeRelease

/// What one run saw of one place of a set.
package struct CellPage {
  let site: Site
  let document: CellDocument
  /// The digest of the document's bytes.
  let digest: Digest
  let set: Outline.BuildSet
  /// What was seen there later; nil for the newest.
  let successor: Outline.Entry?
  /// What was seen there before, the latest first.
  let history: [Outline.Entry]
  let pages: any CellPages
  /// The bytes of what a scenario left.
  let content: (Digest) -> Data?

  /// The page; its JSON twin is the document itself.
  var html: SiteFile {
    SiteFile(path: address.html, text: site.templates.page("cell", at: address, filling))
  }

  private var address: Address { .cell(digest, of: document.set) }
  private var cell: Cell { document.cell }

  private var filling: Filling {
    let place = Outline.Place(cell)
    let heading = site.title(of: place)
    var filling: Filling = [
      "title": "\(cell.outcome.word): \(heading) on \(set.name)".visible,
      "twin": "\(digest.half).json", "setTitle": "\(set.name) \(set.id.short)".visible,
    ]
    filling["tone"] = cell.outcome.tone.style
    filling["word"] = cell.outcome.word
    filling["heading"] = heading
    filling["where"] = [cell.type?.title, place.whereabouts].compactMap(\.self).joined(
      separator: " ")
    let claim = site.claim(of: place)
    filling["claim"] = claim
    if cell.reason != claim, !cell.told.contains(where: { $0.summary == cell.reason }) {
      filling["reason"] = cell.reason.visible
    }
    filling["findings"] = site.filling(of: cell.findings, cell)
    filling["claimHref"] = address.reference(to: site.address(of: place))
    filling["stage"] = "\(cell.stage.rawValue): \(cell.stage.meaning)"
    filling["layer"] = cell.layer?.rawValue
    filling["platform"] = cell.platform.map { "\($0.visible), a described host" }
    filling["seen"] =
      "\(document.began.minute) by \(document.lab), with Lodge \(document.tool)".visible
    filling["permalink"] = digest.hex
    if let baseline = document.baseline {
      filling["baseline"] = "set \(baseline.short)"
      if site.index.outline.sets.contains(where: { $0.id == baseline }) {
        filling["baselineHref"] = address.reference(to: .set(baseline))
      }
    }
    let evidence = document.evidence.sorted { $0.key < $1.key }.map { version, digest -> Filling in
      ["evidenceReader": "read by collectors \(version):".visible, "evidenceDigest": digest.hex]
    }
    if !evidence.isEmpty { filling["evidence"] = evidence }
    filling["again"] = set.reproduction(of: cell, against: document.baseline)
    if let successor, let page = pages[successor.number], page != digest.half {
      filling["superseded"] = true
      filling["supersededSentence"] =
        "It was looked at again on \(site.index.day(of: successor.run)):"
      filling["supersededHref"] = address.reference(to: .cell(page, of: document.set))
      filling["supersededTitle"] = successor.outcome.word
    }
    let past = history.compactMap(past)
    if !past.isEmpty {
      filling["hasHistory"] = true
      filling["history"] = past
    }
    if !cell.measurements.isEmpty {
      filling["hasMeasured"] = true
      filling["measured"] = cell.measurements.map { measured in
        [
          "measuredDomain": measured.domain.visible,
          "measuredAs": "\(measured.type.title), \(measured.algorithm)".visible,
          "measurement": measured.measurement.visible,
        ] as Filling
      }
    }
    if !cell.artefacts.isEmpty {
      filling["hasArtefacts"] = true
      filling["artefacts"] = cell.artefacts.map(artefact)
    }
    return filling
  }

  private func past(_ entry: Outline.Entry) -> Filling? {
    guard let page = pages[entry.number] else { return nil }
    let other = site.index.outline.sets[entry.set]
    let run = site.index.outline.runs[entry.run]
    let lab = run.map { $0.lab == document.lab ? "" : " by \($0.lab)" } ?? ""
    return [
      "pastTone": entry.outcome.tone.style, "pastWord": entry.outcome.word,
      "pastHref": address.reference(to: .cell(page, of: other.id)),
      "pastTitle":
        "\(other.name) \(other.id.short) of \(site.index.day(of: entry.run))\(lab)".visible,
    ]
  }

  /// How many bytes of an artefact stand on the page itself.
  private static let shown = 16 << 10

  private func artefact(_ artefact: Artefact) -> Filling {
    var filling: Filling = [
      "artefact": artefact.kind.title, "artefactSize": "lost", "artefactText": "",
      "artefactHref": address.reference(toFile: artefact.path),
    ]
    guard let bytes = content(artefact.digest) else { return filling }
    filling["artefactSize"] =
      bytes.count < 2048 ? "\(bytes.count) bytes" : "\(bytes.count >> 10) KiB"
    if bytes.count > Self.shown {
      filling["artefactCut"] = "here are the first \(Self.shown >> 10) KiB"
    }
    filling["artefactText"] = String(decoding: bytes.prefix(Self.shown), as: UTF8.self)
    return filling
  }
}

extension Artefact {
  /// Where the site has it, by its digest.
  package var path: String {
    let ending =
      switch kind {
      case .domain, .capabilities: "xml"
      case .measurement: "json"
      case .argv, .transcript, .log: "txt"
      }
    return "artefact/\(digest.half).\(ending)"
  }
}

extension Artefact.Kind {
  /// What people call it.
  fileprivate var title: String {
    switch self {
    case .domain: "domain XML"
    case .argv: "command line of QEMU"
    case .transcript: "transcript"
    case .capabilities: "domain capabilities"
    case .log: "console of QEMU"
    case .measurement: "measurement, call by call"
    }
  }
}

extension Stage {
  /// What a stage can show, in a few words.
  var meaning: String {
    switch self {
    case .packages: "read from the packages, nothing ran"
    case .launch: "real libvirt and QEMU on a modelled KVM; no guest instruction ran"
    case .boot: "the kernel of the set ran in a machine"
    case .metal: "on a real TDX or SNP host"
    }
  }
}

extension Site {
  /// What templates tell of some findings of a cell; what neighbours share is told once.
  func filling(of findings: [Finding], _ cell: Cell) -> [Filling] {
    let like = cell.kind == .contract ? contracts[cell.id]?.knownCase : nil
    return findings.indices.map { index in
      let finding = findings[index]
      let next = findings.dropFirst(index + 1).first
      var filling: Filling = ["grade": finding.grade.rawValue, "saw": finding.summary.visible]
      if finding.grade != .fail { filling["gradeWord"] = finding.grade.rawValue }
      if !finding.where.isEmpty { filling["place"] = finding.where.visible }
      if !finding.sides.isEmpty {
        filling["sides"] = finding.sides.map { side in
          ["who": side.who.visible, "says": side.says.visible] as Filling
        }
      }
      if !finding.remedy.isEmpty, finding.remedy != next?.remedy {
        filling["remedy"] = finding.remedy.visible
      }
      if finding.grade > .info, next.map({ $0.grade > .info }) != true, let like {
        filling["like"] = like.visible
      }
      return filling
    }
  }
}

extension Outline.BuildSet {
  /// The line that shows a cell again, in the folder of the set's page, which has its lock.
  func reproduction(of cell: Cell, against baseline: Digest?) -> String {
    switch cell.kind {
    case .contract:
      return "lodge check --locked lock.json --contract \(cell.id.quoted)"
        + " --stage \(cell.stage.rawValue)"
        + (baseline.map { " --against ../\($0.half)/lock.json" } ?? "")
    case .scenario:
      let platform = cell.platform.map { " --platform \($0.quoted)" } ?? ""
      return "lodge try \(cell.id.quoted) --locked lock.json\(platform)"
    }
  }
}

extension String {
  /// The text as one word of a shell's command line.
  fileprivate var quoted: String {
    let isPlain = utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"),
        UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return isPlain && !isEmpty ? self : "'\(visible.replacing("'", with: "'\\''"))'"
  }
}
