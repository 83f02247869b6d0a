import Foundation
import LodgeHost
import LodgeTesting
import Testing

extension TemporaryFolder {
  /// Builds a probe, which is a folder beside this one, into a program of a name.
  func build(_ probe: String, as name: String) async throws -> String {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let files = try FileManager.default
      .contentsOfDirectory(at: tests.appending(path: probe), includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "c" }.map { $0.path(percentEncoded: false) }
    let program = "\(path)/\(name)"
    let built = try await Command("clang", ["-O1", "-w", "-o", program] + files).run()
    try #require(built.ending == .exited(0), "\(built.errors)")
    return program
  }
}
