import Foundation
import Glibc
import LodgeModel
import LodgeSite

extension OutputOptions {
  /// Prints results as the table, those of grids as one of their own, or as one JSON document.
  func print(_ results: Results, grids: [Matrix.Grid] = []) throws {
    try answer(results) { MatrixTable(results, grids: grids, style: Self.style).text }
  }

  /// Prints a value as JSON, or as text for people.
  func answer(_ value: some Encodable, text: () -> String) throws {
    let bytes = json ? try CanonicalJSON.encode(value) : Data(text().utf8)
    let isWhole = json || bytes.last == UInt8(ascii: "\n")
    try StandardStreams.answer(isWhole ? bytes : bytes + Data("\n".utf8))
  }

  /// Colour only for a terminal whose user did not ask for none.
  static var style: Style {
    let environment = ProcessInfo.processInfo.environment
    let isPlain = (environment["NO_COLOR"] ?? "") != "" || environment["TERM"] == "dumb"
    return isatty(STDOUT_FILENO) == 1 && !isPlain ? .ansi : .plain
  }
}
