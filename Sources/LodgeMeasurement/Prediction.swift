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

  package let launch: Launch
  package let measurement: LaunchMeasurement
  /// Values of hosts that start the guest in another way.
  package let alternatives: [Alternative]
  /// What a reader could miss of the inputs.
  package let notes: [String]

  /// Computes what QEMU and KVM will make of the inputs.
  ///
  /// - Throws: ``PredictionFailure`` where they would refuse them.
  package init(of inputs: LaunchInputs) throws(PredictionFailure) {
    launch = try inputs.launch()
    guard let measurement = launch.measurement else {
      throw PredictionFailure("a guest of the type \(launch.type.title) is not measured")
    }
    self.measurement = measurement
    alternatives = try inputs.alternatives()
    notes = inputs.notes
  }
}

extension LaunchInputs {
  fileprivate func alternatives() throws(PredictionFailure) -> [Prediction.Alternative] {
    guard case .sevES(let processors, let initialisation, let features) = guest else { return [] }
    let other: Initialisation = initialisation == .legacy ? .init2 : .legacy
    var inputs = self
    inputs.guest = .sevES(processors, other, features: features)
    guard let measurement = try inputs.launch().measurement else { return [] }
    return [
      Prediction.Alternative(
        measurement: measurement, reason: other.reason,
        source: "Linux arch/x86/kvm/svm/sev.c, sev_es_sync_vmsa; QEMU target/i386/sev.c, "
          + "legacy-vm-type")
    ]
  }

  fileprivate var notes: [String] {
    switch guest {
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
    case .tdx where hashes != nil:
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
