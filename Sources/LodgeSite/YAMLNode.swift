/// A piece of YAML as exports write it: block collections, every text in double quotes.
///
/// That is the part of YAML 1.2 (section 7.3.1) that TAP's readers know as well.
indirect enum YAMLNode {
  case text(String)
  case number(Int)
  case list([YAMLNode])
  /// Keys in their order; words that need no quotes.
  case map([(key: String, value: YAMLNode)])

  /// The lines of the node, without a newline at their ends.
  var lines: [String] {
    switch self {
    case .text(let text): ["\"\(text.visible.quoted)\""]
    case .number(let number): ["\(number)"]
    case .list(let items) where items.isEmpty: ["[]"]
    case .list(let items): items.flatMap { Self.hang($0.lines, on: "- ") }
    case .map(let entries) where entries.isEmpty: ["{}"]
    case .map(let entries):
      entries.flatMap { key, value in
        value.isBlock
          ? ["\(key):"] + value.lines.map { "  \($0)" } : ["\(key): \(value.lines[0])"]
      }
    }
  }

  private var isBlock: Bool {
    switch self {
    case .text, .number: false
    case .list(let items): !items.isEmpty
    case .map(let entries): !entries.isEmpty
    }
  }

  private static func hang(_ lines: [String], on mark: String) -> [String] {
    let margin = String(repeating: " ", count: mark.count)
    return lines.enumerated().map { number, line in (number == 0 ? mark : margin) + line }
  }
}

extension String {
  /// The text as it stands between double quotes; it has no control characters.
  fileprivate var quoted: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      if scalar == "\\" || scalar == "\"" { text.unicodeScalars.append("\\") }
      text.unicodeScalars.append(scalar)
    }
  }
}
