package import LodgeModel

extension Contract {
  /// The kernel has the private memory in which QEMU keeps SNP and TDX guests.
  package static let guestMemfd = Contract(
    id: "kernel.guest-memfd", catalogue: "R12",
    claim: "The kernel offers guest_memfd, memory attributes and the region that joins them",
    from: [.kernel], to: [.qemu],
    basis: "Linux virt/kvm/Kconfig (KVM_GENERIC_MEMORY_ATTRIBUTES, KVM_GUEST_MEMFD) and "
      + "include/uapi/linux/kvm.h (capabilities 231, 233, 234); QEMU accel/kvm/kvm-all.c",
    remedy: "build the kernel with KVM_AMD_SEV or KVM_INTEL_TDX, which select guest_memfd",
    knownCase: "\"kernel does not support restricted guest memory\", AMDESE/AMDSEV#193; "
      + "memory-backend-memfd-private, canonical/tdx#30",
    protecting: [.sevSNP, .tdx], reads: .promises + [.kconfig, .uapi, .btf]
  ) { type, facts throws(MissingFact) in
    guard !(try facts.promises(of: type).isEmpty) else { return .notPromised(type) }
    let kconfig = try facts.kconfig
    let missing = KconfigOption.guestMemfd.filter {
      $0.name(in: kconfig) == nil
    }
    let differences = try facts.differences(from: .guestMemory)
    return .judged(
      missing.map {
        Finding(
          .fail, "the kernel is built without \($0.newest), in which \(type.title) guests live",
          where: kconfig.source.at($0.newest),
          sides: [.init(.kernel, "has no \($0.names.joined(separator: " or "))")]
            + facts.sides(promising: type))
      } + differences.map(Finding.init))
  }
}
