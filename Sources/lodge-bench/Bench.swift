import ArgumentParser
import Foundation
import LodgeAttestation
import LodgeHost
import LodgeLedger
import LodgeModel

/// Makes large ledgers and bundles for `make bench`; what is in them is made up, and says so.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lodge-bench", abstract: "Makes ledgers and bundles to measure Lodge with.",
    subcommands: [LedgerFile.self, Bundle.self])

  /// `lodge-bench ledger FILE`: many sets, each run several times.
  struct LedgerFile: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "ledger")

    @Argument var file: String
    @Option var sets = 1000
    @Option var cells = 500
    @Option var runs = 5
    /// The number of the first set, so that more can be added to a ledger.
    @Option var from = 0

    func run() throws {
      let ledger = try Ledger(path: file)
      for round in 0..<runs {
        let run = try ledger.begin(
          Run.Start(
            tool: "0.1.0", started: .now - 60, matrix: "bench", arguments: ["round \(round)"]))
        for number in from..<from + sets {
          let set = MadeUpSet(number: number, cells: cells)
          try ledger.record(set.lock, id: set.lock.id, name: set.name, run: run)
          try ledger.record(cells: set.seen, ofSet: set.lock.id, run: run)
        }
        try ledger.end(run, exitCode: 1)
      }
    }
  }

  /// `lodge-bench bundle FILE`: outcomes of another lab, signed by a key.
  struct Bundle: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "bundle")

    @Argument var file: String
    @Option var outcomes = 10_000
    @Option var cells = 500
    @Option var signWith: String

    func run() throws {
      let place = "\(file).ledger"
      let ledger = try Ledger(path: place)
      let key = try SigningKey(file: signWith)
      var runs: [Envelope] = []
      for number in 0..<outcomes / cells {
        let set = MadeUpSet(number: number, cells: cells)
        let run = try ledger.begin(
          Run.Start(tool: "0.1.0", started: .now - 60, matrix: "bench", arguments: []))
        try ledger.record(set.lock, id: set.lock.id, name: set.name, run: run)
        try ledger.record(cells: set.seen, ofSet: set.lock.id, run: run)
        try ledger.end(run, exitCode: 1)
        guard let document = try ledger.document(of: run) else { continue }
        runs.append(
          try Envelope(
            signing: CanonicalJSON.encode(document, pretty: false), as: RunBundle.payloadType,
            with: key))
      }
      try RunBundle(runs: runs, contents: [:]).bytes.write(to: URL(filePath: file))
      for end in ["", "-wal", "-shm", ".rest"] {
        try? FileManager.default.removeItem(atPath: place + end)
      }
    }
  }
}

/// A set of packages that never were, with as many cells as asked; every tenth fails.
private struct MadeUpSet {
  let number: Int
  let cells: Int

  var name: String { "made-up-\(number % 50)" }

  /// Four members.
  var lock: Lock {
    Lock(
      packages: ["linux-image", "qemu-system-x86", "libvirt-daemon", "ovmf"].map { name in
        Package(
          name: name, version: "1:\(number).0-1", architecture: "amd64",
          sha256: Digest(of: Data("\(name) \(number)".utf8)), size: 1_234_567, origin: "bench",
          suite: "bench", signature: .verified, path: "pool/\(name)_\(number)_amd64.deb")
      })
  }

  var seen: [Cell] {
    (0..<cells).map { place in
      let type = DomainType.confidential[place % 4]
      let isScenario = place % 5 > 1
      let fails = place % 10 == 0
      let summary =
        "the kernel of set \(number) is built without what QEMU, libvirt and firmware offer"
      return Cell(
        kind: isScenario ? .scenario : .contract,
        id: isScenario
          ? "\(type.rawValue)/scenario-\(place / 20)[\(place % 20)]"
          : "kernel.promise-\(place / 4)",
        catalogue: isScenario ? nil : "B\(place / 4)", type: type,
        platform: isScenario ? "amd-milan-snp" : nil, stage: isScenario ? .launch : .packages,
        outcome: fails ? .fail : .pass,
        reason: fails
          ? summary : "the kernel gives each VM type the number that QEMU was built with",
        findings: fails
          ? [
            Finding(
              .fail, summary,
              where: "linux-image \(number): usr/lib/modules/config: INTEL_TDX_HOST",
              remedy: "build the kernel with CONFIG_INTEL_TDX_HOST=y and CONFIG_KVM_INTEL_TDX=y")
          ] : [], seconds: 0.0125)
    }
  }
}
