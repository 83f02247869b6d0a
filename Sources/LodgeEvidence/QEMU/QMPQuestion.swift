import Foundation

/// One question to QEMU's monitor.
struct QMPQuestion: Sendable {
  /// The command with its arguments, as one line of JSON.
  let line: String
  /// What messages call it.
  let title: String

  static let schema = QMPQuestion("query-qmp-schema")
  static let machines = QMPQuestion("query-machines")
  static let cpuModels = QMPQuestion("query-cpu-definitions")

  static let commandLineOptions = QMPQuestion("query-command-line-options")

  /// Concrete types that implement an interface or descend from a type.
  static func types(below parent: String?) -> QMPQuestion {
    QMPQuestion("qom-list-types", parent.map { ["implements": $0] } ?? [:])
  }

  /// The properties of an instance of a type.
  static func properties(of type: String) -> QMPQuestion {
    QMPQuestion("qom-list-properties", ["typename": type])
  }

  /// The properties that `-device` takes for a type.
  static func deviceProperties(of type: String) -> QMPQuestion {
    QMPQuestion("device-list-properties", ["typename": type])
  }

  private init(_ command: String, _ arguments: [String: String] = [:]) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // Strings always can be written as JSON.
    let text = (try? encoder.encode(arguments)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    line = "{\"execute\":\"\(command)\",\"arguments\":\(text)}"
    title = command
  }
}
