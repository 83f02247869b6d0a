import ArgumentParser
import Foundation
import Glibc
import LodgeContracts
import LodgeHost
import LodgeModel
import LodgeMutation
import LodgePackages

/// The program: mutates the sets of a matrix, and tells which contracts caught it.
@main
struct MutationVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lodge-mutation",
    abstract:
      "Changes real sets, and checks that contracts catch what breaks them and nothing else.",
    discussion: """
      Exit codes: 0 all mutations caught and no false alarm, 1 otherwise, 2 the program or its input \
      was in error, 64 usage.
      """)

  @Option(help: ArgumentHelp("Only the mutations of contracts that fit.", valueName: "glob"))
  var contract: [String] = []

  @Flag(help: "Only harmless changes, or with --contract those that touch what it reads.")
  var harmless = false

  @Flag(help: "Name the mutations and harmless changes, and try none.")
  var list = false

  @Option(
    help: ArgumentHelp(
      "Make the root of one mutation or harmless change, say where, and leave it.",
      valueName: "name"))
  var keep: String?

  @Option(help: ArgumentHelp("The matrix file.", valueName: "file"))
  var matrix = "Matrices/mutation.yaml"

  @Option(help: ArgumentHelp("The folder of scenarios and platforms.", valueName: "dir"))
  var scenarios = "Scenarios"

  @Flag(help: "Work from indices and packages that were fetched before.")
  var offline = false

  @Option(help: ArgumentHelp("How many are tried at once.", valueName: "n"))
  var jobs: Int?

  @Flag(help: "Tell the time of each on standard error.")
  var verbose = false

  static func main() async {
    umask(0o022)
    do {
      var verb = try Self.parse()
      try await verb.run()
    } catch let code as ArgumentParser.ExitCode {
      Glibc.exit(code.rawValue)
    } catch let error where error is ValidationError || Self.exitCode(for: error) != .failure {
      Self.exit(withError: error)
    } catch {
      say("lodge-mutation: \(error)\n")
      Glibc.exit(2)
    }
  }

  mutating func run() async throws {
    let chosen = Selection(contract.map { Glob($0) }, harmlessOnly: harmless)
    let coverage = Coverage(
      of: chosen.contracts, mutations: allMutations, harmless: harmlessChanges)
    guard coverage.gaps.isEmpty else { throw Unproven(gaps: coverage.gaps) }
    if list { return print(chosen.text) }
    let supply = try Supply(matrix: matrix, offline: offline)
    if let keep { return try await leave(keep, supply) }
    let bench = try await supply.bench(scenarios: scenarios)
    let width = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    let (start, verbose) = (ContinuousClock.now, verbose)
    let mutations = try await bench.results(of: chosen.mutations, width: width) { result in
      if verbose { say("\(ContinuousClock.now - start)  \(result.mutation.id)\n") }
    }
    let quiet = try await bench.results(of: chosen.harmless, width: width) { result in
      if verbose { say("\(ContinuousClock.now - start)  \(result.change.id)\n") }
    }
    let table = MutationTable(mutations, quiet, of: chosen.contracts)
    print(table.text, terminator: "")
    say("\((ContinuousClock.now - start).formatted(.units(allowed: [.seconds])))\n")
    throw ArgumentParser.ExitCode(table.isProof ? 0 : 1)
  }

  /// Makes a mutated root and leaves it.
  private func leave(_ name: String, _ supply: Supply) async throws {
    let all =
      allMutations.map { ($0.id, $0.edits, $0.base) }
      + harmlessChanges.map { ($0.id, $0.edits, $0.base) }
    guard let (_, edits, base) = all.first(where: { $0.0 == name }) else {
      let near = nearest(to: name, among: all.map(\.0))
      throw ValidationError(
        "there is no change called \(name)\(near.map { "; did you mean “\($0)”?" } ?? "")")
    }
    let bench = try await supply.bench(scenarios: scenarios)
    let folder = supply.store.scratch.outliving("mutated").folder
    try await bench.keep(edits, on: base, at: folder)
    print(folder)
  }
}

/// Contracts that nothing proves: nothing is run before that is mended.
struct Unproven: Error, CustomStringConvertible {
  let gaps: [String]

  var description: String {
    "not every contract is proven, so nothing is run:\n"
      + gaps.map { "  \($0)" }.joined(separator: "\n")
  }
}

/// Writes to standard error.
func say(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
