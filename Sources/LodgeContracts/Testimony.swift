import LodgeModel

/// What one fact says about a domain type: that its member offers it, or that it does not.
struct Testimony: Equatable, Sendable {
  /// Whether the fact shows the type, rather than denies it.
  var isOffer: Bool
  /// A few words with file or symbol, which go on a sentence that names the member.
  var words: String
  /// The place of the proof, as findings write it.
  var place: String

  /// Words that prove an offer.
  static func shows(_ words: String, at place: String) -> Self {
    Self(isOffer: true, words: words, place: place)
  }

  /// Words that prove the absence of one.
  static func denies(_ words: String, at place: String) -> Self {
    Self(isOffer: false, words: words, place: place)
  }
}

extension [String] {
  /// The items as a sentence lists them: `a, b and c`.
  func listed() -> String {
    guard let last, count > 1 else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " and " + last
  }

  /// The first of many, with how many more there are.
  var few: String {
    count <= 4 ? listed() : prefix(3).joined(separator: ", ") + " and \(count - 3) more"
  }
}

extension Int {
  /// The number with what is counted, in the one form or the other: `1 launch is`, `3 launches are`.
  func told(_ one: String, _ many: String) -> String { "\(self) \(self == 1 ? one : many)" }
}
