package import LodgeModel

extension Contract {
  /// The firmware for SNP tells QEMU correctly which pages the guest needs.
  package static let snpMetadata = Contract(
    id: "firmware.snp-metadata", catalogue: "R29",
    claim: "The SEV metadata of each image claimed for SNP can be handed to the kernel as it is",
    from: [.firmware], to: [.qemu, .kernel],
    basis: "edk2 OvmfPkg/ResetVector/X64/OvmfSevMetadata.asm; QEMU target/i386/sev.c; "
      + "KVM_SEV_SNP_LAUNCH_UPDATE refuses an empty range",
    remedy: "claim amd-sev-snp only for an image with a full set of SEV sections, such as "
      + "OvmfPkg/AmdSev",
    knownCase: "OVMF.inteltdx.ms.fd 2026.08 has sections of no length: \"SNP_LAUNCH_UPDATE "
      + "called with invalid address / length\"; OVMF_CODE_4M.fd 2022.11 has no metadata",
    protecting: [.sevSNP], reads: [.firmware, .descriptors]
  ) { type, facts throws(MissingFact) in
    try facts.judgeClaimedImages(for: type)
  }
}
