import Foundation
import LodgeMatrix
import LodgePlatform

/// The platforms that stand in the repository.
enum PlatformFiles {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Scenarios/platforms")

  /// Their names, sorted.
  static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(
      atPath: folder.path(percentEncoded: false))
    return (files ?? []).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  static func platform(_ name: String) throws -> Platform {
    try Platform(
      yaml: String(contentsOf: folder.appending(path: "\(name).yaml"), encoding: .utf8),
      file: "\(name).yaml")
  }
}
