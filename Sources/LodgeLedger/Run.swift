package import Foundation
package import LodgeModel

/// The number of a run in its ledger, counted from 1.
package struct RunID: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let number: Int64

  package init(_ number: Int64) { self.number = number }

  package var description: String { "\(number)" }

  package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// One start of Lodge, as the ledger knows it.
package struct Run: Equatable, Identifiable, Sendable {
  /// What is known when a run begins.
  package struct Start: Equatable, Sendable {
    /// The version of Lodge.
    package var tool: String
    /// Kept to the millisecond.
    package var started: Date
    /// The matrix's name; nil for a run without one.
    package var matrix: String?
    /// The command line without the program's name.
    package var arguments: [String]
    /// The lab that runs it, by the name under which it is known here.
    package var lab: String
    /// What tells whether the process is still alive; nil where nobody asks.
    package var process: String?

    /// The lab of a run that names none.
    package static let ownLab = "local"

    package init(
      tool: String, started: Date, matrix: String?, arguments: [String],
      lab: String = Self.ownLab, process: String? = nil
    ) {
      (self.tool, self.started) = (tool, started)
      (self.matrix, self.arguments) = (matrix, arguments)
      (self.lab, self.process) = (lab, process)
    }
  }

  /// How far a run came.
  package enum State: Equatable, Sendable {
    case ended(at: Date, exitCode: Int32)
    /// No end was recorded: the run was killed, or it is still under way.
    case interrupted
  }

  package let id: RunID
  package let start: Start
  package let state: State
  /// How many cells were recorded, by outcome; outcomes that were not seen are left out.
  package let counts: [Outcome: Int]

  package init(id: RunID, start: Start, state: State, counts: [Outcome: Int]) {
    (self.id, self.start, self.state, self.counts) = (id, start, state, counts)
  }
}
