extension FirmwareImage {
  /// What keeps a guest of a domain type from starting, from working or from being attested.
  ///
  /// Each is a clause that goes on the image's name: `has no SEV-ES reset block`.
  package func obstacles(to type: DomainType) -> [String] {
    refusals(of: type) + defects(for: type)
  }

  /// Why QEMU starts no guest of a domain type with the image; empty where it does.
  package func refusals(of type: DomainType) -> [String] {
    switch type {
    case .plain: []
    case .sev: table.isEmpty ? ["has no table of GUIDed structures"] : []
    case .sevES: resetBlockRefusals
    case .sevSNP: sevMetadata.obstacles(inFileOf: size) + resetBlockRefusals
    case .tdx: tdvf.refusals(inFileOf: size)
    }
  }

  /// Why a guest of a domain type that QEMU starts does not work, or is not attested.
  private func defects(for type: DomainType) -> [String] {
    let end = lacksItsEnd == true ? ["has no code at its end, where a processor begins"] : []
    return switch type {
    case .plain: end
    case .sev: end + front
    case .sevES, .sevSNP: resetBlockDefects + end + front
    // Of a trust domain the metadata tells where the image begins.
    case .tdx: tdvf.defects(inFileOf: size) + end
    }
  }

  private var front: [String] {
    lacksItsFront == true
      ? ["begins in the middle of a firmware volume: its front is cut off"] : []
  }

  /// QEMU starts no guest with encrypted registers that it could not tell where its other
  /// processors begin.
  ///
  /// **Source:** QEMU target/i386/sev.c, `sev_es_save_reset_vector`.
  private var resetBlockRefusals: [String] {
    (resetBlock ?? 0) == 0 ? ["has no SEV-ES reset block"] : []
  }

  /// It does not look where they begin.
  private var resetBlockDefects: [String] {
    guard let resetBlock, resetBlock != 0, case .sections(_, let sections) = sevMetadata,
      !sections.isEmpty
    else { return [] }
    let place = UInt64(resetBlock)
    let isInside =
      sections.contains { place >= UInt64($0.base) && place - UInt64($0.base) < UInt64($0.size) }
      || place >= Self.area(ofFileOf: size).base
    return isInside
      ? []
      : [
        "has a SEV-ES reset block that leads to \(place.hexadecimal), where neither its code nor "
          + "its memory is"
      ]
  }
}
