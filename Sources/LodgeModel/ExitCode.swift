extension Results {
  /// What the exit code of a process says of the results that it printed.
  package enum ExitCode: Int32, CaseIterable, Sendable {
    /// Every cell that was judged is green: it passed, or a rule says that it does not apply.
    case green = 0
    /// A cell failed, or is blocked by one that did.
    case failed = 1
    /// A cell is in error, so that nothing can be said of it.
    case inError = 2
    /// No cell passed and none failed.
    case nothingJudged = 3
  }

  /// The exit code of these results.
  ///
  /// The worst news wins: a broken promise is certain whatever else went wrong, so a fail comes
  /// before an error; an error comes before silence. Cells that were not run leave green as it is
  /// unless nothing was judged at all. A blocked cell is never green, even where the prerequisite
  /// that failed is not among these results.
  package var exitCode: ExitCode {
    let seen = Set(sets.flatMap(\.cells).map(\.outcome))
    if seen.contains(.fail) { return .failed }
    if seen.contains(.error) { return .inError }
    if seen.contains(.blocked) { return .failed }
    return seen.contains(.pass) ? .green : .nothingJudged
  }
}
