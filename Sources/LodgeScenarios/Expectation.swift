package import LodgeModel

/// What should come of a step, where a condition holds.
package struct Expectation: Equatable, Sendable {
  /// What is wanted of a step.
  package enum Wanted: Equatable, Sendable {
    /// It is served, and what it checks is so.
    case success
    case refusal(RefusalPattern)
    /// What the ladder says of a set that lacks an ability; success where it lacks none.
    case asTheLadderSays
    /// QEMU dies of a signal whose name fits, such as `SIGABRT`.
    case crash(signal: Glob)
    /// No answer comes within the step's time.
    case silence
  }

  package var wanted: Wanted
  package var when: Condition

  package init(_ wanted: Wanted, when condition: Condition = Condition()) {
    (self.wanted, self.when) = (wanted, condition)
  }
}

/// Who should refuse, and in which words.
package struct RefusalPattern: Equatable, Sendable, CustomStringConvertible {
  /// One of these.
  package var layers: [Layer]
  /// One of these fits the message; any message does where there is none.
  package var messages: [Glob]

  package init(by layers: [Layer], messages: [Glob] = []) {
    (self.layers, self.messages) = (layers, messages)
  }

  /// Whether a refusal is the one that is meant.
  package func matches(_ refusal: Refusal) -> Bool {
    layers.contains(refusal.layer)
      && (messages.isEmpty || messages.contains { $0.matches(refusal.message) })
  }

  package var description: String {
    let who = layers.map(\.rawValue).joined(separator: " or ")
    let words = messages.map { "“\($0)”" }.joined(separator: " or ")
    return "a refusal by \(who)" + (words.isEmpty ? "" : " with \(words)")
  }
}
