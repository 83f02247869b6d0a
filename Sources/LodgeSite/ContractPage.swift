package import LodgeModel

/// All contracts as one Markdown page, made from nothing but the contracts themselves.
package struct ContractPage: Sendable {
  private let contracts: [Contract]

  package init(_ contracts: [Contract]) { self.contracts = contracts }

  /// The page, with a newline at the end.
  package var text: String {
    let chapters = Chapter.allCases.filter { !own($0).isEmpty }
    return ([heading] + chapters.map(index) + chapters.map(entries)).joined(separator: "\n\n")
      + "\n"
  }

  private var heading: String {
    """
    # Contracts

    What kernel, QEMU, libvirt and firmware of a set promise each other, and how Lodge tells whether \
    they keep it. This page is made from the contracts themselves: `lodge explain --list --format \
    markdown` prints it, and a test keeps it current.

    A contract is judged at each stage that it names: `packages` on the packages alone, `launch` on \
    domains that were launched on a modelled host, `boot` and later on a live host.
    """
  }

  private func own(_ chapter: Chapter) -> [ContractText] {
    contracts.map(ContractText.init).filter { Chapter(of: $0.id) == chapter }
  }

  /// The table of a chapter, each number a link to its entry.
  private func index(_ chapter: Chapter) -> String {
    let rows = own(chapter).map { contract in
      "| [\(contract.catalogue)](#\(contract.anchor)) | `\(contract.id)` | "
        + "\(contract.claim.cell) | \(list(contract.types.map(\.title), or: "the set")) | "
        + "\(list(contract.stages.map(\.rawValue), or: "")) |"
    }
    return
      (["**\(chapter.title)**", "", "| number | id | claim | types | stages |"]
      + ["| --- | --- | --- | --- | --- |"] + rows).joined(separator: "\n")
  }

  private func entries(_ chapter: Chapter) -> String {
    (["## \(chapter.title)"] + own(chapter).map(entry)).joined(separator: "\n\n")
  }

  private func entry(_ contract: ContractText) -> String {
    let lines =
      [
        ("promise", "\(contract.from.titles) to \(contract.to.titles)"),
        ("types", list(contract.types.map(\.title), or: "the set as a whole")),
        ("stages", list(contract.stages.map(\.rawValue), or: "")),
        ("basis", contract.basis),
        ("judged on", contract.judgedOn),
      ] + contract.needs.map { ("needs", $0) } + [
        ("remedy", contract.remedy), ("known case", contract.knownCase),
      ]
    return
      ([
        "### <a id=\"\(contract.anchor)\"></a>\(contract.catalogue) `\(contract.id)`", "",
        contract.claim.escaped + ".", "",
      ] + lines.map { "- **\($0)**: \($1.escaped)" }).joined(separator: "\n")
  }

  private func list(_ words: [String], or none: String) -> String {
    words.isEmpty ? none : words.joined(separator: ", ")
  }
}

/// The parts of the page: whom a contract's id names first.
private enum Chapter: String, CaseIterable {
  case set, kernel, qemu, libvirt, firmware

  /// The chapter of an id such as `kernel.exit-numbers`; of the set, where it names no member.
  init(of id: String) {
    self = id.split(separator: ".").first.flatMap { Self(rawValue: String($0)) } ?? .set
  }

  var title: String {
    Member(rawValue: rawValue)?.title.capitalisedFirst ?? "The set as a whole"
  }
}

extension ContractText {
  /// The name of its entry in the page.
  fileprivate var anchor: String { catalogue.lowercased() }
}

extension [Member] {
  fileprivate var titles: String { map(\.title).joined(separator: ", ") }
}

extension String {
  /// The text with what Markdown would take for markup written out.
  fileprivate var escaped: String {
    reduce(into: "") { text, character in
      if "\\`*_<>|[]#".contains(character) { text.append("\\") }
      text.append(character)
    }
  }

  /// The text as one cell of a table.
  fileprivate var cell: String { escaped.replacing("\n", with: " ") }

  /// The text with its first letter in upper case, and all others as they are.
  fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
