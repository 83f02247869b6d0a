import LodgeLab
package import LodgeModel
package import LodgePlatform
package import LodgeScenarios

/// What cells take from one scenario that was launched on one platform.
package struct LaunchedScenario: Codable, Equatable, Sendable {
  /// The scenario's own cell, without artefacts.
  package var cell: Cell
  /// The launches that were measured to their end.
  var launches: [SetLaunches.Launch]
  /// What QEMU sent to the kernel.
  var sent: [SentCalls.Call]
  /// What libvirt answered.
  var answers: [LibvirtAnswer]

  /// Takes it from all that was seen.
  package init(_ seen: LaunchStage.Seen) {
    let record = seen.record
    let (id, platform, type) = (record.scenario.id, seen.platform, record.scenario.type)
    cell = record.cell(on: platform)
    launches = record.domains.compactMap(\.measured).map {
      SetLaunches.Launch(scenario: id, platform: platform, measured: $0)
    }
    sent = record.domains.flatMap(\.sent)
    answers = record.domains.flatMap { domain -> [LibvirtAnswer?] in
      let own = record.scenario.domain(domain.label)?.type ?? type
      return [
        LibvirtAnswer(
          scenario: id, platform: platform, type: own, domain: domain.xml,
          arguments: domain.arguments),
        LibvirtAnswer(
          scenario: id, platform: platform, type: type, capabilities: domain.capabilities),
      ]
    }.compactMap(\.self)
  }

  /// Whether another launch of the same would show the same: Lodge had no trouble of its own, nothing
  /// of the host was missing, and no answer came too late.
  package var isRepeatable: Bool { ![.error, .notRun].contains(cell.outcome) }

  /// Whether it is of a scenario on a platform.
  package func isOf(_ scenario: Scenario, on platform: Platform) -> Bool {
    cell.id == scenario.id && cell.platform == platform.id
  }

  /// The place, for findings.
  private var place: String { "\(cell.id) on \(cell.platform ?? "")" }

  /// What was sent, each with the place of it.
  fileprivate var sentHere: [(SentCalls.Call, place: String)] { sent.map { ($0, place) } }
}

extension [LaunchedScenario] {
  /// What was measured, sent and answered, beside what was on the set before.
  package func launches(before: SetLaunches.Before? = nil) -> SetLaunches {
    SetLaunches(
      flatMap(\.launches), before: before, calls: SentCalls(flatMap(\.sentHere)),
      answers: flatMap(\.answers))
  }
}
