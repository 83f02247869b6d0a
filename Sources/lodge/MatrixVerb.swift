import ArgumentParser
import LodgeLedger
import LodgeModel
import LodgeSite

/// `lodge matrix`: what the ledger knows, without judging anything anew.
struct MatrixVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matrix", abstract: "Prints the newest results of each set from the ledger.",
    discussion: """
      With --last it looks back and says nothing of what may be released: exit code 0, or 3 where \
      nothing is recorded.
      """)

  @Option(name: .customLong("set"), help: ArgumentHelp("Only this set.", valueName: "name"))
  var name: String?

  @Option(
    help: ArgumentHelp(
      "A row for each of the sets that were recorded last, newest first.", valueName: "n"))
  var last: Int?

  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var output: ResultsOptions

  func validate() throws {
    if let last, last < 1 { throw ValidationError("--last takes a number from 1") }
    guard last == nil || name == nil else { throw ValidationError("take --set or --last") }
  }

  mutating func run() async throws {
    let record = try ledger.open()
    if let last { return try look(back: last, in: record) }
    var results = try record.latest()
    if let name {
      results.sets.removeAll { $0.name != name }
      guard !results.sets.isEmpty else {
        throw InputFailure("the ledger \(ledger.ledger) has no set \(name); lodge run records one")
      }
    }
    try output.print(results)
    throw ArgumentParser.ExitCode(results.exitCode.rawValue)
  }

  private func look(back limit: Int, in record: Ledger) throws {
    let isEmpty: Bool
    if output.isText {
      let rows = try record.tallies(last: limit)
      isEmpty = rows.isEmpty
      let history = SetHistory(
        rows.map { .init(id: $0.id, name: $0.name, seen: $0.seen, counts: $0.counts) },
        style: OutputOptions.style)
      try StandardStreams.answer(text: history.text)
    } else {
      let results = try record.latest(sets: limit)
      isEmpty = results.sets.isEmpty
      try output.print(results)
    }
    if isEmpty {
      throw ArgumentParser.ExitCode(Results.ExitCode.nothingJudged.rawValue)
    }
  }
}
