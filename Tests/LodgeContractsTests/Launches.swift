import LodgeModel
import Testing

// Measured launches made by hand, of which only what a test looks at is told.

extension SetLaunches.Launch {
  /// A launch whose measurement is one digit, again and again.
  static func made(
    _ scenario: String = "test/launch", of type: DomainType = .sevSNP,
    measurement: Character = "a", by initialisation: String = "KVM_SEV_INIT2",
    attributes: [String: String] = [:], regions: [MeasuredRegion] = [],
    predicted: MeasuredLaunch.Predicted = .equal
  ) -> Self {
    Self(
      scenario: scenario, platform: "milan",
      measured: MeasuredLaunch(
        domain: "guest", type: type, algorithm: type < .sevSNP ? "sha256" : "sha384",
        measurement: String(repeating: measurement, count: type < .sevSNP ? 64 : 96),
        initialisation: initialisation, attributes: attributes, regions: regions,
        predicted: predicted))
  }
}

extension MeasuredRegion {
  /// A page for each digit, which its digest repeats.
  static func pages(
    _ digits: String, kind: String = "NORMAL", at address: UInt64 = 0xffc0_0000
  ) -> Self {
    Self(
      call: "KVM_SEV_SNP_LAUNCH_UPDATE", kind: kind, address: address,
      size: UInt64(digits.count) * Page.size,
      pages: digits.map { String(repeating: $0, count: digitsOfPage) }.joined())
  }

  /// The save area of one vCPU.
  static func areas(_ fields: [String: String]) -> Self {
    Self(
      call: "KVM_SEV_SNP_LAUNCH_FINISH", kind: "VMSA", address: nil, size: Page.size,
      saveAreas: [Registers(count: 1, fields: fields)])
  }
}

extension Contract {
  /// The cell of a domain type, by what was measured of it.
  func cell(
    ofMeasured launches: [SetLaunches.Launch], before: [SetLaunches.Launch]? = nil,
    in evidence: Evidence = .sid, _ type: DomainType = .sevSNP
  ) throws -> Cell {
    let launches = SetLaunches(
      launches, before: before.map { SetLaunches.Before(name: "sid 1234", launches: $0) })
    return try #require(
      cells(ofMeasured: launches, among: [], evidence: evidence).first { $0.type == type })
  }
}

extension SentCalls.Call {
  /// A number that QEMU sent.
  static func sent(
    _ number: UInt64, in field: String = ownNumber, of call: String, _ command: String? = nil,
    by type: DomainType = .sevSNP, refusal: String? = nil, asked: UInt64? = nil
  ) -> Self {
    Self(
      type: type, call: call, command: command, field: field, number: number, refusal: refusal,
      asked: asked)
  }
}

extension LibvirtAnswer {
  /// The command line of a SEV domain.
  static func arguments(
    _ parts: [String: [String: String]], in scenario: String = "test/launch",
    of type: DomainType = .sev, for domain: String = "<domain/>"
  ) -> Self {
    Self(
      scenario: scenario, platform: "milan", type: type, question: .arguments(domain: domain),
      parts: parts)
  }

  /// What libvirt said that it can do.
  static func capabilities(_ parts: [String: [String: String]]) -> Self {
    Self(
      scenario: "test/domcapabilities", platform: "milan", type: .sev, question: .capabilities,
      parts: parts)
  }
}

extension Contract {
  /// The cell of a domain type, by what QEMU sent for it.
  func cell(
    ofCalls calls: [SentCalls.Call], in evidence: Evidence = .sid, _ type: DomainType = .sevSNP
  ) throws -> Cell {
    let launches = SetLaunches([], calls: SentCalls(calls.map { ($0, "test/launch on milan") }))
    return try #require(
      cells(ofMeasured: launches, among: [], evidence: evidence).first { $0.type == type })
  }

  /// The cell of SEV, by what libvirt answered on two sets.
  func cell(ofAnswers now: [LibvirtAnswer], before: [LibvirtAnswer]) throws -> Cell {
    let launches = SetLaunches(
      [], before: SetLaunches.Before(name: "sid 1234", launches: [], answers: before),
      answers: now)
    return try #require(
      cells(ofMeasured: launches, among: [], evidence: .sid).first { $0.type == .sev })
  }
}

extension Cell {
  /// Whether the promise is kept and there is nothing to say.
  var isKeptInSilence: Bool { outcome == .pass && findings.isEmpty }
}
