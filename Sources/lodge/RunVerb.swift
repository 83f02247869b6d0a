import ArgumentParser
import Foundation
import LodgeHost
import LodgeLaunch
import LodgeLedger
import LodgeMatrix
import LodgeModel
import LodgePackages
import LodgeSite

/// `lodge run MATRIX`: the main job.
struct RunVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Resolves, fetches, reads, checks, records and prints the sets of a matrix.")

  @Argument(help: ArgumentHelp("The matrix file.", valueName: "matrix"))
  var matrixFile: String?

  @Option(name: .customLong("matrix"), help: ArgumentHelp("The matrix file.", valueName: "file"))
  var matrixOption: String?

  @Option(name: .customLong("set"), help: ArgumentHelp("Only this set.", valueName: "name"))
  var names: [String] = []

  @Option(help: ArgumentHelp("Judge this lock instead of resolving.", valueName: "file"))
  var locked: [String] = []

  @Option(
    help: ArgumentHelp(
      "The lab that this host is, by the name that policies use.", valueName: "name"))
  var lab: String = Self.ownLab

  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var judging: JudgeOptions
  @OptionGroup var comparing: BaselineOption
  @OptionGroup var launching: LaunchOptions
  @OptionGroup var supply: SupplyOptions
  @OptionGroup var output: ResultsOptions

  mutating func run() async throws {
    let file = matrixFile ?? matrixOption
    let matrix = try file.map(Matrix.init(file:))
    guard matrix != nil || !locked.isEmpty else {
      throw ValidationError("name a matrix file, such as Matrices/debian.yaml, or --locked FILE")
    }
    let contracts = try judging.contracts(among: matrix?.contracts ?? ["*"])
    let catalogue = try judging.catalogue(among: matrix?.scenarios ?? ["*"], launching)
    let bench = try supply.workbench()
    let kernel = try await launching.kernelEvidence(matrix, bench)
    let record = try ledger.open()
    let run = try record.begin(
      Run.Start(
        tool: Lodge.versionText, started: .now, matrix: file,
        arguments: Array(CommandLine.arguments.dropFirst()), lab: lab,
        process: ProcessIdentity.current.description))
    var results = Results(sets: [])
    var last: SetLaunches.Before?
    let named = try await comparing.baseline(bench) {
      guard let matrix else { throw InputFailure("--against names a set of a matrix file") }
      return matrix
    }
    for (prepare, baseline) in try await preparations(matrix, bench) {
      let set: Workbench.Prepared
      do { set = try await prepare() } catch let mix as ImpossibleMix {
        results.sets.append(try record.record(mix, run: run))
        continue
      }
      // The gate tells what is under way from what nobody runs.
      if let id = set.id { try record.record(set.lock, id: id, name: set.name, run: run) }
      let (before, note) =
        if let named { (Optional(named), String?.none) } else {
          try await bench.baseline(of: set, named: baseline, in: matrix, record)
        }
      var judged = try await bench.judge(
        set, by: contracts, against: before, launching: catalogue, kernelFrom: kernel,
        before: try catalogue == nil ? nil : record.launches(before: set) ?? last)
      judged.results.notes += [note].compactMap(\.self)
      if !judged.launches.isEmpty {
        last = SetLaunches.Before(
          name: set.name, launches: judged.launches, answers: judged.answers)
      }
      try record.record(judged, run: run)
      results.sets.append(judged.results)
    }
    bench.progress.finish()
    try record.end(run, exitCode: results.exitCode.rawValue)
    try output.print(results, grids: names.isEmpty ? matrix?.grids ?? [] : [])
    throw ArgumentParser.ExitCode(results.exitCode.rawValue)
  }

  /// The name in the environment, else the ledger's own.
  private static var ownLab: String {
    let name = ProcessInfo.processInfo.environment["LODGE_LAB"] ?? ""
    return name.isEmpty ? Run.Start.ownLab : name
  }

  func validate() throws {
    guard lab.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]{0,63}/) != nil else {
      throw ValidationError("a lab's name has letters, digits, full stops, hyphens, underscores")
    }
  }

  /// What is to be judged, and what each is compared with: the locks that were given, else the sets
  /// of the matrix.
  private func preparations(
    _ matrix: Matrix?, _ bench: Workbench
  ) async throws -> [(@Sendable () async throws -> Workbench.Prepared, baseline: String?)] {
    if locked.isEmpty {
      let sets = try matrix?.sets(named: names) ?? []
      let locks = try await bench.locks(of: sets)
      return zip(sets, locks).map { set, lock in
        ({ try await bench.prepare(set, with: try lock.get()) }, set.baseline)
      }
    }
    return try locked.map { path in
      let lock = try Lock(file: path)
      let name = URL(filePath: path).deletingPathExtension().lastPathComponent
      return ({ try await bench.prepare(lock, name: name) }, nil)
    }
  }
}

extension Lock {
  /// Reads a lock file from disk.
  init(file: String) throws {
    guard let bytes = try? Data(contentsOf: URL(filePath: file)) else {
      throw InputFailure("cannot read the lock file \(file); make one with lodge set lock")
    }
    do throws(LockFailure) { try self.init(reading: bytes) } catch {
      throw InputFailure("\(file): \(error)")
    }
  }
}
