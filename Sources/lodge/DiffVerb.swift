import ArgumentParser
import LodgeLedger
import LodgeModel
import LodgePackages
import LodgeRelease
import LodgeSite

/// `lodge diff A B`: what became otherwise between two sets that were run.
struct DiffVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Prints what became otherwise between two sets, or where something began to fail.",
    usage: """
      lodge diff BEFORE AFTER [--format text|json|markdown]
      lodge diff --bisect GLOB [--type TYPE] [--set NAME] [--json]
      """,
    discussion: """
      Reads the ledger; both sets must have been run. Changelogs and evidence are read from the \
      store, as far as it has them still. Exit codes: 0 whatever is found, 2 the ledger or what was \
      asked is in error.
      """)

  /// What can be printed of a comparison.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown
  }

  @Argument(help: ArgumentHelp("A set by its name or id.", valueName: "before"))
  var before: String?

  @Argument(help: ArgumentHelp("Another set by its name or id.", valueName: "after"))
  var after: String?

  @Option(
    help: ArgumentHelp(
      "Find the first set on which contracts or scenarios that fit began to fail.",
      valueName: "glob"))
  var bisect: String?

  @Option(help: ArgumentHelp("With --bisect: only cells of this domain type.", valueName: "type"))
  var type: DomainType?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "With --bisect: only sets of this name; all names, each by itself, by default.",
      valueName: "name"))
  var name: String?

  @Option(
    help: ArgumentHelp(
      "text (the default), json, or markdown for a comment on a merge request.",
      valueName: "format"))
  var format: Format?

  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if output.json, let format, format != .json {
      throw ValidationError("--json means --format json, not \(format.rawValue): take one")
    }
    if bisect != nil {
      guard before == nil else { throw ValidationError("--bisect takes no sets, but --set NAME") }
      guard format != .markdown else { throw ValidationError("--bisect has text and json") }
    } else {
      guard before != nil, after != nil else {
        throw ValidationError("name two sets, or --bisect GLOB")
      }
      guard type == nil, name == nil else {
        throw ValidationError("--type and --set go with --bisect")
      }
    }
  }

  mutating func run() async throws {
    let sets = RecordedSets(
      ledger: try ledger.open(), store: try Store(at: Store.defaultPath))
    var output = output
    output.json = output.json || format == .json
    if let bisect {
      let found = try sets.bisections(Bisection.Question(Glob(bisect), type: type), of: name)
      return try output.answer(BisectionDocument(found)) {
        BisectionText(found, style: OutputOptions.style).text
      }
    }
    guard let before, let after else { return }
    let comparison = try sets.comparison(from: try sets.set(before), to: try sets.set(after))
    if format == .markdown {
      return try StandardStreams.answer(text: ComparisonMarkdown(comparison).text)
    }
    try output.answer(comparison) {
      ComparisonText(comparison, style: OutputOptions.style).text
    }
  }
}
