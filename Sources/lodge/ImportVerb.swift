import ArgumentParser
import Foundation
import LodgeAttestation
import LodgeContracts
import LodgeEvidence
import LodgeHost
import LodgeLedger
import LodgeModel
import LodgePackages

/// `lodge import FILE...`: takes up the runs of other labs.
struct ImportVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Takes up the runs of labs whose keys are trusted, judging their evidence anew.",
    discussion: """
      Each run stays that of the lab that signed it. What is there already is left as it is. Where \
      the evidence of a run gives another outcome than the lab recorded, the bundle is refused if the \
      lab's Lodge is of this version; else what this Lodge makes of the evidence is recorded beside it.
      """)

  @Argument(help: ArgumentHelp("Files that lodge export wrote.", valueName: "file"))
  var files: [String]

  @OptionGroup var trust: TrustOptions
  @OptionGroup var ledger: LedgerOptions

  mutating func run() async throws {
    let trusted = try trust.trustedKeys()
    let store = try Store(at: Store.defaultPath)
    // A bundle is wholly good or nothing of it is taken, and so are all that are named together.
    var bundles: [(file: String, runs: [CheckedRun])] = []
    for file in files { bundles.append((file, try await checked(file, trusted))) }
    let record = try ledger.open()
    for (file, runs) in bundles {
      for (digest, bytes) in runs.flatMap(\.evidence) {
        let place = store.importedEvidence(digest)
        if !FileManager.default.fileExists(atPath: place) { try store.keep(bytes, as: place) }
      }
      let taken = try record.take(runs.map(\.taken))
      for (run, number) in zip(runs, taken) where number != nil {
        for set in run.second { try record.recordAnew(set) }
      }
      let new = taken.count { $0 != nil }
      let labs = Set(runs.map(\.taken.lab)).sorted().joined(separator: ", ")
      print("\(file): \(new) of \(runs.count) runs are new, of lab \(labs)")
      for (run, number) in zip(runs, taken) where number != nil {
        for difference in run.second.flatMap(\.differences) { print("  \(difference)") }
      }
      let judged = zip(runs, taken).reduce(0) { $0 + ($1.1 == nil ? 0 : $1.0.judged) }
      if judged > 0 { print("  \(judged) outcomes were judged anew from evidence") }
    }
  }

  /// Reads a bundle and looks at all of it.
  private func checked(_ file: String, _ trusted: TrustedKeys) async throws -> [CheckedRun] {
    let bytes = try InputFile(path: file, role: "the bundle").contents(limit: RunBundle.limit.bytes)
    do {
      let bundle = try RunBundle(reading: bytes)
      var named: Set<Digest> = []
      var runs: [TakenRun] = []
      for (number, envelope) in bundle.runs.enumerated() {
        do {
          let lab = try envelope.signer(among: trusted, of: RunBundle.payloadType)
          let document = try RunDocument(reading: envelope.payload)
          named.formUnion(document.contents)
          runs.append(
            TakenRun(
              document: document, digest: Digest(of: envelope.payload), lab: "\(lab.name)",
              envelope: envelope.line,
              contents: bundle.contents.filter { document.contents.contains($0.key) }))
        } catch { throw InputFailure("line \(number + 2): \(error)") }
      }
      if let missing = named.subtracting(bundle.contents.keys).min() {
        throw InputFailure("a run names content \(missing.short), which it has not")
      }
      if let stray = Set(bundle.contents.keys).subtracting(named).min() {
        throw InputFailure("it has content \(stray.short), which no run names")
      }
      return try await inParallel(Array(runs.enumerated()), width: 4) { number, run in
        (number, try CheckedRun(run))
      }.sorted { $0.0 < $1.0 }.map(\.1)
    } catch let error as CancellationError { throw error } catch {
      throw InputFailure("cannot import \(file): \(error); nothing was taken up")
    }
  }
}

/// A run whose evidence was judged anew.
private struct CheckedRun: Sendable {
  var taken: TakenRun
  /// The evidence, which the ledger does not keep.
  var evidence: [(Digest, Data)] = []
  /// How many outcomes were judged anew.
  var judged = 0
  /// Sets of which this Lodge, of another version, says something else.
  var second: [SecondOpinion] = []

  init(_ run: TakenRun) throws {
    taken = run
    for set in run.document.sets {
      for read in set.evidence where read.isEnclosed {
        guard let bytes = run.contents[read.digest] else { continue }
        evidence.append((read.digest, bytes))
        taken.contents[read.digest] = nil
        guard read.collectors == collectorsVersion else { continue }
        guard let known = try? CanonicalJSON.decode(Evidence.self, from: bytes) else {
          throw InputFailure("evidence \(read.digest.short) is none that this Lodge can read")
        }
        try judge(set, known)
      }
    }
  }

  /// Holds what a lab recorded against what its evidence gives.
  private mutating func judge(_ set: RunDocument.BuildSet, _ evidence: Evidence) throws {
    let recorded = set.cells.filter { $0.kind == .contract && $0.stage == .packages }
    let asked = Set(recorded.map(\.id))
    var opinion = SecondOpinion(set: set, lab: taken.lab, cells: [], differences: [])
    for contract in allContracts where asked.contains(contract.id) && !contract.compares {
      for cell in contract.cells(of: evidence) {
        guard let claim = recorded.first(where: { $0.id == cell.id && $0.type == cell.type }) else {
          continue
        }
        judged += 1
        guard claim.outcome != cell.outcome else { continue }
        let difference =
          "\(set.name) \(set.id.short): \(cell.catalogue ?? "") \(cell.id)"
          + (cell.type.map { " (\($0.title))" } ?? "")
          + " was recorded as \(claim.outcome.rawValue), its evidence gives \(cell.outcome.rawValue):"
          + " \(cell.reason)"
        guard taken.document.tool != Lodge.versionText else { throw InputFailure(difference) }
        opinion.cells.append(cell)
        opinion.differences.append(difference)
      }
    }
    if !opinion.cells.isEmpty { second.append(opinion) }
  }
}

/// What this Lodge makes of the evidence of a set, where that is something else.
private struct SecondOpinion: Sendable {
  var set: RunDocument.BuildSet
  var lab: String
  var cells: [Cell]
  var differences: [String]
}

extension Ledger {
  /// Records what this Lodge makes of another lab's evidence, as a run of its own.
  fileprivate func recordAnew(_ opinion: SecondOpinion) throws {
    let run = try begin(
      Run.Start(
        tool: Lodge.versionText, started: .now, matrix: nil,
        arguments: ["import", "judged anew from evidence of lab \(opinion.lab)"]))
    try record(opinion.set.lock, id: opinion.set.id, name: opinion.set.name, run: run)
    try record(cells: opinion.cells, ofSet: opinion.set.id, run: run)
    try end(run, exitCode: Results.ExitCode.failed.rawValue)
  }
}
