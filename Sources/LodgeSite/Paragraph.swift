/// Text behind a label, wrapped so that all of it stands to the right of the label.
struct Paragraph {
  var label: String
  var tone: Tone?
  /// How many columns the label and the space behind it take.
  var indent: Int
  var text: String

  /// The lines, none wider than the width where the indent leaves room for a character.
  func lines(width: Int, style: Style) -> [String] {
    let wrapped = Self.wrap(text, to: max(1, width - indent))
    let margin = String(repeating: " ", count: indent)
    let gap = String(repeating: " ", count: max(0, indent - label.count))
    return wrapped.enumerated().map { number, line in
      number == 0 ? style.paint(label, tone) + (line.isEmpty ? "" : gap + line) : margin + line
    }
  }

  /// Breaks text at spaces, and inside a word only where the word is wider than a line.
  private static func wrap(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.visible.split(separator: " ") {
      var rest = word
      if !line.isEmpty, line.count + 1 + rest.count > width {
        lines.append(line)
        line = ""
      }
      while line.isEmpty, rest.count > width {
        lines.append(String(rest.prefix(width)))
        rest = rest.dropFirst(width)
      }
      line += (line.isEmpty ? "" : " ") + rest
    }
    return lines + (line.isEmpty && !lines.isEmpty ? [] : [line])
  }
}

/// A number with its noun, which takes an s where there is not one: `1 cell`, `2 cells`.
func count(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}

extension String {
  /// The text without anything that could steer a terminal, or that no document can hold.
  ///
  /// Packages are hostile input, and what is said of them may quote them. It is one line, and all of
  /// it is a character of XML 1.0 (section 2.2) and printable in YAML 1.2 (section 5.1).
  var visible: String {
    if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
    return String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control where "\n\t\r".unicodeScalars.contains(scalar): " "
          case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
          case .unassigned where scalar.properties.isNoncharacterCodePoint: "\u{FFFD}"
          default: scalar
          }
        }))
  }

  /// The text, cut to a number of Unicode scalars, the last of which then says so.
  func cut(toScalars count: Int) -> String {
    guard unicodeScalars.dropFirst(count).first != nil else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.prefix(count - 1))) + "…"
  }
}
