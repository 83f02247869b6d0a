import ArgumentParser
import Foundation
import LodgeHost
import LodgeModel
import LodgePackages

/// `lodge doctor`: what this host can do for each stage.
struct DoctorVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Says what this host can do, what is missing, and the command that adds it.")

  @OptionGroup var output: OutputOptions

  mutating func run() async throws {
    let abilities = await HostAbility.all(storePath: Store.defaultPath)
    if output.json {
      try StandardStreams.answer(try CanonicalJSON.encode(abilities))
    } else {
      try StandardStreams.answer(Data((Self.text(of: abilities) + "\n").utf8))
    }
    // Only the stage that everything else stands on decides.
    let isReady = abilities.allSatisfy { $0.stage != .packages || $0.isThere }
    throw ArgumentParser.ExitCode(isReady ? 0 : 1)
  }

  private static func text(of abilities: [HostAbility]) -> String {
    Stage.allCases.map { stage in
      let lines = abilities.filter { $0.stage == stage }.flatMap { ability in
        let state = ability.isThere ? "yes" : "NO "
        let name = ability.name.padding(toLength: 26, withPad: " ", startingAt: 0)
        let head = "  \(state) \(name) \(ability.detail)"
        guard !ability.isThere else { return [head] }
        let indent = String(repeating: " ", count: 33)
        let remedy = ability.remedy.isEmpty ? [] : ["\(indent)to add it: \(ability.remedy)"]
        return [head, "\(indent)would unlock: \(ability.unlocks)"] + remedy
      }
      return ([stage.rawValue] + lines).joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
