import ArgumentParser
import Foundation
import LodgeContracts
import LodgeLaunch
import LodgeMessages
import LodgeModel
import LodgeScenarios
import LodgeSite

/// `lodge explain ID`: what a contract or scenario claims, why, and what to do when it is broken;
/// `lodge explain --text TEXT`: which of them an error message is about.
struct ExplainVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explains a contract or a scenario, or an error message that somebody pasted.")

  @Argument(help: "An id such as kernel.vm-type-numbers or sev/policy, or a number such as R04.")
  var id: String?

  @Option(
    help: ArgumentHelp(
      "Find the contracts that an error message is about; - reads it from standard input.",
      valueName: "text"))
  var text: String?

  @Flag(help: "Name all contracts and scenarios.")
  var list = false

  @Option(help: "How --list is printed: text, or markdown for a page of all contracts.")
  var format = Format.text

  /// How the list of all contracts is printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case markdown
  }

  @OptionGroup var folder: ScenarioFolderOption
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard [id != nil, text != nil, list].count(where: \.self) == 1 else {
      throw ValidationError("name one, or --text, or --list")
    }
    guard list || format == .text else { throw ValidationError("--format goes with --list") }
    guard format == .text || !output.json else {
      throw ValidationError("--json prints JSON, --format markdown a page: take one")
    }
  }

  mutating func run() async throws {
    if format == .markdown { return print(ContractPage(allContracts).text, terminator: "") }
    if let text { return try explain(text: try text == "-" ? pasted() : text) }
    guard let id else {
      let all = PromiseList(allContracts, try scenarios().map(ScenarioText.init))
      return try output.answer(all) { all.text(style: OutputOptions.style) }
    }
    let wanted = id.lowercased()
    let contract = allContracts.first { $0.id == wanted || $0.catalogue.lowercased() == wanted }
    if let contract {
      let text = ContractText(contract)
      return try output.answer(text) { text.text(style: OutputOptions.style) }
    }
    let known = try scenarios()
    let meant = known.filter { $0.answers(to: Glob(folder.id(of: id))) }.map(ScenarioText.init)
    guard !meant.isEmpty else {
      let near = nearest(to: wanted, among: allContracts.map(\.id) + known.map(\.id))
      throw InputFailure(
        "there is no contract or scenario \(id)"
          + (near.map { "; did you mean \($0)?" } ?? "; lodge explain --list names them all"))
    }
    try output.answer(meant) {
      meant.map { $0.text(style: OutputOptions.style) }.joined(separator: "\n\n")
    }
  }

  /// Names the messages and contracts that a text is about.
  ///
  /// - Throws: ``InputFailure`` where there are none.
  private func explain(text: String) throws {
    let search = MessageSearch(
      .builtIn, cases: allContracts.map { (contract: $0.id, text: $0.knownCase) })
    let answer = search.answer(to: text)
    let explained = ExplainedText(
      text, messages: answer.messages.map(ExplainedText.Entry.init),
      cases: answer.cases.map(\.contract), nearest: answer.nearest.map(ExplainedText.Entry.init),
      among: allContracts)
    guard !explained.isEmpty || output.json else { throw InputFailure(explained.unknown) }
    try output.answer(explained) { explained.text(style: OutputOptions.style) }
    if explained.isEmpty { throw ExitCode(Results.ExitCode.inError.rawValue) }
  }

  /// What comes in at standard input, as far as it is looked at.
  private func pasted() throws -> String {
    let bytes = try FileHandle.standardInput.read(upToCount: 1 << 20) ?? Data()
    return String(decoding: bytes, as: UTF8.self)
  }

  /// All scenarios; none where there is no folder of them, as contracts can be explained anywhere.
  private func scenarios() throws -> [Scenario] {
    folder.isThere ? try folder.catalogue().scenarios : []
  }
}

extension ExplainedText.Entry {
  fileprivate init(_ match: MessageSearch.Match) {
    self.init(match.message, likeness: match.likeness, isPart: match.isPart)
  }
}

extension ScenarioText {
  /// A scenario as people and programs read it.
  init(_ scenario: Scenario) {
    self.init(
      id: scenario.id, claim: scenario.claim, type: scenario.type, platforms: scenario.platforms,
      needs: "\(scenario.needs)", steps: scenario.steps.map(\.action.word), file: scenario.file)
  }
}
