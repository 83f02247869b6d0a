/// The libvirt library of a root.
package struct LibvirtBuild: Codable, Equatable, Sendable {
  /// The version in the library's file name, such as `12.8.0`.
  package var version: String
  package var source: Source
  /// Version nodes by public symbol, such as `virNodeGetSEVInfo: LIBVIRT_4.5.0`.
  package var symbols: [String: String]
  /// What the debug information tells of them; nil where the set has none.
  package var interface: LibraryInterface?

  package init(
    version: String, source: Source, symbols: [String: String], interface: LibraryInterface? = nil
  ) {
    (self.version, self.source, self.symbols) = (version, source, symbols)
    self.interface = interface
  }
}

/// What the domain schema allows in `<launchSecurity>`.
package struct LaunchSecuritySchema: Codable, Equatable, Sendable {
  /// One element or attribute.
  package struct Item: Codable, Equatable, Sendable {
    package var name: String
    package var isAttribute: Bool
    package var isOptional: Bool
    /// What it may hold, in short, such as `unsignedInt` or `yes|no`; nil where it was not read.
    package var content: String?

    package init(name: String, isAttribute: Bool, isOptional: Bool, content: String? = nil) {
      (self.name, self.isAttribute, self.isOptional) = (name, isAttribute, isOptional)
      self.content = content
    }
  }

  package var source: Source
  /// Items by the value of the `type` attribute: `sev`, `sev-snp`, `tdx`, `s390-pv`.
  package var types: [String: [Item]]
  /// What keeps libvirt from validating domains by it, each a sentence; nil for nothing.
  package var flaws: [String]?

  package init(source: Source, types: [String: [Item]], flaws: [String]? = nil) {
    (self.source, self.types, self.flaws) = (source, types, flaws)
  }

  /// Whether the schema lets a domain of this type be defined; SEV-ES is SEV with a policy bit.
  package func allows(_ type: DomainType) -> Bool {
    type == .plain || types[type.launchSecurity] != nil
  }
}

/// The JSON keys that libvirt's QEMU driver hands to `virJSONValueObjectAdd`.
package struct LibvirtQEMUKeys: Codable, Equatable, Sendable {
  package var source: Source
  /// Type letters by key, such as `kernel-hashes: [T]`; from `T:kernel-hashes` in the driver.
  package var letters: [String: [String]]
  /// Whether the driver lets firmware for confidential guests have secure boot without SMM; nil
  /// where it was not looked for.
  ///
  /// **Source:** libvirt src/qemu/qemu_firmware.c, qemuFirmwareSanityCheck, whose message tells
  /// `isConfidential` where it does.
  package var exemptsConfidentialFirmware: Bool?
  /// The words that the driver has; nil where they were not looked for.
  package var words: [DriverWord]?
  /// Where QEMU is sent for quotes unless a domain says it; nil where the driver has no such path.
  package var quoteSocket: String?

  package init(
    source: Source, letters: [String: [String]], exemptsConfidentialFirmware: Bool? = nil,
    words: [DriverWord]? = nil, quoteSocket: String? = nil
  ) {
    (self.source, self.letters) = (source, letters)
    self.exemptsConfidentialFirmware = exemptsConfidentialFirmware
    (self.words, self.quoteSocket) = (words, quoteSocket)
  }
}
