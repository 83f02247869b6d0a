import LodgeModel

extension FirmwareImage {
  /// What keeps the image from starting a guest of a domain type; empty where nothing does.
  ///
  /// Each is a clause that goes on the image's name: `has no SEV-ES reset block`.
  func obstacles(to type: DomainType) -> [String] {
    switch type {
    case .plain: []
    case .sev: table.isEmpty ? ["has no table of GUIDed structures"] : []
    case .sevES: (resetBlock ?? 0) == 0 ? ["has no SEV-ES reset block"] : []
    case .sevSNP: sevMetadata.obstacles()
    case .tdx: tdvf.obstacles(inFileOf: size)
    }
  }
}
