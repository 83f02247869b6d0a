/// What was seen in one cell of the matrix; only ``pass`` is green.
package enum Outcome: String, Codable, CaseIterable, Sendable {
  case pass
  case fail
  /// Lodge's own trouble, or input that it could not read.
  case error
  /// A prerequisite failed; the reason names it.
  case blocked
  /// A rule says that the promise was never made here.
  case notApplicable = "not-applicable"
  /// A fact or a host ability is missing; the reason names it.
  case notRun = "not-run"
}
