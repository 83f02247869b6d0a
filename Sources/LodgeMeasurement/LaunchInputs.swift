import Foundation
package import LodgeModel

/// All that decides the launch measurement of a guest, known before anything runs.
package struct LaunchInputs: Sendable {
  /// The vCPUs of a guest with encrypted registers.
  package struct Processors: Equatable, Sendable {
    /// From 1.
    package var count: Int
    /// What CPUID leaf 1 has in EAX.
    package var signature: UInt32

    package init(count: Int, signature: UInt32) {
      (self.count, self.signature) = (count, signature)
    }
  }

  /// How KVM is told that a guest is one of SEV or SEV-ES.
  package enum Initialisation: String, Codable, CaseIterable, Sendable {
    /// KVM_SEV_INIT and KVM_SEV_ES_INIT: of all domains of libvirt.
    case legacy
    /// KVM_SEV_INIT2, of QEMU 9.1 and later with `legacy-vm-type=off` and Linux 6.10 and later.
    case init2
  }

  /// What the guest is, with what only such a guest has.
  package enum Guest: Sendable {
    case sev
    case sevES(Processors, Initialisation, features: UInt64)
    case sevSNP(Processors, features: UInt64)
    case tdx

    package var type: DomainType {
      switch self {
      case .sev: .sev
      case .sevES: .sevES
      case .sevSNP: .sevSNP
      case .tdx: .tdx
      }
    }
  }

  package var guest: Guest
  package var firmware: LaunchFirmware
  /// Nil where nothing is booted directly, or its hashes are not asked for.
  package var hashes: KernelHashes?

  package init(_ guest: Guest, firmware: LaunchFirmware, hashes: KernelHashes? = nil) {
    (self.guest, self.firmware, self.hashes) = (guest, firmware, hashes)
  }

  /// What QEMU and KVM will give to the TEE.
  ///
  /// - Throws: ``PredictionFailure`` where they would refuse the inputs, or where what they give
  ///   depends on more than these.
  package func launch() throws(PredictionFailure) -> Launch {
    let memory = try memoryRegions()
    return Launch(type: guest.type, regions: memory + (try guest.saveAreas(firmware)))
  }

  /// What they will give of memory, which is the same whatever vCPUs there are.
  func memoryRegions() throws(PredictionFailure) -> [LaunchRegion] {
    try firmware.check(for: guest.type)
    let regions =
      switch guest {
      case .sev, .sevES: try sevRegions()
      case .sevSNP: try snpRegions()
      case .tdx: try trustDomainRegions()
      }
    // Each is 64 bits of the image's choice; the sum must not overflow before it is refused.
    let size = regions.reduce(0) { min($0, Self.memoryLimit) + min($1.size, Self.memoryLimit + 1) }
    guard size <= Self.memoryLimit else {
      throw PredictionFailure(
        "the firmware \(firmware.name) asks for more than \(Self.memoryLimit >> 20) MiB before the "
          + "guest runs, where others take 5: it is damaged, or no firmware")
    }
    return regions
  }

  /// Bytes that an image may ask for before the guest runs; each page costs a hash.
  private static let memoryLimit: UInt64 = 256 << 20

  /// The most vCPUs that KVM gives a guest.
  ///
  /// **Source:** Linux arch/x86/include/asm/kvm_host.h, `KVM_MAX_VCPUS` with
  /// CONFIG_KVM_MAX_NR_VCPUS at its largest.
  package static let processorLimit = 4096
}

extension LaunchInputs.Guest {
  /// The registers of the vCPUs, in one region; none where they are not encrypted.
  func saveAreas(_ firmware: LaunchFirmware) throws(PredictionFailure) -> [LaunchRegion] {
    switch self {
    case .sev, .tdx: []
    case .sevES(let processors, let initialisation, let features):
      [
        try processors.saveAreas(
          firmware, features: features, hasFloatingPoint: initialisation == .init2)
      ]
    case .sevSNP(let processors, let features):
      [try processors.saveAreas(firmware, features: features, hasFloatingPoint: true)]
    }
  }
}

extension LaunchInputs.Processors {
  fileprivate func saveAreas(
    _ firmware: LaunchFirmware, features: UInt64, hasFloatingPoint: Bool
  ) throws(PredictionFailure) -> LaunchRegion {
    guard (1...LaunchInputs.processorLimit).contains(count) else {
      throw PredictionFailure(
        "a guest has 1 to \(LaunchInputs.processorLimit) vCPUs, and \(count) are asked for")
    }
    var start = SaveArea.Start(
      address: SaveArea.Start.resetVector, signature: signature, features: features,
      hasFloatingPoint: hasFloatingPoint)
    var pages = SaveArea(start).page
    // The firmware says where the others begin; its check has seen that it does.
    start.address = firmware.image.resetBlock ?? 0
    let other = SaveArea(start).page
    pages.reserveCapacity(count * SaveArea.size)
    for _ in 1..<count { pages.append(other) }
    return LaunchRegion(.saveAreas, contents: pages)
  }
}
