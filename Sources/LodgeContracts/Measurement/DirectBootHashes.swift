package import LodgeModel

extension Contract {
  /// A kernel that is booted directly is measured as it lies on the disk.
  package static let directBootHashes = Contract(
    id: "qemu.direct-boot-hashes", catalogue: "R39",
    claim:
      "QEMU gives a directly booted kernel to the guest as its file is, so that its hash holds",
    from: [.qemu], to: [.firmware, .libvirt],
    basis: "QEMU hw/i386/x86-common.c, x86_load_linux: SEV guests get the setup header as it is; "
      + "TDX guests since 10.2 (a7542a38f3)",
    remedy: "take QEMU 10.2 or later for TDX guests that boot a kernel directly, or compute their "
      + "RTMRs from the header as QEMU changes it",
    knownCase: "QEMU 10.1 writes type_of_loader and heap_end_ptr into the header: RTMR values of "
      + "the same kernel differ between 10.1 and 10.2",
    protecting: DomainType.confidential, reads: [.qemu, .qom],
    measured: { _, launches, _ in
      .judged(launches.launches.compactMap(\.findingOnKernel))
    },
    judge: { type, facts throws(MissingFact) in
      let offer = try facts.qom.testimony(on: type, by: "QEMU ")
      guard offer.isOffer else { return .notApplicable(offer.words) }
      guard type == .tdx else { return .kept }
      let qemu = try facts.qemu
      guard let version = UpstreamVersion(qemu.version), version < UpstreamVersion(10, 2) else {
        return .kept
      }
      return .judged([
        Finding(
          .warn,
          "QEMU \(version) changes the setup header of a kernel that a TDX guest boots directly: "
            + "its RTMRs are others than with QEMU 10.2", where: qemu.source.at("x86_load_linux"),
          sides: [.init(.qemu, "is \(version)"), .upstream("10.2 leaves the header as it is")])
      ])
    })
}

extension SetLaunches.Launch {
  /// What is wrong where hashes were given and are not those of the files.
  fileprivate var findingOnKernel: Finding? {
    guard measured.attributes["kernel-hashes"] == "on",
      case .differs(let expected, let difference) = measured.predicted,
      // What differs in registers is for R17 to tell.
      !difference.contains("save area")
    else { return nil }
    return Finding(
      .fail, "the hashes that were measured are not those of the files: \(difference)",
      where: place,
      sides: [
        Finding.Side(who: "files", says: expected.start),
        Finding.Side(who: "launch", says: measured.measurement.start),
      ])
  }
}
