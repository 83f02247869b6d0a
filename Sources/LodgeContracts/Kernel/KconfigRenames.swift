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
    protecting: DomainType.confidential, reads: .promises + [.kconfig]
  ) { type, facts throws(MissingFact) in
    guard !(try facts.promises(of: type).isEmpty) else { return .notPromised(type) }
    let kconfig = try facts.kconfig
    return .judged(
      KconfigOption.needed(by: type, of: kconfig).compactMap { option in
        guard option.name(in: kconfig) == nil else { return nil }
        return Finding(
          .fail,
          "the kernel is without \(option.meaning): it has \(option.names.count > 1 ? "none of " : "no ")"
            + option.names.listed(),
          where: kconfig.source.at(option.newest),
          sides: [.init(.kernel, "has no \(option.names.joined(separator: " or "))")]
            + facts.sides(promising: type))
      })
  }.comparing(.promises + [.kconfig]) { type, now, before throws(MissingFact) in
    guard let type else { return .kept }
    if try now.promises(of: type).isEmpty, try before.promises(of: type).isEmpty {
      return .notPromised(type)
    }
    return .judged(try now.kconfig.changes(since: try before.kconfig, for: type))
  }
}

extension KernelConfiguration {
  /// Abilities of a type that went and came, whatever they are called and however they are built.
  fileprivate func changes(since before: Self, for type: DomainType) -> [Finding] {
    let hosts = KconfigOption.host(of: type).map { (option: $0, grade: Finding.Grade.fail) }
    let guests = KconfigOption.payload(of: type).map {
      (option: $0.option, grade: Finding.Grade.warn)
    }
    let lost = (hosts + guests).compactMap { option, grade -> Finding? in
      guard let old = option.name(in: before), option.name(in: self) == nil else { return nil }
      return Finding(
        grade,
        "the kernel lost \(option.meaning): it had \(old), and has no "
          + option.names.joined(separator: " or "),
        where: source.at(old),
        sides: [
          .before("\(old)=\(before.options[old] ?? "n")"),
          .now("has no \(option.names.joined(separator: " or "))"),
        ])
    }
    let gained = (hosts + guests).map { $0.option }.filter {
      $0.name(in: before) == nil && $0.name(in: self) != nil
    }
    guard let first = gained.first else { return lost }
    return lost + [
      Finding(
        .info, "the kernel came to have \(gained.map(\.meaning).listed())",
        where: source.at(first.name(in: self)))
    ]
  }
}

extension KconfigOption {
  /// What a host needs to run guests of a type.
  fileprivate static func host(of type: DomainType) -> [Self] {
    switch type {
    case .plain: []
    case .sev, .sevES: [.kvmAMD, .secureProcessor, .amdSEV]
    case .sevSNP: [.kvmAMD, .secureProcessor, .amdSEV, .amdIOMMU] + guestMemory(for: type)
    case .tdx: [.kvmIntel, .tdxHost, .kvmTDX] + guestMemory(for: type)
    }
  }

  /// What a host needs, but for what other contracts look at: whether it hosts the type at all, and
  /// whether it has guest_memfd, which all else of guest memory is about.
  fileprivate static func needed(
    by type: DomainType, of kconfig: KernelConfiguration
  ) -> [Self] {
    let hasMemory = guestMemfd.allSatisfy { $0.name(in: kconfig) != nil }
    let memory = hasMemory ? guestMemory(for: type) : []
    return switch type {
    case .plain: []
    case .sev, .sevES: [.secureProcessor]
    case .sevSNP: [.secureProcessor, .amdIOMMU] + memory
    case .tdx: memory
    }
  }

  /// The abilities of guest memory that guests of a type live on.
  fileprivate static func guestMemory(for type: DomainType) -> [Self] {
    let common = guestMemfd + [.guestMemoryPopulation]
    return type == .sevSNP ? common + [.guestMemoryPreparation, .guestMemoryReclaim] : common
  }
}
