package import LodgeModel

extension Contract {
  /// Firmware with room for kernel hashes says so to SNP launches too.
  package static let hashSection = Contract(
    id: "firmware.hash-section", catalogue: "R37",
    claim: "An image for SNP that has an area for kernel hashes has a SEV section around it",
    from: [.firmware], to: [.qemu],
    basis: "edk2 OvmfPkg/ResetVector/X64/OvmfSevMetadata.asm (stable202402): section 0x10, "
      + "KERNEL_HASHES; QEMU target/i386/sev.c, snp_launch_update_kernel_hashes",
    remedy: "take a build of edk2-stable202402 or later",
    knownCase: "QEMU c1996992cc needs edk2 9eec96bd4f: without the section the page of the hashes "
      + "is not given to an SNP guest",
    protecting: [.sevSNP], reads: [.firmware, .descriptors],
    measured: { type, launches, facts throws(MissingFact) in
      let images = try facts.firmware
      return .judged(launches.launches.compactMap { $0.findingOnHashes(images) })
    },
    judge: { type, facts throws(MissingFact) in
      guard let claimed = try facts.claimedImages(for: type) else { return .notClaimed(type) }
      return try claimed.verdict(claimed.images.compactMap(\.findingOnHashSection))
    })
}

extension FirmwareImage {
  fileprivate var findingOnHashSection: Finding? {
    guard let area = hashArea, area.base != 0, case .sections(_, let sections) = sevMetadata,
      !sections.contains(where: { $0.kind == .kernelHashes && $0.holds(area) })
    else { return nil }
    return Finding(
      .fail,
      "\(name) has an area for kernel hashes at \(area.base.hexadecimal), and no SEV section "
        + "KERNEL_HASHES around it: an SNP guest is not given them",
      where: source.at("SEV metadata"),
      sides: [
        Finding.Side(who: "hash table", says: "lies at \(area.base.hexadecimal)"),
        Finding.Side(who: "SEV metadata", says: "has no section KERNEL_HASHES there"),
      ])
  }
}

extension FirmwareImage.SEVSection {
  /// Whether an area lies wholly in the section.
  fileprivate func holds(_ area: FirmwareImage.Area) -> Bool {
    guard base <= area.base, area.base - base <= size else { return false }
    return area.size <= size - (area.base - base)
  }
}

extension SetLaunches.Launch {
  /// What is wrong where hashes were asked for and their page was not measured.
  fileprivate func findingOnHashes(_ images: FirmwareImages) -> Finding? {
    guard measured.attributes["kernel-hashes"] == "on",
      let area = measured.attributes["firmware"].flatMap({ images.image(at: $0) })?.hashArea,
      area.base != 0
    else { return nil }
    let page = area.base / Page.size * Page.size
    let isMeasured = measured.regions.contains { region in
      guard let address = region.address, region.kind == "NORMAL" else { return false }
      return address <= page && page - address < region.size
    }
    return isMeasured
      ? nil
      : Finding(
        .fail,
        "kernel hashes were asked for, and the page at \(page.hexadecimal) that should have them "
          + "was not measured", where: place,
        sides: [
          .init(.qemu, "was asked for kernel hashes"),
          Finding.Side(who: "launch", says: "measures no page at \(page.hexadecimal)"),
        ])
  }
}
