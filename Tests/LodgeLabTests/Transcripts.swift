import Foundation
import LodgeTesting

extension TemporaryFolder {
  /// What the platform model wrote there for a program, and for each of its children.
  func transcripts(of program: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { $0.hasPrefix("\(program)-") && $0.hasSuffix(".log") }.sorted()
      .map { try String(contentsOfFile: "\(path)/\($0)", encoding: .utf8) }
  }
}
