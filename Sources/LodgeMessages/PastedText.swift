/// The words of what a user pasted, in order; case, quotes and punctuation do not count.
struct PastedText: Sendable {
  /// Words of letters, digits and underscores.
  let words: [String]
  /// The same, parted at underscores too.
  private let parts: String

  init(_ text: String) { self.init(words: Self.words(of: text)) }

  private init(words: [String]) {
    self.words = words
    parts = Self.spaced(words)
  }

  /// What the text may be read as: with each line break as a space and, where a terminal broke lines
  /// in the middle of words, with none.
  static func readings(of text: String) -> [Self] {
    let joined = text.filter { !$0.isNewline }
    return [Self(text)] + (joined.count < text.count ? [Self(joined)] : [])
  }

  /// Whether some words stand in it next to each other.
  func has(_ phrase: String) -> Bool { parts.contains(Self.spaced(Self.words(of: phrase))) }

  /// The words of a text, in lower case.
  static func words(of text: String) -> [String] {
    text.lowercased().unicodeScalars
      .split { !isPartOfWord($0) }
      .map { String(String.UnicodeScalarView($0)) }
  }

  /// Whether a character is none that parts words.
  static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  private static func spaced(_ words: [String]) -> String {
    " " + words.flatMap { $0.split(separator: "_") }.joined(separator: " ") + " "
  }
}
