import LodgeModel

// Measured launches made by hand, of which only what a test looks at is told.

extension MeasuredLaunch {
  /// A launch with a measurement that no TEE would give.
  static func made(
    _ measurement: String = "aa", of type: DomainType = .sevSNP, domain: String = "guest",
    regions: [MeasuredRegion] = []
  ) -> Self {
    Self(
      domain: domain, type: type, algorithm: type < .sevSNP ? "sha256" : "sha384",
      measurement: measurement, initialisation: "KVM_SEV_INIT2", regions: regions,
      predicted: .equal)
  }
}

extension MeasuredRegion {
  /// A page for each digit, which its digest repeats.
  static func pages(
    _ digits: String, kind: String = "NORMAL", at address: UInt64? = 0xffc0_0000,
    by call: String = "KVM_SEV_SNP_LAUNCH_UPDATE"
  ) -> Self {
    Self(
      call: call, kind: kind, address: address, size: UInt64(digits.count) * Page.size,
      pages: digits.map { String(repeating: $0, count: digitsOfPage) }.joined())
  }

  /// The save areas of some vCPUs.
  static func areas(_ registers: [Registers]) -> Self {
    let count = registers.reduce(0) { $0 + $1.count }
    return Self(
      call: "KVM_SEV_SNP_LAUNCH_FINISH", kind: "VMSA", address: nil,
      size: UInt64(count) * Page.size, saveAreas: registers)
  }
}

extension SetLaunches.Launch {
  /// A launch of a scenario.
  static func made(
    _ scenario: String, on platform: String = "milan", _ measured: MeasuredLaunch
  ) -> Self {
    Self(scenario: scenario, platform: platform, measured: measured)
  }
}
