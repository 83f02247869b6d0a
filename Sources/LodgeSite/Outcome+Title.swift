import LodgeModel

extension Outcome {
  /// The outcome as sentences write it.
  var title: String {
    switch self {
    case .pass: "pass"
    case .fail: "fail"
    case .error: "error"
    case .blocked: "blocked"
    case .notApplicable: "not applicable"
    case .notRun: "not run"
    }
  }
}
