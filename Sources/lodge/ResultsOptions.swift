import ArgumentParser
import Foundation
import LodgeModel
import LodgeSite

/// How results are printed.
struct ResultsOptions: ParsableArguments {
  /// What other programs can read, beside what people do.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, junit, tap, kcidb, tmt, markdown
  }

  @Option(help: ArgumentHelp("How results are printed; text by default.", valueName: "format"))
  var format: Format?

  @Flag(help: "Print one JSON document, as --format json does.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Who submits, as KernelCI knows it, with --format kcidb; lodge by default.",
      valueName: "name"))
  var origin: KCIDBReport.Origin?

  func validate() throws {
    if json, let format, format != .json {
      throw ValidationError("--json means --format json, not \(format.rawValue): take one")
    }
    if origin != nil, chosen != .kcidb {
      throw ValidationError("--origin goes with --format kcidb")
    }
  }

  /// Whether it is for people.
  var isText: Bool { chosen == .text }

  private var chosen: Format { json ? .json : format ?? .text }

  /// Prints results as the table for people, those of grids as one of their own, or as an export.
  func print(_ results: Results, grids: [Matrix.Grid] = []) throws {
    try print(results) { MatrixTable(results, grids: grids, style: OutputOptions.style).text }
  }

  /// Prints results as an export, or as a text for people.
  func print(_ results: Results, text: () -> String) throws {
    switch chosen {
    case .text: try StandardStreams.answer(text: text())
    case .json: try StandardStreams.answer(try CanonicalJSON.encode(results))
    case .junit: try StandardStreams.answer(text: JUnitReport(results).text)
    case .tap: try StandardStreams.answer(text: TAPReport(results).text)
    case .kcidb:
      try StandardStreams.answer(try KCIDBReport(results, origin: origin ?? .lodge).json)
    case .tmt: try StandardStreams.answer(text: TMTResults(results).text)
    case .markdown: try StandardStreams.answer(text: MarkdownReport(results).text)
    }
  }
}

extension KCIDBReport.Origin: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
