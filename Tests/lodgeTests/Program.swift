import Foundation
import LodgeHost

/// The program under test, built beside these tests.
enum Program {
  /// Runs it with its cache and ledger in folders of their own.
  static func run(
    _ arguments: [String], cache: String?, state: String, deadline: Duration = .seconds(600)
  ) async throws -> Command.Finished {
    var environment = Command.inherited
    environment["XDG_STATE_HOME"] = state
    environment["XDG_CACHE_HOME"] = cache
    return try await Command(
      path, arguments, environment: environment, deadline: deadline, outputLimit: 64 << 20
    ).run()
  }

  /// The folder of scenarios of this tree.
  static let scenarios = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Scenarios")
    .path(percentEncoded: false)

  /// Where it is.
  static var path: String {
    get throws {
      let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      return URL(filePath: own).deletingLastPathComponent().appending(path: "lodge")
        .path(percentEncoded: false)
    }
  }
}
