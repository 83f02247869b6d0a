package import Foundation
package import LodgeHost
package import LodgeLab
package import LodgeModel
package import LodgePlatform
package import LodgeScenarios

/// The launch stage of one set: its scenarios, each in a lab on each of its platforms.
package struct LaunchStage: Sendable {
  package let catalogue: Catalogue
  private let scratch: Scratch
  private let cache: String
  private let progress: @Sendable (String) -> Void
  /// How many scenarios run at once in a lab.
  private let width = max(4, ProcessInfo.processInfo.activeProcessorCount)

  /// Makes scenarios ready to be launched in labs below `scratch`.
  ///
  /// The folder `cache` keeps what labs of one root share; `progress` is told each scenario that was
  /// launched.
  package init(
    of catalogue: Catalogue, in scratch: Scratch, cache: String,
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    (self.catalogue, self.scratch, self.cache) = (catalogue, scratch, cache)
    self.progress = progress
  }

  /// A set to launch domains of, and the kernel under it.
  package struct Candidate: Sendable {
    let name: String
    let root: String
    let evidence: Evidence
    let kernel: Evidence?

    /// Names the tree of a set and what was read from it; `kernel` is another set's evidence, whose
    /// kernel is used.
    package init(name: String, root: String, evidence: Evidence, kernel: Evidence? = nil) {
      (self.name, self.root, self.evidence, self.kernel) = (name, root, evidence, kernel)
    }
  }

  /// One scenario on one platform, with what was seen.
  package struct Seen: Sendable {
    package let platform: String
    package let record: ScenarioRecord

    /// Whether a pattern means the scenario.
    package func answers(to glob: Glob) -> Bool { record.scenario.answers(to: glob) }
  }

  /// Launches all scenarios that are wanted on a platform; in the order of the catalogue.
  ///
  /// The notes say what a reader should know of the modelled hosts, each once.
  ///
  /// - Throws: `CancellationError` alone: what keeps a lab from being opened is told by its cells.
  package func launch(
    _ set: Candidate, where isWanted: (Scenario, Platform) -> Bool = { _, _ in true }
  ) async throws -> (seen: [Seen], notes: [String]) {
    let places = catalogue.places.enumerated().map { order, place in
      Place(order: order, scenario: place.scenario, platform: place.platform)
    }.filter { isWanted($0.scenario, $0.platform) }
    // The fullest labs first, so that no core waits for one of them at the end.
    let groups = Dictionary(grouping: places, by: \.lab).values.sorted {
      ($1.count, $0[0].order) < ($0.count, $1[0].order)
    }
    let labs = try await inParallel(groups, width: 2) { group in
      try await launch(group, of: set)
    }
    var notes: [String] = []
    for note in labs.flatMap(\.notes) where !notes.contains(note) { notes.append(note) }
    return (labs.flatMap(\.seen).sorted { $0.order < $1.order }.map(\.seen), notes)
  }

  /// Launches scenarios that share a lab.
  private func launch(
    _ places: [Place], of set: Candidate
  ) async throws -> (seen: [(order: Int, seen: Seen)], notes: [String]) {
    guard let first = places.first else { return ([], []) }
    do {
      let (host, plan) = try laboratory(for: first, of: set)
      let abilities = SetAbilities(set.evidence, on: host.kernel, host: PlatformModel.things)
      let seen = try await Lab.opened(plan, in: scratch) { lab in
        await lab.probeEmulators()
        return try await inParallel(places, width: width) { place in
          let record = await ScenarioRun.record(
            of: place.scenario, in: lab, root: set.root, evidence: set.evidence,
            abilities: abilities, ladder: catalogue.ladder)
          progress("\(set.name): \(place.scenario.id) on \(place.platform.id)")
          return (place.order, Seen(platform: place.platform.id, record: record))
        }
      }
      return (seen, host.notes)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      let verdict = Verdict(Self.outcome(of: error), "\(error)")
      let seen = places.map { place in
        let record = ScenarioRecord(of: place.scenario, neverBegan: verdict)
        return (place.order, Seen(platform: place.platform.id, record: record))
      }
      return (seen, [])
    }
  }

  /// Launches one scenario and leaves its domains and their lab standing.
  ///
  /// Gives also how to reach the lab and how to end it, for people.
  ///
  /// - Throws: what keeps a lab from being opened.
  package func launchStaying(
    _ scenario: Scenario, on platform: Platform, of set: Candidate
  ) async throws -> (Seen, farewell: String) {
    let place = Place(order: 0, scenario: scenario.leftStanding, platform: platform)
    let (host, plan) = try laboratory(for: place, of: set)
    let abilities = SetAbilities(set.evidence, on: host.kernel, host: PlatformModel.things)
    return try await Lab.opened(plan, in: scratch, staying: true) { lab in
      await lab.probeEmulators()
      let record = await ScenarioRun.record(
        of: place.scenario, in: lab, root: set.root, evidence: set.evidence,
        abilities: abilities, ladder: catalogue.ladder, keeping: true)
      return (Seen(platform: platform.id, record: record), lab.farewell)
    }
  }

  /// The host that a place stands on, and what its lab is made of.
  private func laboratory(
    for place: Place, of set: Candidate
  ) throws -> (LabHost, LabPlan) {
    let host = try LabHost(
      root: set.root, set.evidence, kernel: set.kernel, changedBy: catalogue.changes,
      on: place.platform)
    guard let library = PlatformModel.library else {
      throw CatalogueFailure("this build of Lodge lost its platform model; build it again")
    }
    let plan = try host.plan(
      ModelOverrides(place.scenario.overrides), library: library, cache: cache)
    return (host, plan)
  }

  /// What there being no lab says of the cells: nothing was run where something is missing.
  private static func outcome(of error: any Error) -> Outcome {
    switch error {
    case ModelFailure.missing, LabFailure.noSandbox, LabFailure.noLibvirt: .notRun
    default: .error
    }
  }

  /// A scenario on a platform.
  private struct Place: Sendable {
    /// Its place among all.
    let order: Int
    let scenario: Scenario
    let platform: Platform

    /// What decides which lab it needs; places with equal ones share it.
    var lab: LabKey {
      LabKey(
        platform: platform.id, changes: ModelOverrides(scenario.overrides).notes,
        alone: scenario.isExclusive ? order : nil)
    }
  }

  private struct LabKey: Hashable {
    let platform: String
    let changes: [String]
    let alone: Int?
  }
}

