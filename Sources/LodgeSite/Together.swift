package import LodgeModel

/// Whether the members of a set work together for one domain type, as far as was seen.
package enum Together: Equatable, Sendable {
  /// At least one promise was seen kept and none broken; some may not have been looked at.
  case pass(notRun: Int)
  /// Some promises of those that could be judged are broken.
  case fail(Int, of: Int)
  case error
  case blocked
  /// A member does not offer the type, and nothing that the others say of it is wrong.
  case notOffered
  /// Rules say of every promise that it was never made here.
  case notApplicable
  case notRun

  /// The verdict on a domain type of a set, at one stage or at all of them; on its promises about
  /// no one type for nil.
  ///
  /// The worst news wins. A set that passes promises about a type which a member does not offer
  /// still cannot run it, so that counts as not offered.
  package init(_ type: DomainType?, at stage: Stage? = nil, in set: Results.BuildSet) {
    let cells = set.cells.filter { $0.type == type && (stage == nil || $0.stage == stage) }
    self.init(
      Dictionary(cells.map { ($0.outcome, 1) }, uniquingKeysWith: +),
      answers: set.support.filter { $0.type == type }.map(\.answer))
  }

  /// The verdict on cells of which so many have each outcome, and on what members say of the type.
  init(_ counts: [Outcome: Int], answers: [Support.Answer]) {
    func count(_ outcome: Outcome) -> Int { counts[outcome] ?? 0 }
    if count(.fail) > 0 {
      self = .fail(count(.fail), of: count(.fail) + count(.pass))
    } else if count(.error) > 0 {
      self = .error
    } else if count(.blocked) > 0 {
      self = .blocked
    } else if answers.contains(.notOffered) {
      self = .notOffered
    } else if count(.pass) > 0 {
      self = .pass(notRun: count(.notRun))
    } else {
      self = count(.notApplicable) > 0 && count(.notRun) == 0 ? .notApplicable : .notRun
    }
  }

  /// The verdict in a few words.
  package var title: String {
    switch self {
    case .pass(notRun: 0): "pass"
    case .pass(let notRun): "pass, \(notRun) not run"
    case .fail(let broken, let judged):
      broken == judged ? "FAIL" : "FAIL \(broken) of \(judged)"
    case .error: "error"
    case .blocked: "blocked"
    case .notOffered: "not offered"
    case .notApplicable: "not applicable"
    case .notRun: "not run"
    }
  }

  /// The verdict where there is no room for numbers.
  package var word: String {
    switch self {
    case .fail: "FAIL"
    default: title
    }
  }

  /// The kind of verdict alone, without numbers.
  var kind: String {
    switch self {
    case .fail: "FAIL"
    case .pass(let notRun): notRun == 0 ? "pass" : "pass, some not run"
    default: title
    }
  }

  /// What the verdict means to the eye; silence is doubt, not good news.
  var tone: Tone {
    switch self {
    case .pass(notRun: 0): .good
    case .pass, .notRun: .doubt
    case .fail: .bad
    case .error, .blocked: .trouble
    case .notOffered, .notApplicable: .faint
    }
  }
}
