package import LodgeModel

extension Contract {
  /// The order of what is measured is part of the measurement.
  package static let measuredOrder = Contract(
    id: "firmware.measured-order", catalogue: "R38",
    claim:
      "What is measured before an SNP or TDX guest runs comes in the order of the build before",
    from: [.firmware, .qemu], to: [.libvirt],
    basis:
      "AMD SEV-SNP ABI 56860: each page makes a new digest of the one before; Intel TDX module "
      + "base specification 348549: MRTD; sections are taken as they stand in the image's metadata",
    remedy:
      "tell relying parties that the order changed: a tool that sorts sections otherwise gives "
      + "another value",
    knownCase: "edk2-stable202411 moved KERNEL_HASHES to the end; a downstream QEMU added and "
      + "extended pages in another order, Fraunhofer-AISEC/measured-boot-tools#6",
    measuring: [.sevSNP, .tdx]
  ) { _, launches, _ in
    let orders = Dictionary(grouping: launches.launches, by: \.order)
    let told = orders.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map {
      Finding(.info, "measured in the order \($0.key)", where: $0.value[0].place)
    }
    let changed = Dictionary(
      grouping: launches.pairs.filter { $0.now.order != $0.before.order },
      by: { "\($0.before.order) -> \($0.now.order)" })
    let findings = changed.sorted { $0.key < $1.key }.map { _, pairs in
      Finding(
        .warn,
        pairs.count.told("launch is", "launches are") + " measured in another order than on "
          + "\(launches.before?.name ?? ""): it was \(pairs[0].before.order), and is "
          + pairs[0].now.order, where: pairs[0].now.place,
        sides: [.before(pairs[0].before.order), .now(pairs[0].now.order)])
    }
    return .judged(findings + told)
  }.comparing([.firmware, .descriptors]) { type, now, before throws(MissingFact) in
    guard let type, let claimed = try now.claimedImages(for: type) else {
      return .notClaimed(type ?? .plain)
    }
    let images = try before.firmware
    return .judged(
      claimed.images.compactMap { image in
        let old =
          images.image(at: image.source.file) ?? images.images.first { $0.name == image.name }
        return old.flatMap { image.findingOnOrder(for: type, since: $0) }
      })
  }
}

extension FirmwareImage {
  /// What is wrong where an image lists its sections in another order than it did.
  fileprivate func findingOnOrder(for type: DomainType, since old: Self) -> Finding? {
    guard let before = old.listedSections(for: type), let now = listedSections(for: type),
      before != now
    else { return nil }
    return Finding(
      .warn, "\(name) lists for \(type.title): \(now); it was: \(before)",
      where: source.at(type == .tdx ? "TDVF metadata" : "SEV metadata"),
      sides: [.before(before), .now(now)])
  }

  /// The sections that are measured, in the order of the metadata; nil without any.
  private func listedSections(for type: DomainType) -> String? {
    switch (type, sevMetadata, tdvf) {
    case (.tdx, _, .sections(_, let sections)):
      sections.map {
        "\($0.kind.map { "\($0)" } ?? "type \($0.type)") at \($0.address.hexadecimal)"
          + ($0.attributes & 1 == 0 ? "" : " (extended)")
      }.joined(separator: ", ")
    case (.sevSNP, .sections(_, let sections), _):
      sections.map {
        "\($0.kind.map { "\($0)" } ?? "type \($0.type)") at \($0.base.hexadecimal)"
      }.joined(separator: ", ")
    default: nil
    }
  }
}

extension SetLaunches.Launch {
  /// The kinds of what was measured, in order; save areas come last always, and are left out.
  fileprivate var order: String {
    measured.regions.filter { $0.saveAreas.isEmpty }
      .map { "\($0.kind) \($0.address?.hexadecimal ?? "")" }.joined(separator: ", ")
  }
}
