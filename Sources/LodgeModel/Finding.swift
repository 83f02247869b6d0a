/// One thing a contract or scenario saw, with what to do about it.
package struct Finding: Codable, Equatable, Sendable {
  /// How much a finding weighs; a cell fails only on ``fail``.
  package enum Grade: String, Codable, Comparable, Sendable {
    case info
    case warn
    case fail

    package static func < (left: Self, right: Self) -> Bool {
      left.weight < right.weight
    }

    private var weight: Int {
      switch self {
      case .info: 0
      case .warn: 1
      case .fail: 2
      }
    }
  }

  package var grade: Grade
  /// One sentence, lower case, no full stop.
  package var summary: String
  /// The place, as `package: file: symbol`, leaving out what is not known.
  package var `where`: String
  /// What to do next; empty where nothing is to be done.
  package var remedy: String

  package init(_ grade: Grade, _ summary: String, where place: String, remedy: String = "") {
    (self.grade, self.summary, self.where, self.remedy) = (grade, summary, place, remedy)
  }
}
