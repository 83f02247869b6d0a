package import LodgeModel

extension Contract {
  /// The kernel keeps each ability of guest memory under its old name or its new one.
  package static let kconfigRenames = Contract(
    id: "kernel.kconfig-renames", catalogue: "R13",
    claim: "The kernel has every ability of guest memory that the type needs, under either name",
    from: [.kernel], to: [.qemu],
    basis: "Linux virt/kvm/Kconfig: KVM_PRIVATE_MEM became KVM_GUEST_MEMFD, "
      + "KVM_GENERIC_PRIVATE_MEM became HAVE_KVM_ARCH_GMEM_POPULATE, and with 7.3 "
      + "HAVE_KVM_ARCH_GMEM_PREPARE became _CONVERT and _INVALIDATE became _RECLAIM",
    remedy: "build the kernel with KVM_AMD_SEV or KVM_INTEL_TDX, which select these symbols",
    knownCase: "a plain comparison of Debian's configurations of 6.12 and 7.3 shows four "
      + "removed options, though no ability was lost",
    protecting: [.sevSNP, .tdx], reads: .promises + [.kconfig]
  ) { type, facts throws(MissingFact) in
    guard !(try facts.promises(of: type).isEmpty) else { return .notPromised(type) }
    let kconfig = try facts.kconfig
    return .judged(
      KconfigOption.guestMemory(for: type).compactMap { option in
        guard option.name(in: kconfig) == nil else { return nil }
        return Finding(
          .fail,
          "the kernel lost \(option.meaning): it has \(option.names.count > 1 ? "none of " : "no ")"
            + option.names.listed(),
          where: kconfig.source.at(option.newest),
          sides: [.init(.kernel, "has no \(option.names.joined(separator: " or "))")]
            + facts.sides(promising: type))
      })
  }
}

extension KconfigOption {
  /// The abilities of guest memory that guests of a type live on.
  fileprivate static func guestMemory(for type: DomainType) -> [Self] {
    let common: [Self] = [.memoryAttributes, .guestMemory, .guestMemoryPopulation]
    return type == .sevSNP ? common + [.guestMemoryPreparation, .guestMemoryReclaim] : common
  }
}
