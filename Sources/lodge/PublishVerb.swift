import ArgumentParser
import Foundation
import LodgeContracts
import LodgeHost
import LodgeLaunch
import LodgeLedger
import LodgeModel
import LodgePackages
import LodgePublishing
import LodgeRelease
import LodgeSite

/// `lodge publish DIR`: the ledger as a web site.
struct PublishVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish",
    abstract: "Writes the ledger as a web site that any server, or none, can show.",
    discussion: """
      What was published before stays; what changed is written anew. Exit codes: 0 the site is \
      current, 2 the ledger or the folder is in error, 3 nothing is recorded.
      """)

  @Argument(help: ArgumentHelp("A new or empty folder, or an earlier site.", valueName: "dir"))
  var folder: String

  @OptionGroup var site: SiteOptions
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var output: OutputOptions

  /// What scripts read of it.
  private struct Answer: Encodable {
    let schema = "lodge.published/1"
    let folder: String
    let sets: Int
    let written: Int
    let unchanged: Int
  }

  mutating func run() async throws {
    let progress = Progress()
    let record = try ledger.open()
    // What all pages need is made while the ledger is read.
    async let index = SiteIndex(record.outline())
    async let templates = Templates.builtIn
    let place = try SiteFolder(at: folder)
    let publication = Publication(
      record, to: place, try await site.supplies(record, to: place, progress))
    _ = await templates
    let (tally, sets) = try await publication.write(index)
    progress.finish()
    let answer = Answer(
      folder: folder, sets: sets, written: tally.written, unchanged: tally.unchanged)
    try output.answer(answer) {
      let count = sets == 1 ? "1 set" : "\(sets) sets"
      return "\(folder)/index.html: \(count), \(tally.written) files written,"
        + " \(tally.unchanged) looked at and left as they are"
    }
    if sets == 0 { throw ArgumentParser.ExitCode(Results.ExitCode.nothingJudged.rawValue) }
  }
}

/// What pages need besides a ledger.
struct SiteOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The folder of waivers that the site shows.", valueName: "dir"))
  var waivers = "Matrices/waivers"

  @Option(
    help: ArgumentHelp(
      "The address at which the site will be, for its feed.", valueName: "url"))
  var base: String?

  @OptionGroup var scenarios: ScenarioFolderOption

  /// Reads all of it.
  func supplies(
    _ ledger: Ledger, to folder: SiteFolder, _ progress: Progress
  ) async throws -> Publication.Supplies {
    // It takes as long as all else that is read here.
    async let digest = Task.detached {
      folder.digest(of: Lodge.files) { Lodge.digest }
    }.value
    let sets = RecordedSets(ledger: ledger, store: try Store(at: Store.defaultPath))
    let known = scenarios.isThere ? try scenarios.catalogue().scenarios : []
    guard let maker = await digest else {
      throw InputFailure("this program cannot read itself in /proc/self/exe; mount /proc")
    }
    return Publication.Supplies(
      contracts: allContracts.map(ContractText.init), scenarios: known.map(ScenarioText.init),
      waivers: try Waiver.all(in: waivers),
      order: { try VersionOrder().compare($0, $1, of: $2) }, version: Lodge.versionText,
      maker: maker, base: base,
      comparison: { try sets.comparison(from: $0, to: $1) },
      progress: { progress.step("publishing \($0)") })
  }
}
