import Foundation
import LodgeEvidence
import LodgeHost
import LodgeModel
import Testing

/// Kept evidence is used again as long as the version stays: a change of what collectors write must
/// change the version.
struct CollectorsVersionTests {
  @Test func everyFactOfTheRecordedRootIsFound() async throws {
    let evidence = try await RecordedRoot().read { await Evidence(reading: $0) }
    for name in FactName.allCases {
      let fact = try #require(evidence[keyPath: name.path] as? any FactState)
      #expect(fact.summary("found") == "found", "\(name)")
    }
  }

  @Test func changedEvidenceHasANewVersion() async throws {
    let evidence = try await RecordedRoot().read { await Evidence(reading: $0) }
    let now = Fingerprint(
      collectorsVersion: collectorsVersion, evidence: Digest(of: try CanonicalJSON.encode(evidence))
    )
    if ProcessInfo.processInfo.environment["LODGE_RECORD"] == "1" {
      try CanonicalJSON.encode(now).write(to: Fingerprint.file)
    }
    let recorded = try CanonicalJSON.decode(
      Fingerprint.self, from: Data(contentsOf: Fingerprint.file))
    if now.collectorsVersion != recorded.collectorsVersion {
      Issue.record("collectorsVersion is new: record the evidence with LODGE_RECORD=1")
    } else if now.evidence != recorded.evidence {
      Issue.record(
        """
        collectors write other evidence under the version of the old: bump collectorsVersion in \
        AllCollectors.swift, then record the evidence with LODGE_RECORD=1
        """)
    }
  }
}

/// What the collectors of one version write of the recorded root.
private struct Fingerprint: Codable {
  var collectorsVersion: String
  var evidence: Digest

  static let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Snapshots/evidence.json")
}
