import ArgumentParser
import LodgeModel

/// `lodge measure`: the launch measurement of a scenario, or of inputs alone.
struct MeasureVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Computes launch measurements, from a launch or from its inputs alone.")

  @OptionGroup var prediction: PredictionOptions
  @OptionGroup var output: OutputOptions

  mutating func run() async throws {
    let predictions = try prediction.predictions()
    if predictions.count == 1 {
      try output.answer(predictions[0]) { predictions[0].text }
    } else {
      try output.answer(predictions) { predictions.map(\.text).joined(separator: "\n\n") }
    }
  }
}
