import LodgeMessages
import LodgeModel

/// Which texts of the catalogue the programs of a suite hold, as its packages were searched.
struct TextsFixture {
  /// Names by part, such as `tdx: [irqchip]` for `qemu.tdx.irqchip`.
  var present: [Member: [String: [String]]]
  /// Programs that the suite does not have.
  var lacking: Set<Message.Program> = []

  /// What the collector would give.
  var texts: LayerTexts {
    var texts = LayerTexts(byMember: [:])
    for (member, parts) in present {
      let ids = Set(parts.flatMap { part, names in names.map { "\(member).\(part).\($0)" } })
      let programs = Message.Program.allCases.filter {
        $0.member == member && !lacking.contains($0)
      }
      let catalogue = MessageCatalogue.builtIn.messages.filter { $0.member == member }
      texts.byMember[member] = LayerTexts.Texts(
        sources: Dictionary(
          uniqueKeysWithValues: programs.map { ($0.rawValue, Source(file: $0.rawValue)) }),
        present: ids.sorted(),
        absent: catalogue.filter { !ids.contains($0.id) && programs.contains($0.program) })
    }
    return texts
  }
}

extension TextsFixture {
  /// Debian 12: Linux 6.1.176, QEMU 7.2.22, libvirt 9.0.0.
  static let bookworm = Self(
    present: [
      .kernel: [
        "sev-host": ["enabled", "es-enabled", "termination", "exit-code", "ghcb"],
        "ccp": ["enabled", "api", "bios", "broken-bios", "init", "tmr", "timeout"],
        "iommu": ["snp-enabled"],
        "guest": ["features", "bounce-buffers"],
        "snp-guest": ["cpuid"],
        "sev-guest": ["initialized-before"],
      ],
      .qemu: [
        "kvm": ["failed", "readonly-memory"],
        "sev": [
          "open-device", "init", "platform-status", "encryption-context", "c-bit", "launch-start",
          "launch-update", "launch-measure", "launch-finish", "pflash-rom", "not-enabled-in-kvm",
          "kvm-not-enabled", "not-enabled", "report",
        ],
        "sev-es": ["host", "launch-update-vmsa", "reset-vector", "guid-table", "reset-address"],
        "sev-secret": ["area", "inject"],
        "sev-hashes": ["table", "area"],
        "memory": ["discard"],
        "object": ["certs-path", "type", "property", "unexpected"],
        "sev-error": [
          "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
          "17", "18", "19", "20", "21", "22", "23", "24",
        ],
      ],
      .libvirt: [
        "launch-security": ["unsupported-sev"],
        "sev": ["no-qemu-support", "kernel-hashes", "secret-domain"],
        "sev-capabilities": ["pdh", "cache"],
        "firmware": ["none-to-satisfy", "features", "flash-mode", "unknown-feature"],
        "process": ["exited"],
        "validate": ["sev-parameter"],
        "marker": ["stateless"],
        "descriptor-word": ["flash", "amd-sev", "amd-sev-es"],
      ],
    ],
    lacking: [.tdxGuest])

  /// Debian 13: Linux 6.12.117, QEMU 10.0.13, libvirt 11.3.0.
  static let trixie = Self(
    present: [
      .kernel: [
        "sev-host": ["enabled", "es-enabled", "termination", "exit-code", "ghcb"],
        "snp-host": ["enabled", "unexpected-fault"],
        "ccp": [
          "enabled", "api", "snp-api", "bios", "broken-bios", "init-command", "snp-init",
          "snp-init-command", "snp-firmware", "tmr", "timeout", "firmware-updated",
        ],
        "rmp": ["bios", "range", "coverage"],
        "iommu": ["snp-support", "passthrough"],
        "kvm": ["private-emulation"],
        "guest": ["features", "bounce-buffers"],
        "snp-guest": ["vmpl", "cpuid", "key-reuse"],
        "sev-guest": ["initialized"],
        "tdx-guest": ["detected", "misconfigured", "accept", "quote-timeout", "quote-hypercall"],
        "marker": ["snp-launch"],
      ],
      .qemu: [
        "kvm": ["vm-type", "failed", "readonly-memory"],
        "sev": [
          "open-device", "init", "platform-status", "encryption-context", "c-bit", "reduced-bits",
          "launch-start", "launch-update", "launch-measure", "launch-finish", "pflash-rom",
          "not-enabled-in-kvm", "kvm-not-enabled", "not-enabled", "report", "vm-type",
          "configuration",
        ],
        "sev-es": ["host", "launch-update-vmsa", "reset-vector", "guid-table", "reset-address"],
        "sev-secret": ["area", "inject"],
        "sev-hashes": ["table", "area", "assertion"],
        "snp": [
          "launch-start", "launch-update", "launch-finish", "invalid-region", "metadata",
          "cpuid-count", "cpuid-values", "smm",
        ],
        "memory": ["no-guest-memfd", "create-guest-memfd", "region2", "discard", "convert"],
        "object": ["certs-path", "type", "property", "unexpected"],
        "sev-error": [
          "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
          "17", "18", "19", "20", "21", "22", "23", "24",
        ],
        "marker": ["legacy-vm-type"],
      ],
      .libvirt: [
        "launch-security": ["unsupported", "type"],
        "sev": ["no-qemu-support", "kernel-hashes", "secret-domain"],
        "sev-capabilities": ["pdh", "cache"],
        "query-sev": ["incomplete", "type"],
        "firmware": ["none", "features", "flash-mode", "unknown-feature"],
        "process": ["exited"],
        "validate": ["checking", "sev-parameter"],
        "marker": ["stateless", "snp-policy", "sev-type"],
        "descriptor-word": ["flash", "amd-sev", "amd-sev-es", "amd-sev-snp"],
      ],
    ])

