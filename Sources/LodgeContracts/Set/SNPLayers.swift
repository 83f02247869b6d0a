package import LodgeModel

extension Contract {
  /// Where one layer of a set offers SEV-SNP, all its layers are new enough for it.
  package static let snpLayers = Contract(
    id: "set.snp-layers", catalogue: "R79",
    claim: "Every layer of the set has the SNP interface once one of them promises SEV-SNP",
    from: [.kernel, .qemu, .libvirt, .firmware], to: [.libvirt],
    basis: "first releases: Linux 6.11, QEMU 9.1 (sev-snp-guest), libvirt 10.5 (type='sev-snp'), "
      + "edk2 stable202305 (SEV metadata with a secrets and a CPUID page); judged by headers, QOM, "
      + "schema and SEV metadata",
    remedy: "bring the layer that is behind to the release that has SEV-SNP, together with the "
      + "others",
    knownCase: "libvirt 9.0 with a newer QEMU says \"Invalid value for attribute 'type' in element "
      + "'launchSecurity': 'sev-snp'\"; a kernel of 6.1 below QEMU 9.1 makes that say \"vm-type "
      + "SEV-SNP not supported by KVM\"",
    protecting: [.sevSNP], reads: .promises + [.uapi, .firmware]
  ) { type, facts throws(MissingFact) in
    try facts.judgeLayers(of: type)
  }
}
