import Foundation
import LodgeLedger
import LodgeModel

/// Made-up records in the shape of true ones.
enum Sample {
  /// The digest whose digits are one repeated number.
  static func digest(_ number: UInt8) throws -> Digest {
    guard let digest = Digest(bytes: Array(repeating: number, count: 32)) else {
      throw NotADigest(number: number)
    }
    return digest
  }

  /// A lock of as many packages as asked, and an accepted expiry.
  static func lock(packages: Int) throws -> Lock {
    Lock(
      packages: try (0..<packages).map { number in
        Package(
          name: "libexample\(number)", version: "1:2.36-9+deb12u\(number)", architecture: "amd64",
          sha256: number == 0 ? nil : try digest(UInt8(truncatingIfNeeded: number)),
          size: 1_234_567 + number, origin: "Debian", suite: "sid", signature: .verified,
          path: "pool/main/l/libexample/libexample\(number)_2.36-9+deb12u\(number)_amd64.deb")
      },
      acceptExpired: [
        .init(suite: "sid", validUntil: Date(timeIntervalSince1970: 1_790_000_000))
      ])
  }

  /// A cell whose reason has the length of a true claim.
  static func cell(
    _ id: String, type: DomainType? = .tdx, outcome: Outcome = .pass, findings: [Finding] = []
  ) -> Cell {
    Cell(
      kind: .contract, id: id, catalogue: "R01", type: type, stage: .packages, outcome: outcome,
      reason: "the kernel gives each VM type the number that QEMU was built with",
      findings: findings, seconds: 0.0125)
  }

  /// A finding as long as true ones are.
  static func finding(_ grade: Finding.Grade) -> Finding {
    Finding(
      grade, "the kernel is built without INTEL_TDX_HOST, but QEMU, libvirt and firmware offer TDX",
      where:
        "linux-base-7.2.13-amd64 7.2.13-1: usr/lib/modules/7.2.13-amd64/config: INTEL_TDX_HOST",
      remedy: "build the kernel with CONFIG_INTEL_TDX_HOST=y and CONFIG_KVM_INTEL_TDX=y")
  }

  /// Cells of as many contracts as asked; every tenth fails, every fifth warns.
  static func cells(_ count: Int) -> [Cell] {
    (0..<count).map { number in
      switch number % 10 {
      case 0: cell("kernel.number-\(number)", outcome: .fail, findings: [finding(.fail)])
      case 5: cell("kernel.number-\(number)", findings: [finding(.warn), finding(.info)])
      default: cell("kernel.number-\(number)")
      }
    }
  }

  /// The measurement of a domain: one byte, again and again.
  static func measured(
    _ type: DomainType, _ byte: String, domain: String = "guest"
  ) -> Cell.Measured {
    Cell.Measured(
      domain: domain, type: type, algorithm: type < .sevSNP ? "sha256" : "sha384",
      measurement: String(repeating: byte, count: type < .sevSNP ? 32 : 48))
  }

  /// The start of a run.
  static let start = Run.Start(
    tool: "0.1.0", started: Date(timeIntervalSince1970: 1_795_485_600.125), matrix: "debian",
    arguments: ["run", "Matrices/debian.yaml", "--stage", "packages"])

  private struct NotADigest: Error { let number: UInt8 }
}

/// An empty directory that goes away with the value; owns it.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "lodge-ledger-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    // A leftover in the temporary directory is no reason to fail a test.
    try? FileManager.default.removeItem(at: url)
  }

  func path(_ name: String) -> String { url.appending(path: name).path }
}
