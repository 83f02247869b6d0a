import LodgeBindings
import LodgeModel
import LodgeScenarios

/// One step being done.
struct Performance {
  let lab: Lab
  let events: EventRecord
  let step: Step

  var deadline: Duration { step.deadline }

  /// Does the step to a guest; the others are those of the whole scenario.
  func answer(_ guest: inout Guest, _ others: [String: Guest]) async -> StepAnswer {
    do throws(LibvirtFailure) {
      return try await perform(&guest, others)
    } catch {
      return answer(to: error, about: guest)
    }
  }

  private func perform(
    _ guest: inout Guest, _ others: [String: Guest]
  ) async throws(LibvirtFailure) -> StepAnswer {
    switch step.action {
    case .define(let validating):
      guest.domain = try await lab.connection.define(
        guest.xml, validating: validating, within: deadline)
    case .roundTrip: return try await roundTrip(&guest)
    case .domainCapabilities(let pattern):
      guest.capabilities = try await lab.connection.domainCapabilities(
        architecture: "x86_64", machine: "q35", virtualization: "kvm", within: deadline)
      return Self.look(for: pattern, in: guest.capabilities)
    case .nothingLeft: return try await nothingLeft(of: others)
    case .stillAlive: _ = try await lab.connection.version(within: deadline)
    case .event(let pattern): return await wait(for: pattern, of: guest)
    case .transcript(let has, let lacks):
      return compare(guest) { $0.firstDifference(has: has, lacks: lacks) }
    case .arguments(let has, let lacks): return arguments(of: guest, has: has, lacks: lacks)
    default:
      guard let domain = guest.domain else { return .trouble("\(guest.name) is not defined") }
      return try await perform(on: domain, guest)
    }
    return .served
  }

  /// Does a step that needs a defined domain.
  private func perform(
    on domain: LibvirtDomain, _ guest: Guest
  ) async throws(LibvirtFailure) -> StepAnswer {
    switch step.action {
    case .start(let paused): return try await start(domain, paused: paused, faults: guest.faults)
    case .startAgain: return try await startAgain(domain, guest)
    case .suspend: try await domain.suspend(within: deadline)
    case .resume: try await domain.resume(within: deadline)
    case .reboot: try await domain.reboot(within: deadline)
    case .reset: try await domain.reset(within: deadline)
    case .shutdown: try await domain.shutdown(within: deadline)
    case .destroy: try await domain.destroy(within: deadline)
    case .undefine: try await domain.undefine(within: deadline)
    case .processors(let count): try await domain.setProcessors(count, within: deadline)
    case .attach(let device): try await domain.attach(device, within: deadline)
    case .detach(let device): try await domain.detach(device, within: deadline)
    case .save: try await domain.save(to: Self.file(of: guest, "saved"), within: deadline)
    case .state(let pattern): return try await wait(for: pattern, on: domain)
    case .description(let pattern):
      return Self.look(for: pattern, in: try await domain.xml(.secure, within: deadline))
    case .monitor(let question):
      let reply = question.judge(try await domain.ask(question.json, within: deadline))
      return StepAnswer(reply, transcript: transcript(of: guest))
    case .migrateToFile: return try await migrate(domain, guest)
    case .launchSecurityInfo(let patterns):
      let values = try await domain.launchSecurityInfo(within: deadline)
      return Self.compare(values.mapValues(\.words), with: patterns)
    case .launchSecuritySecret(let secret, let address):
      return try await inject(secret, at: address, into: domain)
    default: return .trouble("\(step.action.word) is no step for a domain")
    }
    return .served
  }
}

extension LibvirtValue {
  /// The value as patterns see it.
  var words: String {
    switch self {
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .number(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .text(let value): value
    }
  }
}
