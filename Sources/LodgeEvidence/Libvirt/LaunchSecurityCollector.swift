import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads what libvirt's domain schema allows in `<launchSecurity>`.
  package static let launchSecurity = Collector(\.launchSecurity) { root in
    guard let schema = try root.directory.read(schemaPath, limit: schemaLimit) else {
      return .absent("no \(schemaPath)")
    }
    let types = try explaining(schemaPath) {
      var patterns = LaunchSecurityPatterns(grammar: try RelaxNGPattern.parse(schema))
      return try patterns.types()
    }
    return .found(LaunchSecuritySchema(source: root.source(schemaPath), types: types))
  }

  private static let schemaPath = "usr/share/libvirt/schemas/domaincommon.rng"
  /// Bytes; real schemas take 250 KB.
  private static let schemaLimit = 4 << 20
}
