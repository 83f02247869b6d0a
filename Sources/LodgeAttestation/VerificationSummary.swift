package import Foundation
package import LodgeModel

/// The verdict of a gate on a set, as a verification summary of SLSA.
///
/// **Source:** SLSA 1.2, verification_summary.md, predicate v1.
package struct VerificationSummary: StatementPredicate {
  package static let type = "https://slsa.dev/verification_summary/v1"

  /// The policy that the set was judged by.
  package let policy: String
  package let policyDigest: Digest
  /// Whether the set may be released.
  package let isYes: Bool
  /// The waivers that counted, in a few words each.
  package let waivers: [String]
  package let time: Timestamp
  /// The statements that the verdict rests on, all of them: the URI of each run, and the
  /// ``Envelope/digest`` of what was said of it.
  package let inputs: [ResourceDescriptor]
  /// The version of Lodge.
  package let lodge: String
  private let judged: Digest

  package var set: Digest? { judged }

  /// A verdict.
  package init(
    policy: String, policyDigest: Digest, set: Digest, isYes: Bool, waivers: [String] = [],
    time: Date, inputs: [ResourceDescriptor], lodge: String
  ) {
    (self.policy, self.policyDigest, judged) = (policy, policyDigest, set)
    (self.isYes, self.waivers, self.inputs) = (isYes, waivers, inputs)
    (self.time, self.lodge) = (Timestamp(time), lodge)
  }

  /// What a set that the policy lets through has: `LODGE_SNP_GATE` for a policy `snp`.
  package var level: String {
    let word = policy.unicodeScalars.map { scalar in
      scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        ? String(scalar).uppercased() : "_"
    }
    return "LODGE_\(word.joined())_GATE"
  }

  /// Who judged; whose key may sign for it is said by the trusted keys.
  private static let verifier = "urn:lodge:gate"

  private var resource: String { "urn:lodge:set:\(judged)" }

  private var levels: [String] { [isYes ? level : "FAILED"] }
}

extension VerificationSummary: Codable {
  private enum CodingKeys: String, CodingKey {
    case verifier, timeVerified, resourceUri, policy, inputAttestations, verificationResult
    case verifiedLevels
    // Producers may add fields whose names are URIs.
    case verdict = "urn:lodge:verdict:1"
  }

  private struct Verifier: Codable {
    var id: String
    var version: [String: String]
  }

  private struct Verdict: Codable {
    var policy: String
    var set: Digest
    var waivers: [String]
  }

  private enum Result: String, Codable {
    case passed = "PASSED"
    case failed = "FAILED"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let verifier = try container.decode(Verifier.self, forKey: .verifier)
    let verdict = try container.decode(Verdict.self, forKey: .verdict)
    self.init(
      policy: verdict.policy,
      policyDigest: try container.decode(ResourceDescriptor.self, forKey: .policy).sha256,
      set: verdict.set,
      isYes: try container.decode(Result.self, forKey: .verificationResult) == .passed,
      waivers: verdict.waivers,
      time: try container.decode(Timestamp.self, forKey: .timeVerified).date,
      inputs: try container.decode([ResourceDescriptor].self, forKey: .inputAttestations),
      lodge: verifier.version["lodge"] ?? "")
    guard verifier.id == Self.verifier,
      try container.decode(String.self, forKey: .resourceUri) == resource,
      try container.decode([String].self, forKey: .verifiedLevels) == levels
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "verifier, resourceUri and verifiedLevels are not those of the verdict")
      )
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(
      Verifier(id: Self.verifier, version: ["lodge": lodge]), forKey: .verifier)
    try container.encode(time, forKey: .timeVerified)
    try container.encode(resource, forKey: .resourceUri)
    try container.encode(
      ResourceDescriptor(uri: policyURI, sha256: policyDigest), forKey: .policy)
    try container.encode(inputs, forKey: .inputAttestations)
    try container.encode(isYes ? Result.passed : .failed, forKey: .verificationResult)
    try container.encode(levels, forKey: .verifiedLevels)
    try container.encode(
      Verdict(policy: policy, set: judged, waivers: waivers), forKey: .verdict)
  }

  private var policyURI: String {
    "urn:lodge:policy:"
      + (policy.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
  }
}
