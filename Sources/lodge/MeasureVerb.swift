import ArgumentParser
import LodgeLaunch
import LodgeModel
import LodgeScenarios

/// `lodge measure`: the launch measurement of scenarios, or of inputs alone.
struct MeasureVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Computes launch measurements, from a launch or from its inputs alone.",
    discussion: """
      With scenarios and a set they are launched on modelled hosts, and what was measured is \
      compared with what their inputs say. With --predict nothing is launched: \
      lodge measure --predict --type sev-snp --firmware OVMF.fd --vcpus 4 --cpu EPYC-v4
      """)

  @Argument(help: ArgumentHelp("A scenario's id, file or pattern.", valueName: "scenario"))
  var scenarios: [String] = []

  @OptionGroup(title: "A prediction") var prediction: PredictionOptions
  @OptionGroup(title: "A launch") var set: SetChoice
  @OptionGroup(title: "A launch") var launching: LaunchOptions
  @OptionGroup(title: "A launch") var supply: SupplyOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if prediction.predict {
      guard scenarios.isEmpty, !set.isGiven else {
        throw ValidationError("--predict launches nothing: it takes no scenario and no set")
      }
    } else {
      guard !scenarios.isEmpty else {
        throw ValidationError(
          "name scenarios and a set to launch them, or --predict with inputs alone")
      }
      try set.validateOne()
    }
  }

  mutating func run() async throws {
    prediction.predict ? try predict() : try await launch()
  }

  private func predict() throws {
    let predictions = try prediction.predictions()
    if let only = predictions.first, predictions.count == 1 {
      try output.answer(only) { only.text }
    } else {
      try output.answer(predictions) { predictions.map(\.text).joined(separator: "\n\n") }
    }
  }

  private func launch() async throws {
    let catalogue = try launching.catalogue()
      .only(scenarios.map { Glob(launching.folder.id(of: $0)) })
    let bench = try supply.workbench()
    let trial = try await launching.trial(of: catalogue, kernels: set.matrix, bench)
    let seen = try await trial.launch(try await set.prepared(bench))
    bench.progress.finish()
    let launches = seen.launches.map { LaunchText($0, of: seen.results.name) }
    try output.answer(launches) { launches.map(\.text).joined(separator: "\n\n") }
    throw ArgumentParser.ExitCode(launches.exitCode.rawValue)
  }
}

extension [LaunchText] {
  /// What scripts are told: a measurement that its inputs do not give is a fail.
  fileprivate var exitCode: Results.ExitCode {
    let predicted = flatMap(\.launches).map(\.predicted)
    if predicted.contains(where: \.isDifferent) { return .failed }
    if contains(where: { $0.outcome == .error }) { return .inError }
    return predicted.isEmpty ? .nothingJudged : .green
  }
}

extension MeasuredLaunch.Predicted {
  fileprivate var isDifferent: Bool {
    if case .differs = self { true } else { false }
  }
}
