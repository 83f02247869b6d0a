extension FirmwareImage {
  /// What keeps the image from starting a guest of a domain type; empty where nothing does.
  ///
  /// Each is a clause that goes on the image's name: `has no SEV-ES reset block`.
  package func obstacles(to type: DomainType) -> [String] {
    let end = lacksItsEnd == true ? ["has no code at its end, where a processor begins"] : []
    return switch type {
    case .plain: end
    case .sev: (table.isEmpty ? ["has no table of GUIDed structures"] : []) + end + front
    case .sevES: resetBlockObstacles + end + front
    case .sevSNP: sevMetadata.obstacles(inFileOf: size) + resetBlockObstacles + end + front
    case .tdx: tdvf.obstacles(inFileOf: size) + end
    }
  }

  /// Of a trust domain the metadata tells where the image begins.
  private var front: [String] {
    lacksItsFront == true
      ? ["begins in the middle of a firmware volume: its front is cut off"] : []
  }

  /// QEMU starts no guest with encrypted registers that it could not tell where its other
  /// processors begin.
  ///
  /// **Source:** QEMU target/i386/sev.c, `sev_es_save_reset_vector`.
  private var resetBlockObstacles: [String] {
    guard let resetBlock, resetBlock != 0 else { return ["has no SEV-ES reset block"] }
    guard case .sections(_, let sections) = sevMetadata, !sections.isEmpty else { return [] }
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
