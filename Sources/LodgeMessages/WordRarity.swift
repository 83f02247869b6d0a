import Foundation

/// How much words tell: rare ones much, those of every sentence hardly anything.
struct WordRarity: Sendable {
  private let counts: [String: Int]
  private let texts: Int

  /// Counts in how many texts each word is.
  init(of texts: [[String]]) {
    var counts: [String: Int] = [:]
    for text in texts {
      for word in Set(text) { counts[word, default: 0] += 1 }
    }
    (self.counts, self.texts) = (counts, texts.count)
  }

  /// What a match of the word is worth.
  func weight(of word: String) -> Double {
    if Self.fillers.contains(word) { return 0.5 }
    let weight = log2(1 + Double(texts) / Double(max(1, counts[word] ?? 1)))
    return word.contains(where: \.isNumber) ? min(weight, 2) : weight
  }

  private static let fillers: Set<String> = [
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "do", "for", "from",
    "has", "have", "if", "in", "is", "it", "its", "may", "no", "of", "on", "or", "our", "that",
    "the", "their", "they", "this", "to", "was", "we", "were", "while", "will", "with", "you",
    "your",
  ]
}
