import ArgumentParser
import LodgeLedger
import LodgeModel
import LodgeSite

/// `lodge diff A B`: what became otherwise between two sets that were run.
struct DiffVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Prints which launch measurements and outcomes changed between two sets.",
    discussion: "Reads the ledger; both sets must have been run.")

  @Argument(help: ArgumentHelp("A set by its name or id.", valueName: "before"))
  var before: String

  @Argument(help: ArgumentHelp("Another set by its name or id.", valueName: "after"))
  var after: String

  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var output: OutputOptions

  mutating func run() async throws {
    let record = try ledger.open()
    let (old, new) = (try set(before, in: record), try set(after, in: record))
    let difference = SetDifference(
      new, try record.launches(of: new), from: old, try record.launches(of: old))
    try output.answer(difference) { difference.text(style: OutputOptions.style) }
  }

  private func set(_ name: String, in record: Ledger) throws -> Results.BuildSet {
    if let set = try record.latest(named: name) { return set }
    let ids = try record.ids(startingWith: name)
    guard ids.count <= 1 else {
      throw InputFailure(
        "\(name) begins the ids of \(ids.count) sets: "
          + ids.map(\.short).joined(separator: ", ") + "; give more of it")
    }
    if let id = ids.first, let set = try record.latest(id: id) { return set }
    let known = try record.latest().sets.map(\.name)
    let near = nearest(to: name, among: known).map { "did you mean \($0)?" }
    throw InputFailure(
      "the ledger \(ledger.ledger) has no set \(name); "
        + (near ?? (known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"))
        + "; lodge run MATRIX --set \(name) records one")
  }
}
