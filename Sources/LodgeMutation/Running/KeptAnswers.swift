import LodgeHost

/// What the QEMU of one set printed, asked for once: mutations of answers change what is kept here.
actor KeptAnswers {
  private var kept: [Interposer.Invocation: Command.Finished] = [:]

  /// What QEMU printed, now or before.
  func finished(
    _ invocation: Interposer.Invocation, _ run: Interposer.Run
  ) async throws -> Command.Finished {
    if let known = kept[invocation] { return known }
    let finished = try await run()
    kept[invocation] = finished
    return finished
  }
}
