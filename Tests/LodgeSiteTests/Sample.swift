import Foundation
import LodgeModel

/// Results made by hand after true ones of three Debian suites.
enum Sample {
  /// SEV and SEV-ES work; nobody offers the newer types.
  static func bookworm() throws -> Results.BuildSet {
    Results.BuildSet(
      id: try digest("1b"), name: "bookworm", packages: 131,
      support: support(
        .sev, .sevES,
        refusing: "the 6.1 kernel has no VM type for it", "QEMU 7.2.22 has no object for it",
        "libvirt 9.0.0 has no schema for it", "no descriptor claims it"),
      cells: [
        cell("R01", "kernel.tdx-host", .tdx, .notApplicable, "no member offers TDX"),
        cell("R04", "kernel.vm-type-numbers", .sev, .pass, numbers),
        cell("R04", "kernel.vm-type-numbers", .sevES, .pass, numbers),
        cell("R04", "kernel.vm-type-numbers", .sevSNP, .pass, numbers),
        cell("R05", "kernel.vm-types-capability", nil, .pass, "the capability's number is 235"),
        cell("R26", "qemu.libvirt-keys", .sev, .pass, "QEMU takes every key that libvirt sends"),
        cell("R26", "qemu.libvirt-keys", .sevES, .pass, "QEMU takes every key that libvirt sends"),
        cell(
          "R36", "firmware.kernel-hashes", .sev, .notRun,
          "no kernel BTF: the vmlinuz holds none, and no vmlinux was found below usr/lib/debug"),
        cell(
          "R36", "firmware.kernel-hashes", .sevES, .notRun,
          "no kernel BTF: the vmlinuz holds none, and no vmlinux was found below usr/lib/debug"),
      ])
  }

  /// SEV, SEV-ES and SEV-SNP work, with a warning; nobody offers TDX.
  static func trixie() throws -> Results.BuildSet {
    let warning = Finding(
      .warn, "kvm_amd turns debug_swap on by default, which changes the launch measurement",
      where: "linux-image-6.12.117: kvm-amd.ko: debug_swap", remedy: "set kvm_amd.debug_swap=0")
    return Results.BuildSet(
      id: try digest("7a"), name: "trixie", packages: 148,
      support: support(
        .sev, .sevES, .sevSNP,
        refusing: "KEXEC_CORE=y rules INTEL_TDX_HOST out", "QEMU 10.0.13 has no tdx-guest",
        "libvirt 11.3.0 has no schema for it", "no descriptor claims it"),
      cells: [
        cell("R04", "kernel.vm-type-numbers", .sev, .pass, numbers),
        cell("R04", "kernel.vm-type-numbers", .sevSNP, .pass, numbers),
        cell("R18", "kernel.sev-parameters", .sevES, .pass, warning.summary, [warning]),
        cell("R18", "kernel.sev-parameters", .sevSNP, .pass, warning.summary, [warning]),
        cell("R01", "kernel.tdx-host", .tdx, .notApplicable, "no member offers TDX"),
      ],
      notes: ["setuid bits were dropped from 3 files"])
  }

