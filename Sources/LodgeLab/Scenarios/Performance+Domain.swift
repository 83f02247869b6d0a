import LodgeBindings
import LodgeHost
import LodgeModel
import LodgeScenarios
import LodgeXML

// Steps that take more than one call.
extension Performance {
  func start(
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

  func inject(
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

  func startAgain(
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

  func roundTrip(_ guest: inout Guest) async throws(LibvirtFailure) -> StepAnswer {
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

  func migrate(
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
  static func file(of guest: Guest, _ ending: String) -> String {
    "/var/tmp/\(guest.name).\(ending)"
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
