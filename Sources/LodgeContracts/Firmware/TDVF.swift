package import LodgeModel

extension Contract {
  /// The firmware for TDX tells QEMU correctly where it wants to lie.
  package static let tdvf = Contract(
    id: "firmware.tdvf", catalogue: "R28",
    claim: "The TDVF metadata of each image claimed for TDX is well-formed and inside the file",
    from: [.firmware], to: [.qemu],
    basis: "Intel TDX Virtual Firmware Design Guide, \"TDVF descriptor\"; QEMU hw/i386/tdvf.c",
    remedy: "claim intel-tdx only for a whole image built from OvmfPkg/IntelTdx",
    knownCase: "\"unsupported section type 5\", intel/MigTD#361; split OVMF_CODE images name "
      + "4 MiB of data in a file of 3.5 MiB",
    protecting: [.tdx], reads: [.firmware, .descriptors]
  ) { type, facts throws(MissingFact) in
    try facts.judgeClaimedImages(for: type)
  }
}
