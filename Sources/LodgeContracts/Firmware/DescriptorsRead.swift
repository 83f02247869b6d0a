package import LodgeModel

extension Contract {
  /// What packages ship as firmware descriptors libvirt can read.
  package static let descriptorsRead = Contract(
    id: "firmware.descriptors-read", catalogue: "R82",
    claim: "Each file among the firmware descriptors of the set is one",
    from: [.firmware], to: [.libvirt],
    basis:
      "QEMU docs/interop/firmware.json (interface-types, mapping, targets and features must be "
      + "there); RFC 8259; libvirt src/qemu/qemu_firmware.c drops a file that it cannot read",
    remedy:
      "mend the file: libvirt says nothing of it, and finds no firmware for guests that need it",
    knownCase: "a comma behind the last feature: libvirt 12.8 says \"Unable to find 'efi' firmware "
      + "that is compatible with the current configuration\"",
    reads: [.descriptors]
  ) { _, facts throws(MissingFact) in
    let broken = try facts.descriptors.broken ?? []
    return .judged(
      broken.map { file in
        Finding(
          .fail,
          "\(file.source.name) is no firmware descriptor, and libvirt drops it: \(file.reason)",
          where: file.source.at(),
          sides: [
            Finding.Side(who: file.source.name, says: file.reason),
            .init(.libvirt, "drops the file"),
          ])
      })
  }
}
