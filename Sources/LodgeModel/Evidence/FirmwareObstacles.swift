extension FirmwareImage {
  /// What keeps the image from starting a guest of a domain type; empty where nothing does.
  ///
  /// Each is a clause that goes on the image's name: `has no SEV-ES reset block`.
  package func obstacles(to type: DomainType) -> [String] {
    switch type {
    case .plain: []
    case .sev: table.isEmpty ? ["has no table of GUIDed structures"] : []
    case .sevES: resetBlockObstacles
    case .sevSNP: sevMetadata.obstacles(inFileOf: size) + resetBlockObstacles
    case .tdx: tdvf.obstacles(inFileOf: size)
    }
  }

  /// QEMU starts no guest with encrypted registers that it could not tell where its other
  /// processors begin.
  ///
  /// **Source:** QEMU target/i386/sev.c, `sev_es_save_reset_vector`.
  private var resetBlockObstacles: [String] {
    (resetBlock ?? 0) == 0 ? ["has no SEV-ES reset block"] : []
  }
}
