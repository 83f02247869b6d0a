import ArgumentParser
import LodgeContracts
import LodgeLaunch
import LodgeModel
import LodgePackages
import LodgeRelease
import LodgeScenarios
import LodgeSite

/// `lodge blame GOOD BAD`: which member of a set broke what another set keeps.
struct BlameVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "blame",
    abstract:
      "Swaps members between two sets, and names the smallest change that turns a cell red.",
    discussion: """
      Contracts that compare are held against the good set. Exit code 0 where a part of the bad set \
      is named, 3 where nobody is to blame or nothing could be judged.
      """)

  @Argument(help: ArgumentHelp("A set of the matrix, or a lock file.", valueName: "good"))
  var good: String

  @Argument(help: ArgumentHelp("Another one.", valueName: "bad"))
  var bad: String

  @Option(
    name: .customLong("cell"),
    help: ArgumentHelp("A contract or scenario that is red on the bad set.", valueName: "glob"))
  var cells: [String] = []

  @Option(
    name: .customLong("type"),
    help: ArgumentHelp("Only cells of this domain type.", valueName: "type"))
  var types: [DomainType] = []

  @Option(help: ArgumentHelp("Go no further than this stage.", valueName: "stage"))
  var stage: Stage = .launch

  @Option(
    help: ArgumentHelp(
      "Of what contracts are decided by, launch only scenarios that fit.", valueName: "glob"))
  var scenario: [String] = []

  @Flag(help: "Judge every mix, also where the answer needs none.")
  var all = false

  @Flag(help: "Launch also what this Lodge launched on the same packages before.")
  var relaunch = false

  @Option(help: ArgumentHelp("Launch on this platform only.", valueName: "id"))
  var platform: [String] = []

  @OptionGroup var folder: ScenarioFolderOption
  @OptionGroup var matrix: MatrixOptions
  @OptionGroup var supply: SupplyOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !cells.isEmpty else {
      throw ValidationError(
        "name what is red: --cell R36, --cell 'tdx/*'; lodge explain --list names all")
    }
  }

  mutating func run() async throws {
    let question = try question()
    var bench = try supply.workbench()
    bench.knowsLaunches = !relaunch
    let sides = (try await side(good, bench), try await side(bad, bench))
    guard sides.0.name != sides.1.name else {
      throw InputFailure("both sets are called \(sides.0.name); rename one of the lock files")
    }
    let report = try await Blaming(
      bench: bench, question: question, good: sides.0, bad: sides.1, wantsAll: all
    ).report()
    bench.progress.finish()
    try output.answer(report) { report.text(style: OutputOptions.style) }
    throw ArgumentParser.ExitCode(report.exitCode.rawValue)
  }

  private func side(_ name: String, _ bench: Workbench) async throws -> Workbench.Prepared {
    let set = try await bench.prepared(name) { try matrix.read() }
    guard set.id != nil, set.lock.packages.allSatisfy({ $0.sha256 != nil }) else {
      throw InputFailure(
        "\(name) was not made of package files that the store has, so nothing of it can be swapped;"
          + " name a set of a matrix, or a lock file")
    }
    return set
  }

  private func question() throws -> Blaming.Question {
    let globs = cells.map { Glob($0) }
    let catalogue = folder.isThere ? try folder.catalogue(chosen: platform) : nil
    try known(globs, among: catalogue?.scenarios ?? [])
    let fitting = scenario.isEmpty ? catalogue : try catalogue?.only(scenario.map { Glob($0) })
    return Blaming.Question(
      globs: globs, types: types, stage: stage, all: catalogue, fitting: fitting?.scenarios ?? [])
  }

  private func known(_ globs: [Glob], among scenarios: [Scenario]) throws {
    for glob in globs {
      if allContracts.contains(where: { $0.answers(to: glob) }) { continue }
      if scenarios.contains(where: { $0.answers(to: glob) }) { continue }
      let near = nearest(
        to: glob.description,
        among: allContracts.map(\.id) + scenarios.flatMap { [$0.id.withoutCase, $0.id] })
      throw InputFailure(
        "no contract or scenario fits \(glob)\(near.map { "; did you mean \($0)?" } ?? "");"
          + " lodge explain --list names them all")
    }
  }
}
