/// Whether text for people carries colour; what it says never depends on it.
package enum Style: Sendable {
  case plain
  /// Colours and weights by the escape sequences of ECMA-48.
  case ansi
}

/// What a piece of text means to the eye.
enum Tone: String {
  case title = "1"
  case good = "32"
  case bad = "1;31"
  case trouble = "35"
  case doubt = "33"
  case faint = "2"
}

extension Style {
  /// The text with the colour of its meaning, where colour was asked for.
  func paint(_ text: String, _ tone: Tone?) -> String {
    guard let tone, self == .ansi, !text.isEmpty else { return text }
    return "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m"
  }
}
