/// The best place of a pattern in a text.
///
/// **Source:** Smith and Waterman, Identification of common molecular subsequences (1981), on words
/// in place of bases, with gaps that cost next to nothing where a value is filled in.
struct Alignment: Equatable, Sendable {
  /// What matched, less what had to be passed over.
  private(set) var score = 0.0
  /// What the words that matched are worth.
  private(set) var matched = 0.0
  /// How many words matched.
  private(set) var count = 0
  /// How many words of the text stand between two that matched and are no value.
  private(set) var strays = 0
  /// The words of the text between the first match and the last.
  private(set) var range = 0..<0

  /// Finds the best place of a pattern.
  init(of pattern: MessagePattern, in words: [String], _ rarity: WordRarity) {
    let weights = pattern.elements.map(rarity.weight(of:))
    var before = Array(repeating: Cell(), count: words.count + 1)
    for (element, weight) in zip(pattern.elements, weights) {
      var row = Array(repeating: Cell(), count: words.count + 1)
      let passing = element == .gap ? Self.filling : Self.strayWord
      row[0] = before[0].less(weight * Self.missing)
      for (index, word) in words.enumerated() {
        var best = before[index + 1].less(weight * Self.missing)
        let passed = row[index].less(passing).strayed(element == .gap ? 0 : 1)
        if passed.score > best.score { best = passed }
        if element.matches(word) {
          let hit = before[index].plus(weight, at: index)
          if hit.score > best.score { best = hit }
        }
        row[index + 1] = best
        if best.score > score {
          (score, matched, count) = (best.score, best.matched, best.count)
          strays = best.strays
          range = best.start..<best.end
        }
      }
      before = row
    }
  }

  /// What a word of the pattern costs that the text lacks, as a part of its weight.
  private static let missing = 0.3
  /// What a word costs that stands between two of the pattern.
  private static let strayWord = 0.6
  /// What a word costs that may be a value.
  private static let filling = 0.05

  private struct Cell {
    var (score, matched, count) = (0.0, 0.0, 0)
    var (start, end, strays, passed) = (0, 0, 0, 0)

    func less(_ cost: Double) -> Self {
      // A place that costs more than it matched is no start.
      guard score > cost else { return Self() }
      var copy = self
      copy.score -= cost
      return copy
    }

    /// Some more words that matched nothing; they count when a further one matches.
    func strayed(_ words: Int) -> Self {
      var copy = self
      copy.passed += count == 0 ? 0 : words
      return copy
    }

    func plus(_ weight: Double, at index: Int) -> Self {
      var copy = self
      (copy.strays, copy.passed) = (strays + passed, 0)
      if count == 0 { copy.start = index }
      copy.end = index + 1
      copy.score += weight
      copy.matched += weight
      copy.count += 1
      return copy
    }
  }
}

extension MessagePattern.Element {
  fileprivate func matches(_ word: String) -> Bool {
    switch self {
    case .word(let own): own == word
    case .stem(let start): word.hasPrefix(start)
    case .gap: false
    }
  }
}

extension WordRarity {
  /// What a piece of a pattern is worth.
  func weight(of element: MessagePattern.Element) -> Double {
    switch element {
    case .word(let word), .stem(let word): weight(of: word)
    case .gap: 0
    }
  }
}
