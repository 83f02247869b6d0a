import LodgeModel

/// The measurement of a guest that was not launched, with what a reader must know beside it.
package struct Prediction: Sendable {
  /// Another value that the same guest can have.
  package struct Alternative: Equatable, Sendable {
    package var measurement: LaunchMeasurement
    /// When it has this value, and why.
    package var reason: String
    /// Where that is written.
    package var source: String
  }

  package let measurement: LaunchMeasurement
  /// Values of hosts that start the guest in another way.
  package let alternatives: [Alternative]
  /// What a reader could miss of the inputs.
  package let notes: [String]

  /// Computes what QEMU and KVM will make of the inputs.
  ///
  /// - Throws: ``PredictionFailure`` where they would refuse them.
  package init(of inputs: LaunchInputs) throws(PredictionFailure) {
    self = try Predictor(inputs).prediction(of: inputs.guest)
  }

  fileprivate init(
    _ measurement: LaunchMeasurement, alternatives: [Alternative], notes: [String]
  ) {
    (self.measurement, self.alternatives, self.notes) = (measurement, alternatives, notes)
  }
}

/// Predictions that differ in their vCPUs alone: what they share is hashed once.
package struct Predictor: Sendable {
  private let inputs: LaunchInputs
  /// What was measured before the vCPUs.
  private let memory: LaunchDigest

  /// Measures what the inputs give of memory; their vCPUs do not matter.
  ///
  /// - Throws: ``PredictionFailure`` where QEMU or KVM would refuse them.
  package init(_ inputs: LaunchInputs) throws(PredictionFailure) {
    guard var digest = LaunchDigest(of: inputs.guest.type) else {
      throw PredictionFailure("a guest of the type \(inputs.guest.type.title) is not measured")
    }
    for region in try inputs.memoryRegions() { digest.add(region) }
    (self.inputs, memory) = (inputs, digest)
  }

  /// The prediction of a guest of the same type.
  ///
  /// - Throws: ``PredictionFailure`` where its vCPUs cannot be.
  package func prediction(of guest: LaunchInputs.Guest) throws(PredictionFailure) -> Prediction {
    Prediction(
      try measurement(of: guest), alternatives: try alternatives(to: guest),
      notes: guest.notes(hasHashes: inputs.hashes != nil))
  }

  private func measurement(
    of guest: LaunchInputs.Guest
  ) throws(PredictionFailure) -> LaunchMeasurement {
    var digest = memory
    for region in try guest.saveAreas(inputs.firmware) { digest.add(region) }
    return digest.value
  }

  private func alternatives(
    to guest: LaunchInputs.Guest
  ) throws(PredictionFailure) -> [Prediction.Alternative] {
    guard case .sevES(let processors, let initialisation, let features) = guest else { return [] }
    let other: LaunchInputs.Initialisation = initialisation == .legacy ? .init2 : .legacy
    return [
      Prediction.Alternative(
        measurement: try measurement(of: .sevES(processors, other, features: features)),
        reason: other.reason,
        source: "Linux arch/x86/kvm/svm/sev.c, sev_es_sync_vmsa; QEMU target/i386/sev.c, "
          + "legacy-vm-type")
    ]
  }
}

extension LaunchInputs.Guest {
  fileprivate func notes(hasHashes: Bool) -> [String] {
    switch self {
    case .sevSNP(_, let features) where features & 1 == 0:
      [
        "SEV features 0x\(String(features, radix: 16)) lack SNPActive (bit 0), which KVM sets for "
          + "every SNP guest"
      ]
    case .sevES(_, _, let features) where features & 1 == 1:
      [
        "SEV features 0x\(String(features, radix: 16)) have SNPActive (bit 0), which no SEV-ES "
          + "guest has"
      ]
    case .tdx where hasHashes:
      ["what is booted directly does not enter MRTD; the firmware measures it into RTMRs"]
    default: []
    }
  }
}

extension LaunchInputs.Initialisation {
  /// When a guest has the digest of this way, in words.
  fileprivate var reason: String {
    switch self {
    case .legacy:
      "started by KVM_SEV_ES_INIT, as every domain of libvirt: KVM then leaves the floating point "
        + "registers out of the save area, so as not to change the digests of older kernels"
    case .init2:
      "started by KVM_SEV_INIT2 (QEMU with legacy-vm-type=off), whose save area has MXCSR and the "
        + "x87 control word; sev-snp-measure gives this value"
    }
  }
}
