import ArgumentParser
import Foundation
import LodgeHost
import LodgeLedger
import LodgeModel
import LodgeRelease

/// `lodge ledger`: looks after the file that keeps all results.
struct LedgerVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Checks, prunes and backs up the file that keeps all results.",
    subcommands: [Check.self, Prune.self, BackUp.self])

  /// `lodge ledger check`: looks for damage.
  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Looks for damage anywhere in the ledger; exit code 2 where there is any.")

    @OptionGroup var ledger: LedgerOptions

    mutating func run() async throws {
      let damage = try Ledger.damage(at: ledger.ledger)
      for sentence in damage { print("\(ledger.ledger): \(sentence)") }
      guard damage.isEmpty else {
        StandardStreams.say(
          "keep the file as it is, and restore a copy that lodge ledger backup made\n")
        throw ArgumentParser.ExitCode(Results.ExitCode.inError.rawValue)
      }
      print("\(ledger.ledger): whole")
    }
  }

  /// `lodge ledger prune`: removes old runs.
  struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Removes old runs with all that only they recorded.",
      discussion: "What a verdict rests on is never removed, nor what a living process records.")

    @Option(help: ArgumentHelp("Keep as many of the newest sets of each name.", valueName: "n"))
    var keepSets = 10

    @Option(
      help: ArgumentHelp("Keep runs that are younger, such as \"90 days\".", valueName: "span"))
    var keep = "90 days"

    @Flag(help: "Only tell what would be removed.")
    var dryRun = false

    @OptionGroup var ledger: LedgerOptions

    func validate() throws {
      guard keepSets >= 0 else { throw ValidationError("--keep-sets takes a number from 0") }
      guard TimeInterval(inWords: keep) != nil else {
        throw ValidationError("--keep takes a span such as \"90 days\" or \"36 hours\"")
      }
    }

    mutating func run() async throws {
      let since = TimeInterval(inWords: keep).map { Date.now - $0 }
      let pruned = try ledger.open().prune(
        keeping: Retention(sets: keepSets, since: since), isTrial: dryRun,
        isAlive: { ProcessIdentity($0).isAlive })
      print(
        "\(dryRun ? "would remove" : "removed") \(pruned.runs) runs with \(pruned.outcomes)"
          + " outcomes, and \(pruned.sets) sets that no run is left of")
      if pruned.keptForVerdicts > 0 {
        print("kept \(pruned.keptForVerdicts) runs that verdicts rest on")
      }
    }
  }

  /// `lodge ledger backup FILE`: writes a whole copy.
  struct BackUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "backup", abstract: "Writes a whole copy to a new file, also while it is in use."
    )

    @Argument(help: ArgumentHelp("The new file.", valueName: "file"))
    var file: String

    @OptionGroup var ledger: LedgerOptions

    mutating func run() async throws {
      try ledger.open().backUp(to: file)
      print("\(file): a copy of \(ledger.ledger)")
    }
  }
}
