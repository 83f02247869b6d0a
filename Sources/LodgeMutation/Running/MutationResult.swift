/// What became of one mutation.
package struct MutationResult: Sendable {
  package let mutation: Mutation
  /// What each contract that must catch it says, in the order of the mutation; nil where it missed
  /// it.
  package var caught: [String: String] = [:]
  /// What contracts that missed it say in its place.
  package var said: [String: String] = [:]
  /// The catalogue numbers of other contracts that fell with it.
  package var fallen: [String] = []
  /// Why it could not be tried: its edits find nothing to change any more.
  package var stale: String?

  /// The contracts that missed it.
  package var missed: [String] { mutation.contracts.filter { caught[$0] == nil } }
  /// Whether each contract caught it that must.
  package var isCaught: Bool { stale == nil && missed.isEmpty }
}

/// What became of one harmless change.
package struct HarmlessResult: Sendable {
  package let change: HarmlessChange
  /// What contracts called a failure, one text each.
  package var alarms: [String] = []
  /// Why it could not be tried.
  package var stale: String?

  /// Whether no contract minds.
  package var isQuiet: Bool { stale == nil && alarms.isEmpty }
}
