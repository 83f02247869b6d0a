import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads what libvirt's domain schema allows in `<launchSecurity>`.
  package static let launchSecurity = Collector(\.launchSecurity) { root in
    guard let grammar = try DomainGrammar(in: root) else {
      return .absent("no \(DomainGrammar.common)")
    }
    let types = try explaining(DomainGrammar.common) {
      var patterns = LaunchSecurityPatterns(grammar.definitions)
      return try patterns.types()
    }
    return .found(
      LaunchSecuritySchema(
        source: root.source(DomainGrammar.common), types: types,
        flaws: grammar.flaws.isEmpty ? nil : grammar.flaws))
  }
}