  /// Debian unstable: Linux 7.2.13, QEMU 11.1.3, libvirt 12.8.0.
  static let sid = Self(
    present: [
      .kernel: [
        "sev-host": ["enabled", "es-enabled", "termination", "exit-code", "ghcb"],
        "snp-host": ["enabled", "ciphertext-hiding", "unexpected-fault", "sev-features"],
        "ccp": [
          "enabled", "api", "snp-api", "bios", "broken-bios", "init-command", "snp-init-command",
          "snp-firmware", "tmr", "timeout", "firmware-updated",
        ],
        "rmp": ["bios", "range", "coverage"],
        "iommu": ["snp-support", "passthrough"],
        "kvm": ["private-emulation"],
        "guest": ["features", "bounce-buffers"],
        "snp-guest": ["vmpl", "cpuid", "key-reuse"],
        "sev-guest": ["initialized"],
        "tdx-guest": [
          "detected", "misconfigured", "accept", "quote-timeout", "quote-hypercall", "quote-failed",
        ],
        "marker": ["snp-launch"],
      ],
      .qemu: [
        "kvm": ["vm-type", "failed", "readonly-memory"],
        "tdx": [
          "ioctl", "irqchip", "named-model", "attributes", "kvm-attributes", "physical-bits", "tsc",
          "cpuid-feature", "smm", "digest-size", "fatal", "quote-socket", "quote-header",
        ],
        "tdvf": ["offset", "parse", "section-type", "hob"],
        "sev": [
          "init", "platform-status", "encryption-context", "c-bit", "reduced-bits", "launch-start",
          "launch-update", "launch-measure", "launch-finish", "not-enabled-in-kvm",
          "kvm-not-enabled", "not-enabled", "report", "vm-type", "configuration",
        ],
        "sev-es": ["host", "launch-update-vmsa", "reset-vector", "guid-table", "reset-address"],
        "sev-secret": ["area", "inject"],
        "sev-hashes": ["table", "area", "assertion"],
        "snp": [
          "launch-start", "launch-update", "launch-finish", "invalid-region", "metadata",
          "cpuid-count", "cpuid-values", "smm",
        ],
        "memory": ["no-guest-memfd", "create-guest-memfd", "region2", "discard", "convert"],
        "object": ["certs-path", "type", "property", "unexpected", "memory-encryption"],
        "sev-error": [
          "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
          "17", "18", "19", "20", "21", "22", "23", "24",
        ],
        "marker": [
          "igvm", "legacy-vm-type", "tdx-get-cpuid", "tdx-capabilities", "honor-guest-pat",
        ],
      ],
      .libvirt: [
        "launch-security": ["unsupported", "type"],
        "tdx": ["unsupported", "irqchip", "pflash", "policy", "pmu", "smm", "cannot-ask-kernel"],
        "sev": ["no-qemu-support", "kernel-hashes", "secret-domain"],
        "sev-capabilities": ["pdh", "cache"],
        "query-sev": ["incomplete", "type"],
        "firmware": ["none", "features", "flash-mode", "unknown-feature"],
        "process": ["exited"],
        "validate": ["checking", "sev-parameter", "none", "tdx-parameter"],
        "marker": [
          "stateless", "stateless-unforced", "snp-policy", "sev-type", "tdx-probe", "quote-socket",
        ],
        "descriptor-word": [
          "flash", "memory", "amd-sev", "amd-sev-es", "amd-sev-snp", "intel-tdx",
        ],
      ],
    ])
}
