import LodgeBindings
import LodgeModel
import LodgeScenarios
import LodgeXML

// Waiting and looking.
extension Performance {
  func wait(
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

  func wait(for pattern: Glob, of guest: Guest) async -> StepAnswer {
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

  func pause() async {
    // A cancelled wait ends at the next call to libvirt, which says so.
    try? await Task.sleep(for: .milliseconds(10))
  }

  static func look(for pattern: XMLPattern, in text: String) -> StepAnswer {
    do throws(XMLFailure) {
      let difference = pattern.firstDifference(in: try XMLElement(parsing: text))
      return difference.map { .differs($0) } ?? .served
    } catch {
      return .garbled("libvirt's XML: \(error)")
    }
  }

  static func compare(
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

  func compare(
    _ guest: Guest, _ difference: (Transcript) -> String?
  ) -> StepAnswer {
    guard let transcript = transcript(of: guest) else {
      return .trouble("\(guest.name) has no transcript")
    }
    return difference(transcript).map { .differs($0) } ?? .served
  }

  func arguments(of guest: Guest, has: [Glob], lacks: [Glob]) -> StepAnswer {
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

  func nothingLeft(
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
