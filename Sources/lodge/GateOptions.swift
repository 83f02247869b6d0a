import ArgumentParser
import Foundation
import LodgeHost
import LodgeLedger
import LodgeMatrix
import LodgeModel
import LodgePackages
import LodgeRelease

/// What a gate asks together with its policy.
struct GateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of waivers; waivers/ beside the policy's folder by default.",
      valueName: "dir"))
  var waivers: String?

  @Option(
    help: ArgumentHelp(
      "Judge as of this instant, such as 2026-11-27T12:00:00Z.", valueName: "time"))
  var at: String?

  @OptionGroup var scenarios: ScenarioFolderOption

  /// The instant that is asked about, to the second.
  func instant() throws -> Date {
    guard let at else {
      return Date(timeIntervalSince1970: Date.now.timeIntervalSince1970.rounded(.down))
    }
    guard let instant = Date(utc: at) else {
      throw ValidationError("--at “\(at)” is no \(Date.utcGrammar)")
    }
    return instant
  }

  /// Reads a policy with its waivers, and makes its gate.
  func gate(_ file: String, in store: Store) throws -> Gate {
    Gate(
      try Policy(file: file), plan: try Plan(of: scenarios, in: store),
      waivers: try Waiver.all(in: folder(of: file)))
  }

  /// The folder of waivers that goes with a policy.
  func folder(of policy: String) -> String {
    waivers
      ?? URL(filePath: policy).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "waivers").path(percentEncoded: false)
  }

  /// The verdict on a set, by its id.
  ///
  /// - Throws: ``PolicyFailure``, ``LedgerFailure``, and what is wrong with a file.
  func verdict(
    of gate: Gate, on id: Digest, named name: String, packages: [Package], _ record: Ledger
  ) throws -> Verdict {
    let now = try instant()
    let horizon = at == nil ? nil : now
    if at == nil, let newest = try record.newestStart(), newest.began > now + Gate.patience {
      throw PolicyFailure.clock(now: now, recorded: newest.began, run: newest.run.number)
    }
    let isAlive = { (process: String) in ProcessIdentity(process).isAlive }
    var set =
      try record.record(of: id, before: horizon, isAlive: isAlive)
      ?? SetRecord(id: id, name: name, packages: packages, observations: [])
    // One set may have had several names; the policy is asked about this one.
    set.name = name
    var baselines: [String: SetRecord] = [:]
    for baseline in gate.policy.baselines {
      if let newest = try record.newest(named: baseline) {
        baselines[baseline] = try record.record(of: newest, before: horizon)
      }
    }
    let versions = VersionOrder()
    return try gate.verdict(
      on: set, baselines: baselines, at: now,
      order: { try versions.compare($0, $1, of: $2) })
  }
}

extension Policy {
  /// The names of the sets that it compares with.
  var baselines: [String] {
    let names = requirements.compactMap { requirement -> String? in
      if case .cells(let cells) = requirement.subject { cells.against } else { nil }
    }
    return Set(names).sorted()
  }

  /// Reads a policy file from disk.
  init(file: String) throws {
    let bytes = try InputFile(path: file, role: "the policy").contents(limit: 1 << 20)
    try self.init(
      yaml: String(decoding: bytes, as: UTF8.self), file: file, digest: Digest(of: bytes))
  }
}

extension Waiver {
  /// Reads all waivers of a folder, by the names of their files; none where there is no folder.
  static func all(in folder: String) throws -> [Waiver] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      return []
    }
    return try names.filter { $0.hasSuffix(".yaml") }.sorted().map { name in
      let file = "\(folder)/\(name)"
      let bytes = try InputFile(path: file, role: "the waiver").contents(limit: 1 << 20)
      return try Waiver(yaml: String(decoding: bytes, as: UTF8.self), file: file)
    }
  }
}
