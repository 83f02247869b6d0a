import LodgeModel

/// What the packages of a suite say of a host: QEMU's user, devices, policies and documentation.
struct HostFixture {
  /// The version of libvirt.
  var version: String
  /// The package that holds libvirt's configuration of QEMU.
  var package: String
  /// The version of udev.
  var udev: String
  /// Whether virt-aa-helper grants `/dev/sev` to a domain that needs it.
  var grantsSEV = false
  /// The types of which the documentation has a table.
  var documented: [String]

  var settings: HostSettings {
    let rules = Source(file: "usr/lib/udev/rules.d/50-udev-default.rules", package: "udev \(udev)")
    let kvm = ["kvm", "vhost-net", "vhost-vsock"].map {
      HostSettings.DeviceRule(device: $0, group: "kvm", mode: "0660", source: rules)
    }
    let sgx = ["sgx_enclave", "sgx_vepc"].map {
      HostSettings.DeviceRule(device: $0, group: "sgx", mode: "0660", source: rules)
    }
    return HostSettings(
      deviceRules: kvm + sgx,
      qemu: .init(
        user: "libvirt-qemu", group: "libvirt-qemu", source: file("etc/libvirt/qemu.conf")))
  }

  var policy: AccessPolicy {
    let abstraction = file("etc/apparmor.d/abstractions/libvirt-qemu")
    let helper = Source(
      file: "usr/lib/libvirt/virt-aa-helper", package: "libvirt-daemon \(version)")
    let added = ["/dev/vhost-net"] + (grantsSEV ? ["/dev/sev"] : [])
    return AccessPolicy(
      policies: [.appArmor: .init(source: abstraction, enforcer: nil)],
      rules: [
        .init(
          system: .appArmor, path: "/dev/kvm", grant: "rw", words: "/dev/kvm rw",
          source: abstraction)
      ]
        + added.map {
          .init(system: .appArmor, path: $0, grant: "rw", words: "\"\($0)\" rw", source: helper)
        })
  }

  var documentation: LibvirtDocumentation {
    LibvirtDocumentation(
      source: Source(
        file: "usr/share/doc/libvirt-doc/html/formatdomain.html", package: "libvirt-doc \(version)"),
      policyBits: Self.tables.filter { documented.contains($0.key) })
  }

  private func file(_ path: String) -> Source {
    Source(file: path, package: "\(package) \(version)")
  }

  private static let tables: [String: [Int: String]] = [
    "sev": [2: "SEV-ES is required when set"],
    "sev-snp": [
      16: "SMT is allowed.", 18: "Association with a migration agent is allowed when set.",
      19: "Debugging is allowed when set.",
      20: "Guest can be activated only on one socket when set.",
      21: "CXL can be populated with devices or memory when set.",
      22: "Require AES 256 XTS for memory encryption when set",
      23: "Running Average Power Limit (RAPL) must be disabled when set.",
      24: "Ciphertext hiding must be enabled when set",
    ],
    "tdx": [
      0: "Activate off-TD debug when set", 28: "Disable EPT violation conversion to #VE",
    ],
  ]
}

extension HostFixture {
  static let bookworm = Self(
    version: "9.0.0-4+deb12u2", package: "libvirt-daemon-system", udev: "252.39-1~deb12u2",
    documented: ["sev"])

  static let trixie = Self(
    version: "11.3.0-3+deb13u3", package: "libvirt-daemon-driver-qemu", udev: "257.13-1~deb13u1",
    documented: ["sev", "sev-snp"])

  static let sid = Self(
    version: "12.8.0-1", package: "libvirt-daemon-driver-qemu", udev: "262.1-1", grantsSEV: true,
    documented: ["sev", "sev-snp", "tdx"])
}
