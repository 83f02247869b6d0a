package import LodgeModel

extension Contract {
  /// libvirt promises SNP only where it can be launched.
  package static let snpOffer = Contract(
    id: "libvirt.snp-offer", catalogue: "R41",
    claim: "libvirt offers SEV-SNP only where the kernel runs SNP guests, as it does for TDX",
    from: [.libvirt], to: [.qemu],
    basis: "libvirt docs/formatdomaincaps.rst: launchSecurity lists what the host supports; "
      + "src/qemu/qemu_capabilities.c asks KVM_CAP_VM_TYPES for TDX and nobody for SNP",
    remedy: "take a libvirt that asks KVM_CAP_VM_TYPES for SNP too; until then look at "
      + "/sys/module/kvm_amd/parameters/sev_snp",
    knownCase: "libvirt 11.3 and 12.8 define SNP domains on hosts without it; QEMU then ends with: "
      + "vm-type SEV-SNP not supported by KVM",
    protecting: [.sevSNP], reads: [.launchSecurity, .qom] + .kernelTestimonies
  ) { type, facts throws(MissingFact) in
    for offer in [
      try facts.launchSecurity.testimony(on: type, by: "libvirt "),
      try facts.qom.testimony(on: type, by: "QEMU "),
    ] where !offer.isOffer {
      return .notApplicable("\(offer.words), so libvirt offers no SEV-SNP")
    }
    guard let denial = try facts.kernelTestimonies(orMissing: type).first(where: { !$0.isOffer })
    else { return .kept }
    return .judged([
      Finding(
        .warn,
        "libvirt offers SEV-SNP wherever QEMU has sev-snp-guest, but the kernel \(denial.words)",
        where: denial.place,
        sides: [
          .init(.libvirt, "offers sev-snp and asks no kernel"), .init(.kernel, denial.words),
        ])
    ])
  }.launching("sev-snp/domcapabilities")
}

extension Facts {
  /// What is known of the kernel's own offer.
  ///
  /// - Throws: `MissingFact` where nothing is.
  fileprivate func kernelTestimonies(
    orMissing type: DomainType
  ) throws(MissingFact) -> [Testimony] {
    let known = kernelTestimonies(on: type)
    if known.isEmpty { _ = try self.kconfig }
    return known
  }
}
