import Foundation

/// One question to QEMU's monitor.
struct QMPQuestion: Sendable {
  /// The command with its arguments, as one line of JSON.
  let line: String
  /// What messages call it.
  let title: String
  /// Whether later questions are about what it makes.
  var isStanding = false

  static let schema = QMPQuestion("query-qmp-schema")
  static let machines = QMPQuestion("query-machines")
  static let cpuModels = QMPQuestion("query-cpu-definitions")

  static let commandLineOptions = QMPQuestion("query-command-line-options")

  /// A command that takes no arguments.
  static func query(_ command: String) -> QMPQuestion { QMPQuestion(command) }

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

  /// What a property of an object is.
  static func value(of property: String, at path: String) -> QMPQuestion {
    QMPQuestion("qom-get", ["path": path, "property": property])
  }

  /// Makes an object of a type under a name, with the numbers that it cannot do without.
  static func adding(_ type: String, as name: String, _ numbers: [String: Int]) -> QMPQuestion {
    let members = numbers.sorted { $0.key < $1.key }.map { ",\"\($0.key)\":\($0.value)" }
    var question = QMPQuestion(
      command: "object-add",
      arguments: "{\"qom-type\":\"\(type)\",\"id\":\"\(name)\"\(members.joined())}")
    question.isStanding = true
    return question
  }

  private init(_ command: String, _ arguments: [String: String] = [:]) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // Strings always can be written as JSON.
    let text = (try? encoder.encode(arguments)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    self.init(command: command, arguments: text)
  }

  private init(command: String, arguments: String) {
    line = "{\"execute\":\"\(command)\",\"arguments\":\(arguments)}"
    title = command
  }
}
