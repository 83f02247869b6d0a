/// The launches of one set that were measured, and those of the set before it.
package struct SetLaunches: Sendable {
  /// One measured launch, and where it stands in the matrix.
  package struct Launch: Codable, Equatable, Sendable {
    package var scenario: String
    package var platform: String
    package var measured: MeasuredLaunch

    package init(scenario: String, platform: String, measured: MeasuredLaunch) {
      (self.scenario, self.platform, self.measured) = (scenario, platform, measured)
    }

    /// The place, for findings.
    package var place: String {
      measured.domain.isEmpty
        ? "\(scenario) on \(platform)" : "\(scenario) on \(platform): \(measured.domain)"
    }
  }

  /// The set that a set is compared with.
  package struct Before: Sendable {
    package var name: String
    package var launches: [Launch]
    package var answers: [LibvirtAnswer]

    package init(name: String, launches: [Launch], answers: [LibvirtAnswer] = []) {
      (self.name, self.launches, self.answers) = (name, launches, answers)
    }
  }

  package var launches: [Launch]
  /// Nil where there is no set to compare with.
  package var before: Before?
  /// What QEMU sent to the kernel, in these launches and in those that were not measured.
  package var calls: SentCalls
  /// What libvirt answered in all scenarios.
  package var answers: [LibvirtAnswer]

  package init(
    _ launches: [Launch], before: Before? = nil, calls: SentCalls = SentCalls([]),
    answers: [LibvirtAnswer] = []
  ) {
    (self.launches, self.before, self.calls, self.answers) = (launches, before, calls, answers)
  }

  /// Whether nothing was launched.
  package var isEmpty: Bool { launches.isEmpty && calls.calls.isEmpty && answers.isEmpty }

  /// The launches of one domain type, on both sets.
  package func of(_ type: DomainType) -> SetLaunches {
    var own = SetLaunches(
      launches.filter { $0.measured.type == type }, before: before, calls: calls.of(type),
      answers: answers.filter { $0.type == type })
    own.before?.launches.removeAll { $0.measured.type != type }
    own.before?.answers.removeAll { $0.type != type }
    return own
  }

  /// The launches that have a key, by it, so that what many show is told once.
  ///
  /// Ordered by key.
  package func grouped(by key: (Launch) -> String?) -> [(key: String, launches: [Launch])] {
    Dictionary(grouping: launches.filter { key($0) != nil }) { key($0) ?? "" }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Each launch that was measured on the set before too, with what it was there.
  package var pairs: [(now: Launch, before: Launch)] {
    let others = Dictionary(
      (before?.launches ?? []).map { ($0.place, $0) }, uniquingKeysWith: { first, _ in first })
    return launches.compactMap { now in others[now.place].map { (now, $0) } }
  }

  /// Each launch whose measurement is not the one of the set before, with where it differs first.
  package var drift: [Drift] {
    pairs.filter { $0.now.measured.measurement != $0.before.measured.measurement }.map {
      Drift(
        now: $0.now, before: $0.before,
        differences: $0.now.measured.differences(from: $0.before.measured))
    }
  }

  /// A measurement that changed.
  package struct Drift: Equatable, Sendable {
    package var now: Launch
    package var before: Launch
    /// Each call that differs, with the page or register in it; empty where the same calls were
    /// measured otherwise.
    package var differences: [String]

    /// The first difference and how many there are beside it, in words.
    package var summary: String {
      guard let first = differences.first else { return "the same calls were measured otherwise" }
      let others = differences.count - 1
      return others == 0 ? first : "\(first); and in \(others) more"
    }
  }
}
