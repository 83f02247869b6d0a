import Foundation
import Glibc
import LodgeModel
import LodgeSite

extension OutputOptions {
  /// Prints a value as JSON, or as text for people.
  func answer(_ value: some Encodable, text: () -> String) throws {
    if json { return try StandardStreams.answer(try CanonicalJSON.encode(value)) }
    try StandardStreams.answer(text: text())
  }

  /// Colour only for a terminal whose user did not ask for none.
  static var style: Style {
    let environment = ProcessInfo.processInfo.environment
    let isPlain = (environment["NO_COLOR"] ?? "") != "" || environment["TERM"] == "dumb"
    return isatty(STDOUT_FILENO) == 1 && !isPlain ? .ansi : .plain
  }
}