extension [LaunchStage.Seen] {
  /// What was measured, sent and answered, beside what was on the set before.
  package func launches(before: SetLaunches.Before? = nil) -> SetLaunches {
    map(LaunchedScenario.init).launches(before: before)
  }

  /// The cells, and the contents of what they name.
  package var kept: (cells: [Cell], contents: [Digest: Data]) {
    var contents: [Digest: Data] = [:]
    let cells = map { seen in
      var cell = seen.record.cell(on: seen.platform)
      cell.artefacts = seen.record.artefacts.map { kind, bytes in
        let digest = Digest(of: bytes)
        contents[digest] = bytes
        return Artefact(kind: kind, digest: digest)
      }
      return cell
    }
    return (cells, contents)
  }
}

extension ScenarioRecord {
  /// The largest artefact that is kept.
  private static let artefactLimit = 1 << 20

  /// What is kept of the domains, by kind; several domains are told apart by a heading.
  fileprivate var artefacts: [(Artefact.Kind, Data)] {
    Artefact.Kind.allCases.compactMap { kind in
      if kind == .measurement { return measurement.map { (kind, $0) } }
      let parts = domains.compactMap { domain -> String? in
        let text = domain.text(kind)
        guard !text.isEmpty else { return nil }
        return domains.count > 1 ? "# \(domain.name)\n\(text)" : text
      }
      let whole = parts.joined(separator: "\n")
      return whole.isEmpty ? nil : (kind, Data(whole.utf8.prefix(Self.artefactLimit)))
    }
  }
}

extension ScenarioRecord {
  /// The measured launches as JSON; nil where there are none, or more than are kept.
  private var measurement: Data? {
    let launches = domains.compactMap(\.measured)
    guard !launches.isEmpty else { return nil }
    let bytes = try? CanonicalJSON.encode(launches, pretty: false)
    return bytes.flatMap { $0.count <= Self.artefactLimit ? $0 : nil }
  }
}

extension ScenarioRecord.Domain {
  /// One kind of artefact in text; a transcript that cannot be read is kept as it is.
  fileprivate func text(_ kind: Artefact.Kind) -> String {
    switch kind {
    case .domain: xml
    case .argv: arguments.joined(separator: "\n")
    case .capabilities: capabilities
    case .transcript:
      (try? Transcript.all(parsing: transcript).last?.normalised.text) ?? transcript
    case .log: log.joined(separator: "\n")
    case .measurement: ""
    }
  }
}
