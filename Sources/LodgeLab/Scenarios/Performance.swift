import LodgeBindings
import LodgeHost
import LodgeModel
import LodgeScenarios

/// One step being done.
struct Performance {
  let lab: Lab
  let events: EventRecord
  let step: Step

  private var deadline: Duration { step.deadline }

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
      return Self.look(
        for: pattern,
        in: try await lab.connection.domainCapabilities(
          architecture: "x86_64", machine: "q35", virtualization: "kvm", within: deadline))
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

  private func start(
    _ domain: LibvirtDomain, paused: Bool, faults: [Fault]
  ) async throws(LibvirtFailure) -> StepAnswer {
    let text = faults.map { $0.line + "\n" }.joined()
    do throws(StorageFailure) {
      try lab.folder.plant(text.isEmpty ? nil : text, for: domain.name)
    } catch {
      return .trouble("\(error)")
    }
    lab.folder.forgetTranscript(of: domain.name)
    try await domain.start(paused: paused, within: deadline)
    return .served
  }

  private func inject(
    _ secret: Action.Secret, at address: UInt64?, into domain: LibvirtDomain
  ) async throws(LibvirtFailure) -> StepAnswer {
    let packet: SecretPacket
    switch secret {
    case .given(let header, let secret): packet = SecretPacket(header: header, secret: secret)
    case .ofTheOwner(let secret):
      let told = try await domain.launchSecurityInfo(within: deadline)["sev-measurement"]?.words
      guard let told, let made = SecretPacket(secret, measured: told) else {
        return .differs("sev-measurement is no measurement: \(told ?? "it is not there")")
      }
      packet = made
    }
    var values: [String: LibvirtValue] = [
      "sev-secret-header": .text(packet.header), "sev-secret": .text(packet.secret),
    ]
    if let address { values["sev-secret-set-address"] = .unsigned(address) }
    try await domain.setLaunchSecurityState(values, within: deadline)
    return .served
  }

  private func startAgain(
    _ domain: LibvirtDomain, _ guest: Guest
  ) async throws(LibvirtFailure) -> StepAnswer {
    // Where it does not run there is nothing to end.
    try? await domain.destroy(within: deadline)
    do throws(LibvirtFailure) {
      return try await start(domain, paused: false, faults: [])
    } catch {
      // libvirt may take the late end of the QEMU before for that of the new one, and end that: a
      // race of its own, seen under load, that a second try does not lose.
      guard answer(to: error, about: guest).isAnEndWithoutAWord else { throw error }
      return try await start(domain, paused: false, faults: [])
    }
  }

  private func roundTrip(_ guest: inout Guest) async throws(LibvirtFailure) -> StepAnswer {
    let domain = try await lab.connection.define(guest.xml, validating: false, within: deadline)
    guest.domain = domain
    let kept = try await domain.xml([.secure, .inactive], within: deadline)
    do throws(XMLFailure) {
      let loss = try XMLElement(parsing: guest.xml).firstLoss(in: try XMLElement(parsing: kept))
      return loss.map { .differs("of the XML, \($0)") } ?? .served
    } catch {
      return .garbled("the domain's XML: \(error)")
    }
  }

  private func migrate(
    _ domain: LibvirtDomain, _ guest: Guest
  ) async throws(LibvirtFailure) -> StepAnswer {
    let begin = MonitorQuestion(
      "migrate", arguments: "{\"uri\": \"file:\(Self.file(of: guest, "migrated"))\"}")
    let begun = begin.judge(try await domain.ask(begin.json, within: deadline))
    guard begun == .fits else { return StepAnswer(begun, transcript: transcript(of: guest)) }
    let question = MonitorQuestion("query-migrate", returns: ["status": "completed"])
    let failed = MonitorQuestion("query-migrate", returns: ["status": "failed"])
    let clock = ContinuousClock()
    let end = clock.now + deadline
    while clock.now < end {
      let reply = try await domain.ask(question.json, within: deadline)
      if question.judge(reply) == .fits { return .served }
      if failed.judge(reply) == .fits {
        return .refused(Refusal(by: .qemu, "migration failed: \(reply.prefix(300))"))
      }
      await pause()
    }
    return .silent("the migration does not end")
  }

  /// Files of the sandbox's own, gone with it.
  private static func file(of guest: Guest, _ ending: String) -> String {
    "/var/tmp/\(guest.name).\(ending)"
  }
}

// Waiting and looking.
extension Performance {
  private func wait(
    for pattern: Glob, on domain: LibvirtDomain
  ) async throws(LibvirtFailure) -> StepAnswer {
    let clock = ContinuousClock()
    let end = clock.now + deadline
    while true {
      let state = try await domain.state(within: deadline)
      if pattern.matches(state.name.rawValue) || pattern.matches("\(state)") { return .served }
      guard clock.now < end else { return .differs("the domain is \(state), not \(pattern)") }
      await pause()
    }
  }

