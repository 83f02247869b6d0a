package import LodgeModel

extension Contract {
  /// Firmware that is given the hashes of kernel, initrd and command line compares them.
  package static let kernelHashes = Contract(
    id: "firmware.kernel-hashes", catalogue: "R36",
    claim: "An image that takes kernel hashes for a SEV guest refuses a kernel that differs",
    from: [.firmware], to: [.qemu, .libvirt],
    basis: "edk2 OvmfPkg/AmdSev/AmdSevX64.dsc links BlobVerifierLibSevHashes, other platforms "
      + "BlobVerifierLibNull; QEMU target/i386/sev.c fills the area if its table entry is there",
    remedy: "claim SEV types only for images of OvmfPkg/AmdSev, or build the others without the "
      + "hash area",
    knownCase: "since edk2-stable202511 (4b1711d431) every build has the hash area: unstable's "
      + "generic OVMF takes kernelHashes='yes' and starts any kernel; Debian 13's has no area",
    protecting: [.sev, .sevES, .sevSNP], reads: [.firmware, .descriptors, .qom],
    measured: { _, launches, facts throws(MissingFact) in
      .judged(launches.unenforcedHashes(try facts.firmware))
    },
    judge: { type, facts throws(MissingFact) in
      guard let object = QOMTypes.guestObject(for: type) else { return .kept }
      let qom = try facts.qom
      guard let claimed = try facts.claimedImages(for: type) else { return .notClaimed(type) }
      guard qom.names.contains(object) else {
        return .notApplicable(qom.testimony(on: type, by: "QEMU ").words)
      }
      guard try qom.settable(on: object)["kernel-hashes"] != nil else {
        return .notApplicable("QEMU's \(object) has no kernel-hashes, so none are handed over")
      }
      return try claimed.verdict(claimed.images.compactMap { $0.finding(onHashesFor: type) })
    })
}

extension FirmwareImage {
  /// What becomes of the hashes that QEMU hands over.
  fileprivate func finding(onHashesFor type: DomainType) -> Finding? {
    switch (takesKernelHashes, verifiesKernelHashes) {
    case (true, true):
      nil
    case (true, false):
      Finding(
        .fail,
        "\(name) is claimed for \(type.title) and takes kernel hashes, but holds no code that "
          + "compares them: kernelHashes='yes' is accepted and not enforced",
        where: source.at("SEV hash table"),
        sides: [
          .init(.qemu, "hands hashes over to \(name)"),
          .init(.firmware, "holds no code that compares them"),
        ])
    case (true, nil):
      Finding(
        .warn, "\(name) takes kernel hashes, and whether it compares them could not be read",
        where: source.at("SEV hash table"),
        sides: [
          .init(.qemu, "hands hashes over to \(name)"),
          .init(.firmware, "its volume could not be decompressed"),
        ])
    case (false, true):
      Finding(
        .fail,
        "\(name) compares kernel hashes, but gives QEMU no area of "
          + "\(Self.hashTableSize) bytes for them: kernelHashes='yes' cannot start",
        where: source.at("SEV hash table"),
        sides: [
          .init(.qemu, "needs \(Self.hashTableSize) bytes for the table"),
          .init(
            .firmware,
            hashArea.map { "gives \($0.size) at \($0.base.hexadecimal)" }
              ?? "gives no area"),
        ])
    case (false, _):
      // Refused aloud by QEMU, and nobody promised otherwise.
      Finding(
        .info, "\(name) has no area for kernel hashes: QEMU refuses kernelHashes='yes' with it",
        where: source.at("SEV hash table"))
    }
  }
}

extension SetLaunches {
  /// Launches that were given kernel hashes which their firmware never looks at, told once for each
  /// image.
  fileprivate func unenforcedHashes(_ images: FirmwareImages) -> [Finding] {
    grouped { launch in
      guard launch.measured.attributes["kernel-hashes"] == "on",
        let image = launch.measured.attributes["firmware"].flatMap(images.image),
        image.verifiesKernelHashes == false
      else { return nil }
      return image.name
    }.map { name, found in
      Finding(
        .fail,
        found.count.told("launch", "launches") + " with kernelHashes='yes' "
          + (found.count == 1 ? "was" : "were") + " measured with hashes that \(name) "
          + "never compares: the measurement names a kernel, and the guest boots any",
        where: found[0].place,
        sides: [
          Finding.Side(who: "launch", says: "measured with kernel hashes"),
          .init(.firmware, "holds no code that compares them"),
        ])
    }
  }
}