  /// QEMU, libvirt and firmware offer TDX, and the kernel does not.
  static func sid() throws -> Results.BuildSet {
    var finding = Finding(
      .fail, "QEMU, libvirt and firmware offer TDX, but the kernel is built without INTEL_TDX_HOST",
      where: "linux-base-7.2.13+deb14-amd64 7.2.13-1: usr/lib/modules/7.2.13+deb14-amd64/config: "
        + "CONFIG_INTEL_TDX_HOST",
      sides: [
        .init(.kernel, "is built without INTEL_TDX_HOST"), .init(.qemu, "has tdx-guest"),
        .init(.libvirt, "accepts type='tdx'"),
      ],
      remedy: "build the kernel with CONFIG_INTEL_TDX_HOST=y and CONFIG_KVM_INTEL_TDX=y")
    finding.catalogue = "R01"
    finding.knownCase = "Debian unstable shipped QEMU and libvirt with TDX beside such a kernel"
    var support = support(.sev, .sevES, .sevSNP, .tdx, refusing: "", "", "", "")
    support.removeAll { $0.type == .tdx && $0.member == .kernel }
    support.append(
      Support(
        type: .tdx, member: .kernel, answer: .notOffered, reason: "INTEL_TDX_HOST is not set"))
    support.removeAll { $0.type == .sevSNP && $0.member == .firmware }
    support.append(
      Support(
        type: .sevSNP, member: .firmware, answer: .unknown, reason: "no firmware descriptors"))
    return Results.BuildSet(
      id: try digest("c4"), name: "sid", packages: 150,
      acceptExpired: [
        .init(suite: "sid", validUntil: Date(timeIntervalSince1970: 1_794_009_600))
      ],
      support: support,
      cells: [
        cell("R01", "kernel.tdx-host", .tdx, .fail, finding.summary, [finding]),
        cell("R04", "kernel.vm-type-numbers", .sev, .pass, numbers),
        cell("R04", "kernel.vm-type-numbers", .sevES, .pass, numbers),
        cell("R04", "kernel.vm-type-numbers", .sevSNP, .pass, numbers),
        cell("R59", "kernel.headers-version", nil, .pass, "the headers are the kernel's own"),
        Cell(
          kind: .scenario, id: "tdx/launches", catalogue: nil, type: .tdx,
          platform: "intel-spr-tdx", stage: .launch, outcome: .blocked, reason: "R01 failed"),
        cell(
          "R06", "kernel.tdx-structures", .tdx, .error,
          "cannot read kernel BTF: kvm-intel.ko.xz: the xz stream ends early"),
      ])
  }

  /// Every field and word that results can have.
  static func everything() throws -> Results {
    var set = try sid()
    set.cells += Outcome.allCases.map { cell("R09", "a.b", .plain, $0, "it is so") }
    set.cells += DomainType.allCases.map { cell("R09", "a.b", $0, .pass, "it is so") }
    set.cells += Stage.allCases.map { stage in
      Cell(
        kind: .scenario, id: "a/b", catalogue: nil, type: nil, platform: "amd-milan-snp",
        stage: stage, outcome: .pass, reason: "it is so",
        findings: [
          Finding(.info, "s", where: ""), Finding(.warn, "s", where: ""),
          Finding(.fail, "s", where: "w", remedy: "r"),
        ])
    }
    let artefacts = try Artefact.Kind.allCases.map {
      Artefact(kind: $0, digest: try digest("ab"))
    }
    let measurements = DomainType.confidential.map { type in
      let isShort = type < .sevSNP
      return Cell.Measured(
        domain: "guest", type: type, algorithm: isShort ? "sha256" : "sha384",
        measurement: String(repeating: "0f", count: isShort ? 32 : 48))
    }
    set.cells += Layer.allCases.map { layer in
      Cell(
        kind: .scenario, id: "a/c", catalogue: nil, type: .tdx, platform: "intel-spr-tdx",
        stage: .launch, outcome: .pass, reason: "it is so", layer: layer,
        measurements: measurements, artefacts: artefacts)
    }
    return Results(sets: [set, try trixie(), try bookworm()])
  }

  private static let numbers = "QEMU and the kernel give the VM types the same numbers"

  private static func digest(_ byte: String) throws -> Digest {
    guard let digest = Digest(String(repeating: byte, count: 32)) else {
      throw NotADigest(byte: byte)
    }
    return digest
  }

  private static func cell(
    _ catalogue: String, _ id: String, _ type: DomainType?, _ outcome: Outcome, _ reason: String,
    _ findings: [Finding] = []
  ) -> Cell {
    Cell(
      kind: .contract, id: id, catalogue: catalogue, type: type, stage: .packages,
      outcome: outcome, reason: reason, findings: findings, seconds: 0.01)
  }

  /// All members offer some types, and refuse the others for a reason each.
  private static func support(
    _ offered: DomainType..., refusing reasons: String...
  ) -> [Support] {
    DomainType.confidential.flatMap { type in
      zip(Member.allCases, reasons).map { member, reason in
        offered.contains(type)
          ? Support(type: type, member: member, answer: .offered, reason: "it is there")
          : Support(type: type, member: member, answer: .notOffered, reason: reason)
      }
    }
  }

  private struct NotADigest: Error { let byte: String }
}
