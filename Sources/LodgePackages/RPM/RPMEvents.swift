import Foundation
import LodgeHost

/// What the program for transactions told, line by line.
struct RPMEvents {
  private(set) var problems: [RPMProblem] = []
  private(set) var told = RPMTransaction.Report()
  private var isDone = false

  /// Reads the lines; packages that could not be read are named by the label of their file.
  ///
  /// - Throws: ``PackageFailure/host(_:)`` for a line that the program does not write.
  init(_ output: Data, labels: [String: String] = [:]) throws(PackageFailure) {
    let decoder = JSONDecoder()
    for line in output.split(separator: UInt8(ascii: "\n")) {
      guard let event = try? decoder.decode(Event.self, from: line) else {
        let text = String(decoding: line.prefix(200), as: UTF8.self)
        throw .host("the program for RPM transactions wrote no event: \(text)")
      }
      take(event, labels)
    }
  }

  /// One line: an object whose first name tells what it is about.
  private struct Event: Decodable {
    var problem, trigger, scriptlet, installed, warning, leftOut: String?
    var package, other, path, capability, text, kind, interpreter, output, user, group: String?
    var files, exit: Int?
    var ran, done: Bool?

    enum CodingKeys: String, CodingKey {
      case problem, trigger, scriptlet, installed, warning
      case leftOut = "left_out"
      case package, other, path, capability, text, kind, interpreter, output, user, group
      case files, exit, ran, done
    }
  }

  private mutating func take(_ event: Event, _ labels: [String: String]) {
    let package = event.package.map { labels[$0] ?? $0 } ?? "?"
    if let kind = event.problem {
      problems.append(
        RPMProblem(
          kind: RPMProblem.Kind(rawValue: kind) ?? .other, package: package, other: event.other,
          path: event.path, capability: event.capability, text: event.text ?? kind))
    } else if let condition = event.trigger {
      told.triggers.append(
        RPMTransaction.Trigger(
          condition: condition, package: package, kind: event.kind ?? "?",
          interpreter: event.interpreter, ran: event.ran ?? false))
    } else if let kind = event.scriptlet {
      told.scriptlets.append(
        RPMTransaction.Scriptlet(
          kind: kind, package: package, interpreter: event.interpreter, ran: event.ran ?? false,
          exit: event.exit, output: event.output ?? ""))
    } else if let package = event.installed {
      told.installed.append(RPMTransaction.Installed(package: package, files: event.files ?? 0))
    } else if let kind = Self.leftOut(event), let path = event.path {
      told.leftOut.append(RPMTransaction.LeftOut(kind: kind, package: package, path: path))
    } else if let warning = event.warning {
      told.warnings.append(warning)
    } else {
      isDone = event.done ?? false
    }
  }

  private static func leftOut(_ event: Event) -> RPMTransaction.LeftOut.Kind? {
    switch event.leftOut {
    case "owner": .owner(user: event.user ?? "?", group: event.group ?? "?")
    case "setuid": .setuid
    case "setgid": .setgid
    case "capabilities": .capabilities(event.text ?? "?")
    default: nil
    }
  }

  /// The report of a program that did all of its work.
  ///
  /// - Throws: ``PackageFailure`` for one that did not.
  func report(of finished: Command.Finished) throws(PackageFailure) -> RPMTransaction.Report {
    switch finished.ending.inSandbox {
    case .exited(0) where isDone: return told
    case .exited(1) where !problems.isEmpty: throw .refused(problems)
    case .exited(3): throw .brokenOff(installed: told.installed.map(\.package), reason: reason)
    case let ending:
      let words = finished.errors.split(separator: "\n").map(String.init) + told.warnings
      throw .host(
        "the program for RPM transactions \(ending)"
          + (words.isEmpty ? "" : ": \(words.suffix(3).joined(separator: " / "))"))
    }
  }

  /// Why librpm broke off: the script that failed, or its own words.
  private var reason: String {
    let failed = told.failedScriptlets.map { scriptlet in
      "the \(scriptlet.kind) script of \(scriptlet.package) ended with exit code"
        + " \(scriptlet.exit ?? 1)"
    }
    return (told.warnings.suffix(3) + failed.prefix(3)).joined(separator: " / ")
  }
}
