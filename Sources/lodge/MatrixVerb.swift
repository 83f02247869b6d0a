import ArgumentParser
import LodgeLedger
import LodgeModel

/// `lodge matrix`: what the ledger knows, without judging anything anew.
struct MatrixVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matrix", abstract: "Prints the newest results of each set from the ledger.")

  @Option(name: .customLong("set"), help: ArgumentHelp("Only this set.", valueName: "name"))
  var name: String?

  @Option(
    help: ArgumentHelp(
      "The sets that were recorded last, whatever their names, newest first.", valueName: "n"))
  var last: Int?

  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var output: ResultsOptions

  func validate() throws {
    if let last, last < 1 { throw ValidationError("--last takes a number from 1") }
  }

  mutating func run() async throws {
    let record = try ledger.open()
    var results = try last.map { try record.latest(sets: $0) } ?? record.latest()
    if let name {
      results.sets.removeAll { $0.name != name }
      guard !results.sets.isEmpty else {
        throw InputFailure("the ledger \(ledger.ledger) has no set \(name); lodge run records one")
      }
    }
    try output.print(results)
    throw ArgumentParser.ExitCode(results.exitCode.rawValue)
  }
}
