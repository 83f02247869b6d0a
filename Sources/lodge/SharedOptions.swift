import ArgumentParser
import Foundation
import LodgeContracts
import LodgeLaunch
import LodgeMatrix
import LodgeModel
import LodgePackages

/// Where packages come from and how they are fetched.
struct SupplyOptions: ParsableArguments {
  @Flag(help: "Work from indices and packages that were fetched before.")
  var offline = false

  @Option(help: ArgumentHelp("How many packages to unpack at once.", valueName: "n"))
  var jobs: Int?

  /// Opens the store and its progress.
  func workbench() throws -> Workbench {
    if let jobs, jobs < 1 { throw ValidationError("--jobs takes a number from 1") }
    return Workbench(
      store: try Store(at: Store.defaultPath), offline: offline,
      jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount, progress: Progress())
  }
}

/// Which contracts are judged.
struct JudgeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Judge only contracts that fit.", valueName: "glob"))
  var contract: [String] = []

  @Option(help: ArgumentHelp("Launch only scenarios that fit.", valueName: "glob"))
  var scenario: [String] = []

  @Option(help: ArgumentHelp("Go no further than this stage.", valueName: "stage"))
  var stage: Stage = .launch

  /// The scenarios of a matrix that fit the options as well; nil where the launch stage is left out.
  ///
  /// Nobody who named none misses a folder that is not there.
  func catalogue(
    among globs: [Glob] = ["*"], _ launching: LaunchOptions
  ) throws -> Catalogue? {
    guard stage >= .launch, launching.folder.isThere || !scenario.isEmpty else { return nil }
    let all = try launching.catalogue()
    let ofMatrix = globs.isEmpty ? [] : all.scenarios.filter { globs.contains(where: $0.answers) }
    var chosen = scenario.isEmpty ? all : try all.only(scenario.map { Glob($0) })
    chosen.scenarios = chosen.scenarios.filter(ofMatrix.contains)
    return chosen
  }

  /// The contracts of a matrix that fit the options as well.
  func contracts(among globs: [Glob] = ["*"]) throws -> [Contract] {
    let wanted = contract.isEmpty ? globs : contract.map { Glob($0) }
    for glob in wanted where !allContracts.contains(where: { $0.answers(to: glob) }) {
      let near = nearest(to: glob.description, among: allContracts.map(\.id))
      throw InputFailure(
        "no contract fits \(glob)\(near.map { "; did you mean \($0)?" } ?? "");"
          + " lodge explain --list names them all")
    }
    return allContracts.filter { contract in
      wanted.contains(where: contract.answers) && globs.contains(where: contract.answers)
    }
  }
}

/// How an answer that is not results is printed.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON document.")
  var json = false
}

/// A matrix file and the sets of it that are meant.
struct MatrixOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The matrix file.", valueName: "file"))
  var matrix = "Matrices/debian.yaml"

  /// Reads the file.
  func read() throws -> Matrix { try Matrix(file: matrix) }
}

extension Matrix {
  /// Reads a matrix file from disk.
  init(file: String) throws {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw InputFailure(
        "cannot read the matrix file \(file); name another one, such as Matrices/debian.yaml")
    }
    try self.init(yaml: text, file: file)
  }

  /// The sets of a name, mixes too; all of them where no name is given.
  func sets(named names: [String]) throws -> [BuildSet] {
    let all = sets + mixes
    return try names.isEmpty
      ? all
      : names.map { name in
        guard let set = all.first(where: { $0.name == name }) else {
          let near = nearest(to: name, among: all.map(\.name)).map { "; did you mean \($0)?" }
          let grids = grids.map { ", and the mixes \($0.name)/..." }.joined()
          throw InputFailure(
            "the matrix has no set \(name)"
              + (near ?? "; it has \(sets.map(\.name).joined(separator: ", "))\(grids)"))
        }
        return set
      }
  }
}

extension Contract {
  /// Whether a pattern means this contract, by its id or its catalogue number.
  func answers(to glob: Glob) -> Bool { glob.matches(id) || glob.matches(catalogue) }
}

extension Stage: ExpressibleByArgument {}

extension DomainType: ExpressibleByArgument {}

/// What a user asked for that cannot be.
struct InputFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
