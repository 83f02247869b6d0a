import ArgumentParser
import Foundation
import LodgeHost
import LodgeLab
import LodgeLaunch
import LodgeModel
import LodgePackages
import LodgePlatform
import LodgeScenarios

/// `lodge try SCENARIO`: one scenario, now, here; records nothing.
struct TryVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "try",
    abstract: "Launches scenarios of a set on a modelled host, and tells each step.",
    discussion: "No guest instruction runs: a domain is launched, its processors are parked.")

  @Argument(help: ArgumentHelp("A scenario's id, file or pattern.", valueName: "scenario"))
  var scenarios: [String] = []

  @Option(help: ArgumentHelp("Launch your own domain XML instead.", valueName: "file"))
  var xml: String?

  @OptionGroup var set: SetChoice

  @Flag(help: "Print every KVM, SEV and TDX call.")
  var transcript = false

  @Flag(help: "Leave the domains and their sandbox up, and say how to reach them.")
  var keep = false

  @Option(
    help: ArgumentHelp("Compare the calls with those of another set.", valueName: "set"))
  var against: String?

  @OptionGroup var launching: LaunchOptions
  @OptionGroup var supply: SupplyOptions
  @OptionGroup var output: ResultsOptions

  func validate() throws {
    try set.validateOne()
    guard scenarios.isEmpty == (xml != nil) else {
      throw ValidationError("name scenarios, or a domain with --xml FILE")
    }
    if keep, against != nil {
      throw ValidationError("--keep is about one set, --against about two")
    }
  }

  mutating func run() async throws {
    let (catalogue, notes) = try chosen()
    let bench = try supply.workbench()
    let trial = try await launching.trial(
      of: catalogue, kernels: set.matrix, bench, notes: notes)
    let prepared = try await set.prepared(bench)
    if keep { return try await leaveStanding(try trial.onlyPlace, trial, prepared) }
    var seen = [try await trial.launch(prepared)]
    if let against {
      let other = try await trial.launch(try await set.prepared(bench, named: against))
      seen[0].compare(with: other)
      seen.append(other)
    }
    bench.progress.finish()
    let results = Results(sets: seen.map(\.results))
    try output.print(results) {
      seen.prefix(1).map { $0.story(withTranscript: transcript) }.joined(separator: "\n\n")
    }
    throw ArgumentParser.ExitCode(results.exitCode.rawValue)
  }

  /// Launches one scenario and leaves it; the line that reaches it goes to people on standard error,
  /// where a script that reads JSON is not disturbed.
  private func leaveStanding(
    _ place: (Scenario, Platform), _ trial: Trial, _ set: Workbench.Prepared
  ) async throws {
    let (seen, farewell) = try await trial.leaveStanding(place, set)
    trial.bench.progress.finish()
    let results = Results(sets: [seen.results])
    try output.print(results) { seen.story(withTranscript: transcript) }
    StandardStreams.say(farewell + "\n")
    throw ArgumentParser.ExitCode(results.exitCode.rawValue)
  }

  /// The scenarios that are meant, and what a reader should know of them.
  private func chosen() throws -> (Catalogue, notes: [String]) {
    var catalogue = try launching.catalogue()
    guard let xml else {
      return (try catalogue.only(scenarios.map { Glob(launching.folder.id(of: $0)) }), [])
    }
    guard let text = try? String(contentsOfFile: xml, encoding: .utf8) else {
      throw InputFailure("cannot read the domain XML \(xml); virsh dumpxml NAME prints one")
    }
    let domain = try OwnDomain(xml: text, file: xml)
    catalogue.scenarios = [
      domain.scenario(on: catalogue.ladder.platforms[domain.type] ?? ["generic-x86"])
    ]
    return (catalogue, domain.notes)
  }
}
