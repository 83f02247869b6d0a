import ArgumentParser
import Foundation
import LodgeEvidence
import LodgeLab
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

  @Argument(help: ArgumentHelp("A scenario's id, or a pattern.", valueName: "scenario"))
  var globs: [String]

  @Option(name: .customLong("set"), help: ArgumentHelp("A set of the matrix.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("An unpacked tree.", valueName: "dir"))
  var root: String?

  @Option(help: ArgumentHelp("A lock file.", valueName: "file"))
  var locked: String?

  @Flag(help: "Print every KVM, SEV and TDX call.")
  var transcript = false

  @OptionGroup var matrix: MatrixOptions
  @OptionGroup var launching: LaunchOptions
  @OptionGroup var supply: SupplyOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard [name != nil, root != nil, locked != nil].filter(\.self).count == 1 else {
      throw ValidationError("name one of: --set NAME, --locked FILE, --root DIR")
    }
  }

  mutating func run() async throws {
    let catalogue = try launching.catalogue().only(globs.map { Glob($0) })
    let bench = try supply.workbench()
    let set = try await prepared(bench)
    let collected = try await bench.evidence(of: set)
    let kernel = try await launching.kernelEvidence(
      launching.kernelFrom == nil ? nil : matrix.read(), bench)
    let stage = LaunchStage(catalogue: catalogue, store: bench.store, progress: bench.progress)
    let seen = try await stage.launch(
      LaunchStage.Candidate(
        name: set.name, root: set.root.path, evidence: collected.evidence, kernel: kernel))
    bench.progress.finish()
    let results = Results(sets: [
      Results.BuildSet(
        id: set.id ?? collected.digest, name: set.name, packages: set.lock.packages.count,
        cells: seen.kept.cells, notes: catalogue.changes.map { [$0.note] } ?? [])
    ])
    let names = Transcript.Names(constants: collected.evidence.uapi.value?.constants ?? [:])
    try output.answer(results) {
      seen.map { $0.story(withTranscript: transcript, names) }.joined(separator: "\n\n")
    }
    throw ArgumentParser.ExitCode(results.exitCode.rawValue)
  }

  private func prepared(_ bench: Workbench) async throws -> Workbench.Prepared {
    if let root { return try bench.tree(root, kernel: nil) }
    if let locked { return try await bench.prepare(try Lock(file: locked), name: locked) }
    guard let name, let set = try matrix.read().sets(named: [name]).first else {
      throw InputFailure("name a set")
    }
    return try await bench.prepare(set)
  }
}

extension LaunchStage.Seen {
  /// The scenario step by step, for people.
  fileprivate func story(withTranscript: Bool, _ names: Transcript.Names) -> String {
    var lines = ["\(record.scenario.id) on \(platform): \(record.scenario.claim)"]
    for step in record.steps {
      let domain = record.scenario.domains.count > 1 ? "\(step.step.domain): " : ""
      let time = String(format: "%6.3f s", step.seconds)
      let word = (domain + step.step.action.word).padding(toLength: 24, withPad: " ", startingAt: 0)
      lines.append("  \(time)  \(word)  \(step.answer.words)")
    }
    if withTranscript {
      for domain in record.domains {
        lines.append("  calls of \(domain.name):")
        let transcripts = (try? Transcript.all(parsing: domain.transcript)) ?? []
        lines += transcripts.flatMap { $0.table(names: names).split(separator: "\n") }
          .map { "    \($0)" }
      }
    }
    let layer = record.verdict.layer.map { " [\($0.rawValue)]" } ?? ""
    lines.append("\(record.verdict.outcome.rawValue)\(layer): \(record.verdict.reason)")
    lines += record.verdict.findings.filter { $0.summary != record.verdict.reason }
      .map { "  \($0.grade.rawValue): \($0.summary)" }
    return lines.joined(separator: "\n")
  }
}
