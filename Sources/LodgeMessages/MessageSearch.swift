package import LodgeModel

/// Finds the catalogued messages, and the known cases of contracts, that a pasted text is about.
package struct MessageSearch: Sendable {
  /// A message that a text is about.
  package struct Match: Equatable, Sendable {
    package var message: Message
    /// From 0 to 1: how much of the message stands in the text, or of the text in the message.
    package var likeness: Double
    /// Whether the text is a part of the message only.
    package var isPart: Bool
  }

  /// A contract whose known case a text is about.
  package struct CaseMatch: Equatable, Sendable {
    package var contract: String
    package var likeness: Double
  }

  /// All that was found, best first.
  package struct Answer: Equatable, Sendable {
    package var messages: [Match] = []
    package var cases: [CaseMatch] = []
    /// The message that comes nearest, where none is near enough.
    package var nearest: Match?
  }

  private let candidates: [Candidate]
  private let cases: [KnownCase]
  private let rarity: WordRarity

  /// Makes a search.
  ///
  /// - Parameters:
  ///   - catalogue: the messages; markers are printed to nobody and are left out.
  ///   - cases: the known case of each contract, by its id.
  package init(_ catalogue: MessageCatalogue, cases: [(contract: String, text: String)] = []) {
    candidates = catalogue.messages.filter { !$0.isMarker }.map(Candidate.init)
    self.cases = cases.map(KnownCase.init)
    rarity = WordRarity(of: candidates.map(\.pattern.words))
  }

  /// Finds what a text is about; of a very long one only the start counts.
  package func answer(to text: String) -> Answer {
    let text = String(text.prefix(Self.longestText))
    let readings = PastedText.readings(of: text)
    let threads = ThreadReference.all(in: text)
    var (found, nearest) = ([Ranked](), Match?.none)
    for candidate in candidates {
      let isNamed = !threads.isDisjoint(with: candidate.threads)
      guard let match = match(candidate, in: readings, isNamed: isNamed) else { continue }
      if match.match.likeness >= Self.enough {
        found.append(match)
      } else if match.match.likeness > nearest?.likeness ?? Self.nearEnough {
        nearest = match.match
      }
    }
    var answer = Answer()
    answer.messages = found.sorted { $0.rank > $1.rank }.prefix(Self.most).map(\.match)
    answer.cases = cases.compactMap { known in
      likeness(of: readings, to: known, threads).map {
        CaseMatch(contract: known.contract, likeness: $0)
      }
    }
    if answer.messages.isEmpty, answer.cases.isEmpty { answer.nearest = nearest }
    return answer
  }

  /// Characters.
  private static let longestText = 1 << 16
  private static let most = 12
  /// How much of a message must stand in a text.
  private static let enough = 0.7
  private static let nearEnough = 0.3
  /// How much of a text must stand in a message or in a known case that is longer.
  private static let enoughOfText = 0.75
  /// What a word of a message is worth on the whole.
  private static let usual = 4.0
  /// What two words that are in hardly any message are worth.
  private static let telling = 9.0
}

extension MessageSearch {
  /// A match with its place among others.
  private struct Ranked {
    var match: Match
    /// How much of the message stands in the text and of the text in the message, as one number.
    var rank: Double
  }

  private func match(
    _ candidate: Candidate, in readings: [PastedText], isNamed: Bool
  ) -> Ranked? {
    let (message, pattern) = (candidate.message, candidate.pattern)
    let total = weight(of: pattern)
    // What needs other words beside it comes after what speaks for itself.
    let own = (message.words.isEmpty ? 1 : 0.3) * (message.tree == nil ? 1 : 0.95)
    let all = readings.map { reading -> Ranked in
      let alignment = Alignment(of: pattern, in: reading.words, rarity)
      let whole = alignment.score / total
      let part = share(of: alignment, in: reading)
      let isPart = part > whole && alignment.isTelling(Self.telling)
      let likeness = isPart ? part * (part >= Self.enoughOfText ? 1 : 0.8) : whole
      let fits = message.words.isEmpty || message.words.contains(where: reading.has)
      return Ranked(
        match: Match(
          message: message, likeness: fits ? likeness : min(likeness, Self.enough - 0.01),
          isPart: isPart),
        rank: whole * part * own)
    }
    guard var best = all.max(by: { $0.match.likeness < $1.match.likeness }) else { return nil }
    if isNamed { best.match.likeness = max(best.match.likeness, Self.enough) }
    return best
  }

  /// How much of a text matched, other words weighed against it.
  private func share(of alignment: Alignment, in reading: PastedText) -> Double {
    let others = reading.words.enumerated().filter { index, word in
      !alignment.range.contains(index) && !Self.prefixes.contains(word)
        && !word.contains(where: \.isNumber)
    }
    let strange =
      others.reduce(0) { $0 + rarity.weight(of: $1.element) }
      + Double(alignment.strays) * Self.usual
    return alignment.matched / max(alignment.matched + strange, 1)
  }

  private func likeness(
    of readings: [PastedText], to known: KnownCase, _ threads: Set<ThreadReference>
  ) -> Double? {
    if !threads.isDisjoint(with: known.threads) { return 1 }
    let whole = known.quotes.flatMap { quote in
      readings.map { Alignment(of: quote, in: $0.words, rarity).score / weight(of: quote) }
    }.max()
    if let whole, whole >= Self.enough { return whole }
    return readings.compactMap { reading in
      let alignment = Alignment(of: known.pattern, in: reading.words, rarity)
      let share = share(of: alignment, in: reading)
      guard share >= Self.enoughOfText, alignment.isTelling(Self.telling), alignment.count >= 3
      else { return nil }
      return share
    }.max()
  }

  private func weight(of pattern: MessagePattern) -> Double {
    max(pattern.elements.reduce(0) { $0 + rarity.weight(of: $1) }, 0.01)
  }

  /// Words that programs put before a message.
  private static let prefixes: Set<String> = [
    "accel", "ccp", "confidential", "dmesg", "error", "failed", "fatal", "guest", "info",
    "internal", "kernel", "kvm", "libvirt", "libvirtd", "localhost", "machine", "object", "qemu",
    "start", "sudo", "support", "system", "to", "utc", "virsh", "virt", "warning",
  ]
}

/// A message, ready to be looked for.
private struct Candidate: Sendable {
  let message: Message
  let pattern: MessagePattern
  let threads: Set<ThreadReference>

  init(_ message: Message) {
    self.message = message
    pattern = MessagePattern(format: message.text)
    threads = message.threads.reduce(into: []) { $0.formUnion(ThreadReference.all(in: $1)) }
  }
}

/// The known case of a contract.
private struct KnownCase: Sendable {
  let contract: String
  let pattern: MessagePattern
  /// What it quotes.
  let quotes: [MessagePattern]
  let threads: Set<ThreadReference>

  init(contract: String, text: String) {
    self.contract = contract
    pattern = MessagePattern(format: text)
    quotes = text.matches(of: /["“]([^"”]{12,})["”]/).map {
      MessagePattern(format: String($0.1))
    }
    threads = ThreadReference.all(in: text)
  }
}

extension Alignment {
  /// Whether so little matched that it may be by accident.
  fileprivate func isTelling(_ weight: Double) -> Bool { count >= 2 && matched >= weight }
}
