/// What the confidential modules take from each other and from the kernel, symbol by symbol.
package struct ModuleInterfaces: Codable, Equatable, Sendable {
  /// The interface of one module.
  package struct Interface: Codable, Equatable, Sendable {
    package var source: Source
    /// The kernel that it was built for, such as `6.12.117+deb13-amd64 SMP preempt mod_unload
    /// modversions`; from `vermagic` in `.modinfo`.
    package var vermagic: String
    /// The symbols that it gives to other modules, with the checksum of their types; nil where the
    /// kernel was built without MODVERSIONS.
    package var exports: [String: UInt32?]
    /// The symbols that it takes, with the checksum that it was built against; empty without
    /// MODVERSIONS.
    package var imports: [String: UInt32]

    package init(
      source: Source, vermagic: String, exports: [String: UInt32?], imports: [String: UInt32]
    ) {
      (self.source, self.vermagic) = (source, vermagic)
      (self.exports, self.imports) = (exports, imports)
    }
  }

  /// Interfaces by module with underscores: `kvm`, `kvm_amd`, `kvm_intel`, `ccp`.
  package var byName: [String: Interface]

  package init(byName: [String: Interface]) { self.byName = byName }
}
