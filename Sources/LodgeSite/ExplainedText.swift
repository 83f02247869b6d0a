package import LodgeModel

/// What a pasted text is about, as text for people and as JSON for programs.
package struct ExplainedText: Encodable, Equatable, Sendable {
  /// A message of a layer that the text is like.
  package struct Entry: Encodable, Equatable, Sendable {
    package let id: String
    package let layer: Member
    /// The format string as the program has it.
    package let text: String
    package let meaning: String
    package let since: String?
    package let until: String?
    /// The tree that has it, where upstream never had it.
    package let tree: String?
    package let readers: [String]
    package let threads: [String]
    /// Numbers of the contracts to which it leads, the likeliest first.
    package let contracts: [String]
    /// From 0 to 1.
    package let likeness: Double
    /// Whether the pasted text is a part of the message only.
    package let isPart: Bool

    package init(_ message: Message, likeness: Double, isPart: Bool) {
      (id, layer, text) = (message.id, message.member, message.text)
      (meaning, since, until) = (message.meaning, message.since, message.until)
      (tree, readers, threads) = (message.tree, message.readers, message.threads)
      (contracts, self.isPart) = (message.contracts, isPart)
      self.likeness = (likeness * 100).rounded() / 100
    }
  }

  /// A contract to which messages or its own known case lead.
  package struct Lead: Encodable, Equatable, Sendable {
    package let id: String
    package let catalogue: String
    package let claim: String
    package let remedy: String
    package let knownCase: String
    /// The messages that lead to it; none where its known case does.
    package let by: [String]
  }

  /// The version of the JSON shape.
  package let schema = "lodge.explained-text/1"
  /// The text that was pasted.
  package let pasted: String
  /// Best first.
  package let messages: [Entry]
  /// Those of the first message first, then of the others; last those that only a known case names.
  package let contracts: [Lead]
  /// The message that comes nearest where none is like the text.
  package let nearest: Entry?

  /// Puts together what was found.
  ///
  /// - Parameters:
  ///   - pasted: the text.
  ///   - messages: what it is like, best first.
  ///   - cases: the ids of contracts whose known case it is like.
  ///   - nearest: what comes nearest where nothing is like it.
  ///   - all: the contracts, in the order of the catalogue.
  package init(
    _ pasted: String, messages: [Entry], cases: [String], nearest: Entry?, among all: [Contract]
  ) {
    (self.pasted, self.messages, self.nearest) = (pasted, messages, nearest)
    let numbers = messages.flatMap(\.contracts)
    let named = cases.compactMap { id in all.first { $0.id == id }?.catalogue }
    var seen: Set<String> = []
    contracts = (numbers + named).filter { seen.insert($0).inserted }.flatMap { number in
      all.filter { $0.catalogue == number }.map { contract in
        Lead(
          id: contract.id, catalogue: number, claim: contract.claim, remedy: contract.remedy,
          knownCase: contract.knownCase,
          by: messages.filter { $0.contracts.contains(number) }.map(\.id))
      }
    }
  }

  /// Whether nothing is like the text.
  package var isEmpty: Bool { messages.isEmpty && contracts.isEmpty }

  /// The lines for a terminal, without a newline at the end.
  package func text(style: Style = .plain, width: Int = 100) -> String {
    guard !isEmpty else { return unknown }
    let blocks =
      messages.map { $0.lines(width: width, style: style) }
      + contracts.map { $0.lines(width: width, style: style) }
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  /// What is said of a text that is like nothing.
  package var unknown: String {
    "no message in the catalogue and no known case is like this text"
      + (nearest.map { "; the nearest is \($0.id): \"\($0.text.visible)\"" } ?? "")
  }
}

extension ExplainedText.Entry {
  fileprivate func lines(width: Int, style: Style) -> [String] {
    let version = since.map { "\(layer.title) since \($0)" + (until.map { ", until \($0)" } ?? "") }
    let facts = [
      ("text", text), ("says", meaning), ("from", tree ?? version ?? layer.title),
      ("read by", readers.joined(separator: ", ")),
      ("pasted in", threads.joined(separator: ", ")),
      ("leads to", contracts.joined(separator: ", ")),
    ].filter { !$0.1.isEmpty }
    return [style.paint(id.visible, .title)]
      + facts.flatMap { label, text in
        Paragraph(label: label, tone: .faint, indent: 12, text: text)
          .lines(width: width, style: style)
      }
  }
}

extension ExplainedText.Lead {
  fileprivate func lines(width: Int, style: Style) -> [String] {
    let facts = [
      ("claim", claim), ("remedy", remedy), ("known case", by.isEmpty ? knownCase : ""),
    ].filter { !$0.1.isEmpty }
    return [style.paint("\(catalogue) \(id)".visible, .title)]
      + facts.flatMap { label, text in
        Paragraph(label: label, tone: .faint, indent: 12, text: text)
          .lines(width: width, style: style)
      }
  }
}
