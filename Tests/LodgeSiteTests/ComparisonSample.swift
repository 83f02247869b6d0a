import Foundation
import LodgeModel
import LodgeRelease

/// Made-up comparisons in the shape of true ones.
enum ComparisonSample {
  /// Two sets that differ in all that can differ.
  static func ordinary() throws -> Comparison {
    let before = [
      cell("kernel.vm-type-numbers", .pass, "R04", .tdx, "they agree"),
      cell("kernel.vm-type-numbers", .pass, "R04", .sevSNP, "they agree"),
      cell("qemu.starts", .fail, "R20", nil, "it needs a library that is not there"),
      cell("kernel.headers-match", .fail, "R59", nil, "KVM_EXIT_TDX is 39 here and 40 there"),
      cell("kernel.guest-memfd", .fail, "R09", .tdx, "it is not compiled in"),
      cell("libvirt.tdx-offer", .pass, "R30", .tdx, "it offers TDX"),
      cell("libvirt.device-node", .notRun, "R31", .sev, "needs the access policy"),
      cell("old.contract", .notRun, "R98", nil, "needs everything"),
    ]
    let after = [
      cell("kernel.vm-type-numbers", .fail, "R04", .tdx, "QEMU asks for 5, the kernel has 4"),
      cell("kernel.vm-type-numbers", .fail, "R04", .sevSNP, "QEMU asks for 5, the kernel has 4"),
      cell("qemu.starts", .pass, "R20", nil, "it starts"),
      cell("kernel.headers-match", .fail, "R59", nil, "KVM_EXIT_SNP is 41 here and 42 there"),
      cell("kernel.guest-memfd", .fail, "R09", .tdx, "it is not compiled in"),
      cell("libvirt.tdx-offer", .error, "R30", .tdx, "the schema cannot be read"),
      cell("libvirt.device-node", .pass, "R31", .sev, "it is there"),
      cell("new.contract", .notApplicable, "R99", nil, "nobody promised it"),
    ]
    let kernels = ("linux-image-6.1.0-41-amd64", "linux-image-6.12.3-amd64")
    return try comparison(
      name: "debian", before: before, after: after,
      from: [
        package(kernels.0, "6.1.158-1"), package("qemu-system-x86", "1:10.0-1"),
        package("qemu-utils", "1:10.0-1"), package("zlib1g", "1.3-1"), package("gone", "1"),
      ],
      to: [
        package(kernels.1, "6.12.3-1"), package("qemu-system-x86", "1:10.0-3"),
        package("qemu-utils", "1:10.0-3"), package("zlib1g", "1.3-2"), package("come", "1"),
      ]
    ) { package in
      switch package.name {
      case "zlib1g": .failure(.init("the store has zlib1g 1.3-2 no longer"))
      case kernels.1:
        .success(
          Changelog(
            source: "linux",
            entries: [
              .init(
                version: "6.12.3-1", date: "Mon, 28 Jul 2025 12:00:00 +0000",
                lines: ["* New upstream stable update:", "  - KVM: SEV: fix it"])
            ]))
      default:
        .success(
          Changelog(
            source: "qemu",
            entries: [
              .init(version: "1:10.0-3", lines: ["* Fix `-object sev-guest` | again."]),
              .init(version: "1:10.0-2", lines: ["* Close: #1, @everyone"]),
              .init(version: "1:10.0-1", lines: ["* Known already."]),
            ]))
      }
    }
  }

  /// Two sets in which all that packages and matrix files can choose is one text.
  static func hostile(_ text: String, cells count: Int = 1) throws -> Comparison {
    func cells(_ outcome: Outcome) -> [Cell] {
      (0..<count).map { number in
        var made = cell("\(text)\(number)", outcome, text, .tdx, "\(text)\(outcome)")
        made.platform = text
        return made
      }
    }
    return try comparison(
      name: text, before: cells(.pass), after: cells(.fail),
      from: (0..<count).map { package("\(text)\($0)", "1\(text)") },
      to: (0..<count).map { package("\(text)\($0)", "2\(text)") }
    ) { package in
      .success(
        Changelog(
          source: text,
          entries: [.init(version: "3\(text)", date: text, lines: ["x\(text)", package.name])]))
    }
  }

  private static func comparison(
    name: String, before: [Cell], after: [Cell], from: [Package], to: [Package],
    changelog: (Package) -> Result<Changelog, Changelog.Missing>
  ) throws -> Comparison {
    var (old, new) = (Evidence(absent: "it was not there"), Evidence(absent: "it was not there"))
    old.documentation = .absent(name)
    new.callers = .unreadable(name)
    let difference = SetDifference(
      try set(name, "c4", after), [try launch(name, "b")],
      from: try set(name, "7a", before), [try launch(name, "a")])
    return Comparison(
      difference, cells: CellChanges(from: before, to: after),
      packages: PackageChanges(
        from: Lock(packages: from), to: Lock(packages: to),
        order: { left, right, _ in left == right ? 0 : left < right ? -1 : 1 },
        changelog: { package, _ in changelog(package) }),
      evidence: try EvidenceChanges(
        from: try CanonicalJSON.encode(old), to: try CanonicalJSON.encode(new)))
  }

  private static func set(
    _ name: String, _ byte: String, _ cells: [Cell]
  ) throws -> Results.BuildSet {
    let like = try Sample.sid()
    return Results.BuildSet(
      id: Digest(String(repeating: byte, count: 32)) ?? like.id, name: name, packages: 1,
      cells: cells)
  }

  private static func launch(_ text: String, _ digit: String) throws -> SetLaunches.Launch {
    SetLaunches.Launch(
      scenario: text, platform: text,
      measured: MeasuredLaunch(
        domain: text, type: .sev, algorithm: "sha256",
        measurement: String(repeating: digit, count: 64), initialisation: "", regions: [],
        predicted: .equal))
  }

  private static func cell(
    _ id: String, _ outcome: Outcome, _ catalogue: String, _ type: DomainType?, _ reason: String
  ) -> Cell {
    Cell(
      kind: .contract, id: id, catalogue: catalogue, type: type, stage: .packages,
      outcome: outcome, reason: reason)
  }

  private static func package(_ name: String, _ version: String) -> Package {
    Package(
      name: name, version: version, architecture: "amd64",
      sha256: nil, size: 1, origin: "Debian",
      suite: "sid", signature: .verified, path: "\(name).deb")
  }
}
