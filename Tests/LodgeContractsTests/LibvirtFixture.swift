import LodgeModel

/// A libvirt: its schema and the keys in its QEMU driver.
struct LibvirtFixture {
  var package: String
  var types: [String]
  var letters: [String: [String]]

  var schema: LaunchSecuritySchema {
    LaunchSecuritySchema(
      source: Source(
        file: "usr/share/libvirt/schemas/domaincommon.rng", package: "libvirt-common \(package)"),
      types: Dictionary(uniqueKeysWithValues: types.map { ($0, []) }))
  }

  var keys: LibvirtQEMUKeys {
    LibvirtQEMUKeys(
      source: Source(
        file: "usr/lib/x86_64-linux-gnu/libvirt/connection-driver/libvirt_driver_qemu.so",
        package: "libvirt-daemon-driver-qemu \(package)"),
      letters: letters)
  }
}

extension LibvirtFixture {
  /// libvirt 9.0.0-4+deb12u2.
  static let bookworm = Self(
    package: "9.0.0-4+deb12u2", types: ["sev", "s390-pv"],
    letters: [
      "cbitpos": ["u"], "reduced-phys-bits": ["u"], "kernel-hashes": ["T"],
      "dh-cert-file": ["S"], "session-file": ["S"], "policy": ["u", "S"],
    ])

  /// libvirt 11.3.0-3+deb13u3.
  static let trixie = Self(
    package: "11.3.0-3+deb13u3", types: ["sev", "sev-snp", "s390-pv"],
    letters: bookworm.letters.merging([
      "policy": ["u", "U", "S"], "guest-visible-workarounds": ["S"], "id-block": ["S"],
      "id-auth": ["S"], "host-data": ["S"], "author-key-enabled": ["T"], "vcek-disabled": ["T"],
    ]) { $1 })

  /// libvirt 12.8.0-1.
  static let sid = Self(
    package: "12.8.0-1", types: ["sev", "sev-snp", "s390-pv", "tdx"],
    letters: trixie.letters.merging([
      "attributes": ["U"], "mrconfigid": ["S"], "mrowner": ["S"], "mrownerconfig": ["S"],
      "quote-generation-socket": ["A"],
    ]) { $1 })
}
