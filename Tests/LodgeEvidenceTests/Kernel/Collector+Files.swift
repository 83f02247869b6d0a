import Foundation
import LodgeEvidence
import LodgeModel

extension Collector {
  /// What the collector makes of a tree of files, which lives until it is done.
  func evidence(
    of files: [String: Data], links: [String: String] = [:]
  ) async throws -> Evidence {
    let tree = try TreeOfFiles(files, links: links)
    defer { withExtendedLifetime(tree) {} }
    var evidence = Evidence()
    await self(try tree.root())(&evidence)
    return evidence
  }
}
