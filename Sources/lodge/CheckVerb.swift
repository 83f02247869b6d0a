import ArgumentParser
import LodgeModel
import LodgePackages

/// `lodge check`: judges one set, tree, host or some package files; records nothing.
struct CheckVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Judges the contracts of one set, an unpacked tree, this host, or package files.")

  @Argument(help: "Package files, or folders that hold them.")
  var files: [String] = []

  @Option(help: ArgumentHelp("An unpacked tree.", valueName: "dir"))
  var root: String?

  @Flag(help: "The packages that this host has installed, with its running kernel.")
  var host = false

  @Option(name: .customLong("set"), help: ArgumentHelp("A set of the matrix.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("A lock file.", valueName: "file"))
  var locked: String?

  @Option(help: ArgumentHelp("The kernel to read, of several.", valueName: "release"))
  var kernel: String?

  @OptionGroup var matrix: MatrixOptions
  @OptionGroup var comparing: BaselineOption
  @OptionGroup var judging: JudgeOptions
  @OptionGroup var supply: SupplyOptions
  @OptionGroup var output: ResultsOptions

  func validate() throws {
    let given = [
      name.map { "--set \($0)" }, locked.map { "--locked \($0)" }, root.map { "--root \($0)" },
      host ? "--host" : nil, files.first.map { "the file \($0)" },
    ].compactMap(\.self)
    guard given.count == 1 else {
      throw ValidationError(
        "name one of: --set NAME, --locked FILE, --root DIR, --host, FILE ..."
          + (given.isEmpty ? "" : "; given are \(given.joined(separator: ", "))"))
    }
  }

  mutating func run() async throws {
    let contracts = try judging.contracts()
    let bench = try supply.workbench()
    let set = try await prepared(bench)
    let judged = try await bench.judge(
      set, by: contracts, against: try await comparing.baseline(bench) { try matrix.read() })
    bench.progress.finish()
    let results = Results(sets: [judged.results])
    try output.print(results)
    throw ArgumentParser.ExitCode(results.exitCode.rawValue)
  }

  private func prepared(_ bench: Workbench) async throws -> Workbench.Prepared {
    if let root { return try bench.tree(root, kernel: kernel) }
    if host { return try bench.installed(kernel) }
    if let locked { return try await bench.prepare(try Lock(file: locked), name: locked) }
    if let name, let set = try matrix.read().sets(named: [name]).first {
      return try await bench.prepare(set)
    }
    return try await bench.prepare(
      Matrix.BuildSet(name: "package files", source: .files(files)))
  }
}
