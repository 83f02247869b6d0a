import Foundation
import LodgeModel

// Changes of the UAPI headers of a set.
extension Edit {
  /// Where a header is, such as `asm/kvm.h`, for x86.
  static func headerPatterns(_ name: String) -> [String] {
    [
      "usr/lib/linux/uapi/x86/\(name)", "usr/include/x86_64-linux-gnu/\(name)",
      "usr/include/\(name)",
    ]
  }

  /// Gives a macro another body.
  static func define(_ macro: String, _ value: String, in header: String) -> Self {
    self.header(header, "\(macro) is \(value)") { text in
      try text.replaceLine(startingWith: "#define", macro, with: "#define \(macro) \(value)")
    }
  }

  /// Takes a macro away.
  static func undefine(_ macro: String, in header: String) -> Self {
    self.header(header, "there is no \(macro)") { text in
      try text.replaceLine(startingWith: "#define", macro, with: "")
    }
  }

  /// Gives an enumerator another value.
  static func enumerator(_ name: String, _ value: Int, in header: String) -> Self {
    self.header(header, "\(name) is \(value)") { text in
      let pattern = try Regex("\\b\(name)\\b(\\s*=\\s*[0-9a-zA-Zx_]+)?\\s*,")
      guard text.firstMatch(of: pattern) != nil else { throw StaleEdit("it has no \(name)") }
      text.replace(pattern, with: "\(name) = \(value),")
    }
  }

  /// Changes the text of a structure, from its tag to its end.
  static func structure(_ tag: String, in header: String, _ old: String, _ new: String) -> Self {
    self.header(header, "struct \(tag) has \(new) for \(old)") { text in
      let pattern = try Regex("struct \(tag) \\{").dotMatchesNewlines()
      guard let start = text.firstMatch(of: pattern)?.range.lowerBound,
        let end = text[start...].range(of: "};")?.upperBound,
        let place = text.range(of: old, range: start..<end)
      else { throw StaleEdit("struct \(tag) has no “\(old)”") }
      text.replaceSubrange(place, with: new)
    }
  }

  /// Changes a header.
  static func header(
    _ header: String, _ title: String, change: @escaping @Sendable (inout String) throws -> Void
  ) -> Self {
    text("\(header): \(title)", in: headerPatterns(header), facts: [.uapi], change: change)
  }
}

extension String {
  /// Puts another line, or none, in place of the one that defines a name.
  fileprivate mutating func replaceLine(
    startingWith keyword: String, _ name: String, with line: String
  ) throws {
    var lines = split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let place = lines.firstIndex { text in
      text.hasPrefix(keyword)
        && text.dropFirst(keyword.count).split(whereSeparator: \.isWhitespace).first
          .map { String($0) == name } ?? false
    }
    guard var end = place else { throw StaleEdit("it has no \(name)") }
    while lines[end].hasSuffix("\\") { end += 1 }
    lines.replaceSubrange((place ?? end)...end, with: [line])
    self = lines.joined(separator: "\n")
  }
}
