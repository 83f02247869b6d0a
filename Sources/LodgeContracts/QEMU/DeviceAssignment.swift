package import LodgeModel

extension Contract {
  /// Devices of the host can be given to guests with private memory.
  package static let deviceAssignment = Contract(
    id: "qemu.vfio", catalogue: "R48",
    claim: "QEMU can give a device of the host to a guest with private memory",
    from: [.qemu], to: [.libvirt],
    basis: "QEMU hw/vfio/common.c and system/physmem.c: VFIO forbids the discarding of RAM that "
      + "guest_memfd relies on, 9.1; mended in 9.2",
    remedy: "take QEMU 9.2 or later for SNP guests with hostdev",
    knownCase: "\"Cannot set discarding of RAM broken: Device or resource busy\" with SNP on QEMU "
      + "9.1; kubevirt/kubevirt 16407 for TDX and dma_entry_limit",
    protecting: [.sevSNP, .tdx], reads: [.qom, .qemu]
  ) { type, facts throws(MissingFact) in
    let (qom, build) = (try facts.qom, try facts.qemu)
    let offer = qom.testimony(on: type, by: "QEMU ")
    guard offer.isOffer else { return .notApplicable(offer.words) }
    guard qom.names.contains("vfio-pci") else { return .notApplicable("QEMU has no vfio-pci") }
    if type == .tdx {
      return .judged([
        Finding(
          .info,
          "a TD with assigned devices maps memory page by page: vfio_iommu_type1.dma_entry_limit "
            + "may have to be raised",
          where: qom.source.at("vfio-pci"))
      ])
    }
    guard let version = UpstreamVersion(build.version), version >= UpstreamVersion(9, 1),
      version < UpstreamVersion(9, 2)
    else { return .kept }
    return .judged([
      Finding(
        .fail, "QEMU \(build.version) starts no SNP guest with an assigned device",
        where: build.source.at("vfio-pci"),
        sides: [
          .init(.qemu, "\(build.version) forbids discarding under VFIO"),
          .upstream("works since 9.2"),
        ])
    ])
  }
}
