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
    /// The symbols that it takes, with the checksum that it was built against; nil without
    /// MODVERSIONS.
    package var imports: [String: UInt32?]
    /// The modules that must be there before it, with underscores.
    package var depends: [String]

    package init(
      source: Source, vermagic: String, exports: [String: UInt32?], imports: [String: UInt32?],
      depends: [String] = []
    ) {
      (self.source, self.vermagic) = (source, vermagic)
      (self.exports, self.imports, self.depends) = (exports, imports, depends)
    }
  }

  /// The kernel image, as far as modules meet it.
  package struct Image: Codable, Equatable, Sendable {
    package var source: Source
    /// The release that it gives itself in its banner; nil where it has none.
    package var release: String?
    /// What it asks of the `vermagic` of modules; nil where it is not in the image.
    package var vermagic: String?
    /// The symbols that the modules here take from it, with their checksums.
    package var exports: [String: UInt32?]

    package init(
      source: Source, release: String?, vermagic: String?, exports: [String: UInt32?]
    ) {
      (self.source, self.release) = (source, release)
      (self.vermagic, self.exports) = (vermagic, exports)
    }
  }

  /// Interfaces by module with underscores: `kvm`, `kvm_amd`, `kvm_intel`, `ccp`.
  package var byName: [String: Interface]
  /// The kernel that loads them; nil where the root has no image that tells.
  package var image: Image?

  package init(byName: [String: Interface], image: Image? = nil) {
    (self.byName, self.image) = (byName, image)
  }
}
