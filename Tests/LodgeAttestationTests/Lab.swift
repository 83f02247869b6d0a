import Foundation
import LodgeAttestation
import LodgeModel
import Testing

/// A lab that always has the same key, and the statements that it signs.
struct Lab {
  let key: SigningKey
  let trusted: TrustedKeys

  /// A lab whose key is made of one byte.
  init(_ name: String = "sig-lab", seed: UInt8 = 7) throws {
    key = try SigningKey(pem: Data(Self.pem(seed: [UInt8](repeating: seed, count: 32)).utf8))
    trusted = try TrustedKeys([
      .init(name: try #require(LabName(name)), key: key.publicKey)
    ])
  }

  /// What `openssl pkey` writes of a private key, put together by hand.
  static func pem(seed: [UInt8]) throws -> String {
    let start = try #require([UInt8](hexadecimal: "302e020100300506032b657004220420"))
    return
      "-----BEGIN PRIVATE KEY-----\n\(Data(start + seed).base64EncodedString())\n-----END PRIVATE KEY-----\n"
  }

  /// What `openssl pkey -pubout` writes of a public key, put together by hand.
  static func pem(point: [UInt8]) throws -> String {
    let start = try #require([UInt8](hexadecimal: "302a300506032b6570032100"))
    return
      "-----BEGIN PUBLIC KEY-----\n\(Data(start + point).base64EncodedString())\n-----END PUBLIC KEY-----\n"
  }

  static func digest(_ digit: Character) throws -> Digest {
    try #require(Digest(String(repeating: digit, count: 64)))
  }

  static func package(_ name: String, _ digest: Digest?) -> Package {
    Package(
      name: name, version: "1-1", architecture: "amd64", sha256: digest, size: 1,
      origin: "Debian", suite: "sid", signature: .verified, path: "pool/\(name)_1-1_amd64.deb")
  }

  static func lock() throws -> Lock {
    Lock(packages: [package("qemu", try digest("a")), package("libvirt", try digest("b"))])
  }

  static func cell(
    _ id: String, _ outcome: Outcome, _ stage: Stage = .packages, warns: Bool = false
  ) -> Cell {
    Cell(
      kind: .contract, id: id, catalogue: "R01", type: .tdx, stage: stage, outcome: outcome,
      reason: "because", findings: warns ? [Finding(.warn, "it may", where: "here")] : [])
  }

  static func set(_ cells: [Cell]) throws -> Results.BuildSet {
    Results.BuildSet(
      id: try SetSubject(lock()).set, name: "sid", packages: 2, cells: cells)
  }

  static func run(_ stage: Stage = .packages, uri: String = "urn:uuid:1") throws -> RunDescription {
    RunDescription(
      uri: uri, stage: stage, ended: Date(timeIntervalSince1970: 1_800_000_000.7), lodge: "0.1.0",
      configuration: [.init(name: "debian.yaml", sha256: try digest("c"))])
  }

  static func verdict(
    isYes: Bool = true, inputs: [ResourceDescriptor], waivers: [String] = []
  ) throws -> Statement<VerificationSummary> {
    let subject = try SetSubject(lock())
    return try Statement(
      about: subject,
      VerificationSummary(
        policy: "snp", policyDigest: try digest("d"), set: subject.set, isYes: isYes,
        waivers: waivers, time: Date(timeIntervalSince1970: 1_800_000_001), inputs: inputs,
        lodge: "0.1.0"))
  }

  /// The results of one run.
  func results(uri: String = "urn:uuid:1") throws -> Envelope {
    try Statement(
      of: Self.set([Self.cell("kernel.a", .pass)]), lock: Self.lock(), in: Self.run(uri: uri)
    ).signed(with: key)
  }

  /// A verdict that rests on these results.
  func verdict(on results: Envelope, uri: String = "urn:uuid:1") throws -> Envelope {
    try Self.verdict(inputs: [.init(uri: uri, sha256: results.digest)]).signed(with: key)
  }

  /// A file with results and the verdict on them.
  func file() throws -> Data {
    let results = try results()
    return AttestationFile([results, try verdict(on: results)]).bytes
  }
}

extension Verification {
  /// What is wrong with each line; nil for a good one.
  var failures: [LineFailure?] {
    lines.map { if case .failure(let failure) = $0.outcome { failure } else { nil } }
  }

  /// The first line with which something is wrong.
  var firstWrong: Int? { failures.firstIndex { $0 != nil }.map { $0 + 1 } }
}
