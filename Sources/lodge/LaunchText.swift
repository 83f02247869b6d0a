import LodgeLab
import LodgeLaunch
import LodgeModel
import LodgeScenarios

/// The measured launches of a scenario as they are printed.
struct LaunchText: Encodable {
  var scenario: String
  var set: String
  var platform: String
  var outcome: Outcome
  /// Why nothing was measured, where nothing was.
  var reason: String
  var launches: [MeasuredLaunch]

  init(_ seen: LaunchStage.Seen, of set: String) {
    scenario = seen.record.scenario.id
    (self.set, platform) = (set, seen.platform)
    (outcome, reason) = (seen.record.verdict.outcome, seen.record.verdict.reason)
    launches = seen.record.domains.compactMap(\.measured)
  }

  /// The launches for people.
  var text: String {
    let head = "\(scenario) on \(platform), \(set)"
    guard !launches.isEmpty else {
      return "\(head)\n  nothing was measured: \(outcome.rawValue): \(reason)"
    }
    return ([head] + launches.flatMap { $0.lines(named: launches.count > 1) })
      .joined(separator: "\n")
  }
}

extension MeasuredLaunch {
  /// Attributes that tell what a launch was asked for; the TEE reports none of them.
  private static let inputs: Set = ["firmware", "kernel-hashes", "sev_features"]

  /// The measurement for people; several domains are told apart by their labels.
  fileprivate func lines(named: Bool) -> [String] {
    let label = named ? "\(domain): " : ""
    let reported = attributes.filter { name, value in
      !Self.inputs.contains(name) && !value.allSatisfy { "0x".contains($0) }
    }
    .sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    var lines = [
      "  \(label)\(measurement)",
      "    \(type.title) \(type.measureName), \(algorithm), \(initialisation)",
    ]
    lines += reported.map { "    reported beside it: \($0)" }
    switch predicted {
    case .equal: lines.append("    its inputs alone give the same")
    case .differs(let other, let difference):
      lines.append("    its inputs alone give \(other): \(difference)")
    case .unknown(let why): lines.append("    its inputs alone do not tell: \(why)")
    }
    return lines + regions.enumerated().map { "    \($0 + 1). \($1.title)" }
  }
}
