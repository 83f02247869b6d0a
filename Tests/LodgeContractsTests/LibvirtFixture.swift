import LodgeModel

/// A libvirt: its library, its schema and the keys in its QEMU driver.
struct LibvirtFixture {
  var package: String
  var version: String
  var types: [String]
  var letters: [String: [String]]
  var exemptsConfidentialFirmware = false
  /// A few of the public symbols, with their nodes.
  var symbols: [String: String]

  var build: LibvirtBuild {
    LibvirtBuild(
      version: version,
      source: Source(
        file: "usr/lib/x86_64-linux-gnu/libvirt.so.0", package: "libvirt0 \(package)"),
      symbols: symbols)
  }

  var schema: LaunchSecuritySchema {
    LaunchSecuritySchema(
      source: Source(
        file: "usr/share/libvirt/schemas/domaincommon.rng", package: "libvirt-common \(package)"),
      types: Dictionary(uniqueKeysWithValues: types.map { ($0, Self.items(of: $0)) }))
  }

  var keys: LibvirtQEMUKeys {
    LibvirtQEMUKeys(
      source: Source(
        file: "usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so",
        package: "libvirt-daemon-driver-qemu \(package)"),
      letters: letters, exemptsConfidentialFirmware: exemptsConfidentialFirmware, words: words,
      quoteSocket: types.contains("tdx") ? "/var/run/tdx-qgs/qgs.socket" : nil)
  }

  /// All words but those of types that the schema does not have.
  private var words: [DriverWord] {
    DriverWord.allCases.filter { word in
      switch word {
      case .snpGuest, .typeOfSEV, .policyOfSNP: types.contains("sev-snp")
      case .tdxGuest, .tdxParameter: types.contains("tdx")
      default: true
      }
    }
  }

  /// What the schema has of a type, the same in all releases that have it.
  private static func items(of type: String) -> [LaunchSecuritySchema.Item] {
    let (attributes, required, elements): ([String], [String], [String]) =
      switch type {
      case "sev":
        (
          ["kernelHashes"], ["policy"],
          ["cbitpos", "reducedPhysBits", "handle", "dhCert", "session"]
        )
      case "sev-snp":
        (
          ["kernelHashes", "authorKey", "vcek"], ["policy"],
          [
            "cbitpos", "reducedPhysBits", "guestVisibleWorkarounds", "idBlock", "idAuth",
            "hostData",
          ]
        )
      case "tdx":
        ([], [], ["policy", "mrConfigId", "mrOwner", "mrOwnerConfig", "quoteGenerationService"])
      default: ([], [], [])
      }
    return attributes.map { .init(name: $0, isAttribute: true, isOptional: true) }
      + required.map { .init(name: $0, isAttribute: false, isOptional: false) }
      + elements.map { .init(name: $0, isAttribute: false, isOptional: true) }
  }
}

extension LibvirtFixture {
  /// libvirt 9.0.0-4+deb12u2.
  static let bookworm = Self(
    package: "9.0.0-4+deb12u2", version: "9.0.0", types: ["sev", "s390-pv"],
    letters: [
      "cbitpos": ["u"], "reduced-phys-bits": ["u"], "kernel-hashes": ["T"],
      "dh-cert-file": ["S"], "session-file": ["S"], "policy": ["u", "S"],
    ],
    symbols: [
      "virNodeGetSEVInfo": "LIBVIRT_4.5.0", "virDomainGetLaunchSecurityInfo": "LIBVIRT_4.5.0",
      "virDomainSetLaunchSecurityState": "LIBVIRT_8.0.0",
    ])

  /// libvirt 11.3.0-3+deb13u3.
  static let trixie = Self(
    package: "11.3.0-3+deb13u3", version: "11.3.0", types: ["sev", "sev-snp", "s390-pv"],
    letters: bookworm.letters.merging([
      "policy": ["u", "U", "S"], "guest-visible-workarounds": ["S"], "id-block": ["S"],
      "id-auth": ["S"], "host-data": ["S"], "author-key-enabled": ["T"], "vcek-disabled": ["T"],
    ]) { $1 },
    symbols: bookworm.symbols.merging(["virDomainSetAutostartOnce": "LIBVIRT_11.2.0"]) { $1 })

  /// libvirt 12.8.0-1.
  static let sid = Self(
    package: "12.8.0-1", version: "12.8.0", types: ["sev", "sev-snp", "s390-pv", "tdx"],
    letters: trixie.letters.merging([
      "attributes": ["U"], "mrconfigid": ["S"], "mrowner": ["S"], "mrownerconfig": ["S"],
      "quote-generation-socket": ["A"],
    ]) { $1 }, exemptsConfidentialFirmware: true,
    symbols: trixie.symbols.merging(["virDomainAnnounceInterface": "LIBVIRT_12.5.0"]) { $1 })
}
