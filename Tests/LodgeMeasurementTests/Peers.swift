import Foundation
import LodgeHost
import Testing

/// Other programs that compute launch measurements, asked by one Python process for many guests.
enum Peers {
  /// The interpreter of the environment that LODGE_TEST_PEERS names; nil without one.
  static let python = ProcessInfo.processInfo.environment["LODGE_TEST_PEERS"].map {
    "\($0)/bin/python"
  }

  /// Why a test with them is skipped.
  static let missing: Comment =
    "LODGE_TEST_PEERS names no environment with sev-snp-measure; Scripts/test makes one"

  /// What the peers make of one guest.
  struct Answer: Decodable, Sendable {
    /// What sev-snp-measure gives, or the calculation of MRTD.
    var value: String?
    /// Of SEV-ES: the digest over save areas without floating point registers.
    var withoutFloatingPoint: String?
    /// The error of a peer that gives nothing.
    var refusal: String?

    /// In the order in which Lodge has them: of SEV-ES that of KVM_SEV_ES_INIT first.
    var values: [String] { [withoutFloatingPoint, value].compactMap(\.self) }
  }

  /// What the peers make of all that they were asked.
  struct Answers: Decodable, Sendable {
    /// One for each guest.
    var answers: [Answer]
    /// The signatures of the CPU models that sev-snp-measure knows.
    var models: [String: UInt32]
  }

  /// Asks for guests; an empty list asks for the models alone.
  static func answers(to guests: [PeerGuest]) async throws -> Answers {
    let python = try #require(python)
    let script = Bundle.module.bundleURL.appending(path: "Fixtures/peers.py")
      .path(percentEncoded: false)
    let finished = try await Command(
      python, [script], input: try JSONEncoder().encode(["guests": guests]),
      deadline: .seconds(300)
    ).succeed()
    let answers = try JSONDecoder().decode(Answers.self, from: finished.output)
    try #require(answers.answers.count == guests.count)
    return answers
  }
}
