package import Foundation

/// Stands between a sandboxed program and who asks it: keeps what it prints, or changes it.
package struct Interposer: Sendable {
  /// What is run, without the sandbox around it.
  package struct Invocation: Hashable, Sendable {
    package let program: String
    package let arguments: [String]
    package let input: Data
  }

  /// Runs the program for real.
  package typealias Run = @Sendable () async throws -> Command.Finished

  private let answering: @Sendable (Invocation, Run) async throws -> Command.Finished

  /// Answers in place of programs, or with their help.
  package init(
    _ answering: @escaping @Sendable (Invocation, Run) async throws -> Command.Finished
  ) {
    self.answering = answering
  }

  /// What is said to have been printed.
  func answer(
    _ invocation: Invocation, _ run: Run
  ) async throws(CommandFailure) -> Command.Finished {
    do {
      return try await answering(invocation, run)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw .failed(invocation.program, "\(error)")
    }
  }
}