  private func wait(for pattern: Glob, of guest: Guest) async -> StepAnswer {
    let clock = ContinuousClock()
    let end = clock.now + deadline
    while true {
      let seen = events.descriptions(of: guest.name)
      if seen.contains(where: pattern.matches) { return .served }
      guard clock.now < end else {
        let words = seen.isEmpty ? "none" : seen.suffix(8).joined(separator: ", ")
        return .differs("there was no event \(pattern); there were: \(words)")
      }
      await pause()
    }
  }

  private func pause() async {
    // A cancelled wait ends at the next call to libvirt, which says so.
    try? await Task.sleep(for: .milliseconds(10))
  }

  private static func look(for pattern: XMLPattern, in text: String) -> StepAnswer {
    do throws(XMLFailure) {
      let difference = pattern.firstDifference(in: try XMLElement(parsing: text))
      return difference.map { .differs($0) } ?? .served
    } catch {
      return .garbled("libvirt's XML: \(error)")
    }
  }

  private static func compare(
    _ values: [String: String], with patterns: [String: Glob]
  ) -> StepAnswer {
    for (name, pattern) in patterns.sorted(by: { $0.key < $1.key }) {
      guard let value = values[name] else { return .differs("there is no \(name)") }
      guard pattern.matches(value) else {
        return .differs("\(name) is “\(value.prefix(200))”, not “\(pattern)”")
      }
    }
    return .served
  }

  private func compare(
    _ guest: Guest, _ difference: (Transcript) -> String?
  ) -> StepAnswer {
    guard let transcript = transcript(of: guest) else {
      return .trouble("\(guest.name) has no transcript")
    }
    return difference(transcript).map { .differs($0) } ?? .served
  }

  private func arguments(of guest: Guest, has: [Glob], lacks: [Glob]) -> StepAnswer {
    guard let words = lab.folder.launches(of: guest.name).last?.commandLine, !words.isEmpty else {
      return .trouble("\(guest.name) has no command line")
    }
    if let missing = has.first(where: { !words.contains(where: $0.matches) }) {
      return .differs("no argument of QEMU is “\(missing)”")
    }
    for pattern in lacks {
      if let word = words.first(where: pattern.matches) {
        return .differs("an argument of QEMU is “\(word.prefix(300))”")
      }
    }
    return .served
  }

  private func nothingLeft(
    of guests: [String: Guest]
  ) async throws(LibvirtFailure) -> StepAnswer {
    let names = Set(guests.values.map(\.name))
    let domains = try await lab.connection.domains(within: deadline).map(\.name)
    if let domain = domains.first(where: names.contains) {
      return .differs("the domain \(domain) is still defined")
    }
    let leftovers = Leftovers(lab.folder)
    let clock = ContinuousClock()
    let end = clock.now + deadline
    while let process = leftovers.process(of: names) {
      guard clock.now < end else { return .differs("process \(process) is still there") }
      await pause()
    }
    // libvirt removes a domain's folder a moment after it tells that the domain is gone.
    while let file = leftovers.file(of: names) {
      guard clock.now < end else { return .differs("the file \(file) is still there") }
      await pause()
    }
    return .served
  }
}

// What a failure means.
extension Performance {
  private func answer(to failure: LibvirtFailure, about guest: Guest) -> StepAnswer {
    if let obituary = lab.obituary { return .differs("the daemon died: \(obituary)") }
    switch failure {
    case .deadline:
      return .silent("\(failure)\(lastCall(of: guest))")
    case .cancelled, .closed: return .trouble("\(failure)")
    case .refused(let error):
      let complaint = LibvirtComplaint(
        domain: error.domain.name, code: error.code.name, message: error.message)
      let log = lab.folder.launches(of: guest.name).last.map { QEMULog(lines: $0.output) }
      return StepAnswer(
        complaint, log: log, transcript: transcript(of: guest), isLaunch: step.action.launches)
    }
  }

  private func transcript(of guest: Guest) -> Transcript? {
    // What cannot be read is told when the scenario is over. A reset may have started another QEMU,
    // which is the one that answers.
    (try? Transcript.all(parsing: lab.transcriptText(of: guest.name)))?.last
  }

  private func lastCall(of guest: Guest) -> String {
    guard let calls = transcript(of: guest)?.calls, let last = calls.last else { return "" }
    let again = calls.reversed().prefix { $0.name == last.name }.count
    return "; QEMU's last call is \(last.name)" + (again > 1 ? ", \(again) times" : "")
  }
}

extension StepAnswer {
  /// Whether QEMU was gone, and nobody says why.
  fileprivate var isAnEndWithoutAWord: Bool {
    switch self {
    case .crashed(signal: "unknown", _): true
    case .refused(let refusal): refusal.message.contains("domain is no longer running")
    default: false
    }
  }
}

extension LibvirtValue {
  /// The value as patterns see it.
  fileprivate var words: String {
    switch self {
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .number(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .text(let value): value
    }
  }
}
