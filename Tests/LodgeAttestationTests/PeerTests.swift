import Foundation
import LodgeAttestation
import LodgeHost
import LodgeModel
import LodgeTesting
import Testing

/// Other programs verify what Lodge signs, and find in it what Lodge put there.
struct PeerTests {
  private static let python = ProcessInfo.processInfo.environment["LODGE_TEST_PEERS"].map {
    "\($0)/bin/python"
  }
  private static let missing: Comment =
    "LODGE_TEST_PEERS names no environment with securesystemslib; Scripts/test makes one"

  private struct Question: Encodable {
    var key: String
    var keyid: String
    var lines: [String]
  }

  private struct Answer: Decodable {
    struct Predicate: Decodable {
      struct Input: Decodable {
        var uri: String
        var digest: [String: String]
      }

      var result: String?
      var passedTests: [String]?
      var warnedTests: [String]?
      var failedTests: [String]?
      var url: String?
      var verificationResult: String?
      var verifiedLevels: [String]?
      var timeVerified: String?
      var inputAttestations: [Input]?
    }

    var signers: [String]?
    var type: String?
    var subjects: [String: String]?
    var predicate: Predicate?
    var refusal: String?
  }

  @Test(.enabled(if: python != nil, missing))
  func theyReadTheSame() async throws {
    let lab = try Lab()
    let folder = try TemporaryFolder()
    let cells = [
      Lab.cell("a", .pass), Lab.cell("b", .pass, warns: true), Lab.cell("c", .fail),
      Lab.cell("d", .notRun),
    ]
    let results = try Statement(of: Lab.set(cells), lock: Lab.lock(), in: Lab.run())
    let envelope = try results.signed(with: lab.key)
    let verdict = try lab.verdict(on: envelope)
    let good = [envelope, verdict].map { String(decoding: $0.line, as: UTF8.self) }
    // Changes that only a signature can show.
    let bad = [
      good[0].replacing("in-toto+json", with: "in-toto+jsom"),
      good[0].replacing("\"payload\":\"e", with: "\"payload\":\"f"),
      good[1].replacing("\"sig\":\"", with: "\"sig\":\"AAAA"),
    ]
    let id = lab.key.publicKey.id.hex
    let question = Question(
      key: try folder.write(lab.key.publicKey.pem, to: "lab.pub"), keyid: id, lines: good + bad)
    let script = Bundle.module.bundleURL.appending(path: "Fixtures/peers.py")
      .path(percentEncoded: false)
    let finished = try await Command(
      try #require(Self.python), [script], input: try JSONEncoder().encode(question)
    ).succeed()
    let answers = try JSONDecoder().decode([Answer].self, from: finished.output)
    try #require(answers.count == 5)
    for answer in answers.prefix(2) {
      #expect(answer.refusal == nil, "\(answer.refusal ?? "")")
      #expect(answer.signers == [id])
      #expect(answer.subjects?[results.subject.set.hex] == "lock")
      #expect(answer.subjects?.count == 3)
    }
    #expect(answers[0].type == TestResult.type && answers[1].type == VerificationSummary.type)
    let seen = answers[0].predicate
    #expect(seen?.result == "FAILED" && seen?.url == "urn:uuid:1")
    #expect(seen?.passedTests == results.predicate.passedTests)
    #expect(seen?.warnedTests == results.predicate.warnedTests)
    #expect(seen?.failedTests == results.predicate.failedTests)
    let judged = answers[1].predicate
    #expect(judged?.verificationResult == "PASSED")
    #expect(judged?.verifiedLevels == ["LODGE_SNP_GATE"])
    #expect(judged?.timeVerified == "2027-01-15T08:00:01Z")
    #expect(judged?.inputAttestations?.map(\.uri) == ["urn:uuid:1"])
    #expect(judged?.inputAttestations?.first?.digest == ["sha256": envelope.digest.hex])
    for answer in answers.suffix(3) { #expect(answer.refusal != nil) }
  }
}
