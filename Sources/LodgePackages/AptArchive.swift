import Foundation
import LodgeHost
package import LodgeModel

/// A private apt that resolves and fetches the packages of one set, apart from the host's apt.
///
/// It has its own lists, status and cache; of the host's configuration it takes only where the
/// archive is, which keyring signs it and how the network is reached.
package struct AptArchive: Sendable {
  package let wish: AptWish
  /// The private state: lists, cache and configuration.
  let folder: String
  /// The host's entry behind each suite.
  let sources: [(suite: String, source: AptSource)]
  static let architecture = "amd64"

  /// Finds the archive in the host's apt configuration.
  ///
  /// - Throws: ``PackageFailure`` where no entry of the host could give out a suite.
  package init(
    _ wish: AptWish, store: Store, hostSources: [AptSource] = AptSource.ofHost(),
    codename: String = hostCodename()
  ) throws(PackageFailure) {
    self.wish = wish
    sources = try (wish.allSuites + wish.stock).map { suite throws(PackageFailure) in
      guard let found = AptSource.forSuite(suite, among: hostSources, codename: codename) else {
        throw .unresolved(
          set: wish.set, reason: "this host's apt configuration has no archive for suite \(suite)",
          remedy: "add an entry for it, or for the host's own release, below /etc/apt")
      }
      return (suite, found)
    }
    let key = Digest(of: Data(Self.text(of: sources, wish: wish).utf8))
    folder = "\(store.path)/apt/\(key.short)"
  }

  /// Where a package of a lock can be fetched from.
  package func address(of package: Package) -> String? {
    sources.first { $0.suite == package.suite }.map {
      "\($0.source.uri.trimmingSuffix("/"))/\(package.path)"
    }
  }

  /// Writes the private configuration, without asking the archive anything.
  ///
  /// - Throws: ``StorageFailure`` where it cannot be written.
  package func prepare() async throws {
    try await withLock { try await writeConfiguration() }
  }

  /// Asks the archive for its indices and checks their signatures and dates.
  ///
  /// - Throws: ``PackageFailure`` for an unknown suite, an expired or wrongly signed index, or no
  ///   network.
  package func update() async throws {
    try await withLock {
      try await writeConfiguration()
      let finished = try await apt(
        "apt-get", ["update", "-q", "-o", "APT::Update::Error-Mode=any"], deadline: .seconds(300)
      ).run()
      guard finished.ending == .exited(0) else {
        throw AptComplaint(finished.errors).failure(for: wish)
      }
    }
  }

  /// The state of the archive: a digest over the signed indices that were fetched last.
  ///
  /// - Throws: ``PackageFailure`` where nothing was fetched yet.
  package func state() throws(PackageFailure) -> Digest {
    var text = "\(wish)"
    for (suite, _) in sources {
      guard let release = release(suite), let digest = try? Digest(ofFile: release) else {
        throw .unresolved(
          set: wish.set,
          reason: "the index of suite \(suite) was not fetched yet for this set",
          remedy: "run once with a network, without --offline")
      }
      text += "\n\(suite) \(digest)"
    }
    return Digest(of: Data(text.utf8))
  }

  /// Lets apt choose the packages, from the indices that were fetched last.
  ///
  /// - Throws: ``PackageFailure`` for unknown packages and sets that cannot be met.
  package func resolve() async throws -> Lock {
    try await withLock {
      let chosen = try await simulate()
      let names = chosen.map { "\($0.name):\($0.architecture)=\($0.version)" }
      async let shown = apt("apt-cache", ["show", "--no-all-versions"] + names).succeed()
      async let policies = apt(
        "apt-cache", ["policy"] + chosen.map { "\($0.name):\($0.architecture)" }
      )
      .succeed()
      let stanzas = ControlStanza.parse(try await shown.text)
      let suites = AptPolicy.suites(in: try await policies.text, order: sources.map(\.suite))
      let origins = Dictionary(
        sources.map { ($0.suite, releaseFields($0.suite)["Origin"] ?? "") },
        uniquingKeysWith: { first, _ in first })
      var packages: [Package] = []
      for stanza in stanzas {
        guard
          let name = stanza["Package"], let version = stanza["Version"],
          let architecture = stanza["Architecture"], let path = stanza["Filename"],
          let digest = stanza["SHA256"].flatMap({ Digest($0) }),
          let size = stanza["Size"].flatMap({ Int($0) })
        else { continue }
        let suite = suites["\(name)=\(version)"] ?? ""
        packages.append(
          Package(
            name: name, version: version, architecture: architecture, sha256: digest, size: size,
            origin: origins[suite] ?? "", suite: suite, signature: .verified, path: path))
      }
      let files = try await sourceFiles(built: stanzas.compactMap(\.builtFrom)) {
        origins[$0] ?? ""
      }
      let known = Set(packages.map { "\($0.name)=\($0.version)" })
      if let lost = chosen.first(where: { !known.contains("\($0.name)=\($0.version)") }) {
        throw PackageFailure.unresolved(
          set: wish.set, reason: "the index lists no SHA-256 for \(lost.name) \(lost.version)",
          remedy: "choose another suite")
      }
      return Lock(
        packages: unique(packages) + files.flatMap(\.files), acceptExpired: try acceptedExpiries())
    }
  }

  /// Fetches package files into a folder, named by their digests.
  ///
  /// - Throws: ``PackageFailure`` naming a package that could not be had.
  package func fetch(_ packages: [Package], into folder: String) async throws {
    var triples: [String] = []
    for package in packages {
      guard let address = address(of: package), let digest = package.sha256 else {
        throw PackageFailure.unavailable(
          package: package.label, reason: "this set has no archive for suite \(package.suite)")
      }
      triples += [address.percentEncodedForApt, "\(folder)/\(digest.hex)", "SHA256:\(digest.hex)"]
    }
    let finished = try await apt(
      "/usr/lib/apt/apt-helper", ["download-file"] + triples, deadline: .seconds(1800)
    ).run()
    guard finished.ending == .exited(0) else {
      let complaint = AptComplaint(finished.errors)
      let lost = packages.first { package in
        package.sha256.map { !FileManager.default.fileExists(atPath: "\(folder)/\($0.hex)") }
          ?? true
      }
      throw PackageFailure.unavailable(
        package: lost?.label ?? packages.first?.label ?? "?", reason: complaint.summary)
    }
  }

  /// Lets apt try the installation, taking along what a member's own suite must bring with it.
  ///
  /// apt takes the named package from its suite, but not what only that suite can satisfy; each
  /// round names the dependencies that the last one missed.
  private func simulate() async throws -> [AptChoice] {
    var suites: [String: String] = [:]
    for member in wish.members { suites[member.name] = member.suite }
    var wanted = wish.members.map { member in
      member.suite.map { "\(member.name)/\($0)" } ?? member.name
    }
    while true {
      let finished = try await apt("apt-get", ["install", "--simulate", "-y", "-q"] + wanted).run()
      if finished.ending == .exited(0) { return AptChoice.parse(finished.text) }
      var complaint = AptComplaint(finished.errors + "\n" + finished.text)
      var added = false
      for (package, dependency) in complaint.unmetDependencies where suites[dependency] == nil {
        guard let suite = suites[package] else { continue }
        suites[dependency] = suite
        wanted.append("\(dependency)/\(suite)")
        added = true
      }
      guard !added else { continue }
      if complaint.unknownPackage != nil {
        let names = try? await apt("apt-cache", ["pkgnames"]).succeed().text
        complaint.candidates = (names ?? "").split(separator: "\n").map(String.init)
      }
      throw complaint.failure(for: wish)
    }
  }

  private func unique(_ packages: [Package]) -> [Package] {
    var seen: Set<String> = []
    return packages.filter { seen.insert("\($0.name) \($0.architecture) \($0.version)").inserted }
  }

  private func acceptedExpiries() throws(PackageFailure) -> [Lock.AcceptedExpiry] {
    guard wish.acceptExpired else { return [] }
    return sources.compactMap { suite, _ in
      // A suite without a date never expires, so there is nothing to accept.
      guard let text = releaseFields(suite)["Valid-Until"] else { return nil }
      let format = DateFormatter()
      format.locale = Locale(identifier: "en_US_POSIX")
      format.dateFormat = "EEE, d MMM yyyy HH:mm:ss zzz"
      return format.date(from: text).map { Lock.AcceptedExpiry(suite: suite, validUntil: $0) }
    }
  }

  func apt(
    _ program: String, _ arguments: [String], deadline: Duration = .seconds(120)
  ) -> Command {
    var environment = Command.inherited
    environment["APT_CONFIG"] = "\(folder)/apt.conf"
    return Command(
      program, arguments, environment: environment, deadline: deadline, outputLimit: 256 << 20)
  }

  private func withLock<Product>(_ work: () async throws -> Product) async throws -> Product {
    try makeFolder(folder)
    let lock = try FileLock("\(folder)/lock")
    defer { withExtendedLifetime(lock) {} }
    return try await work()
  }
}

extension String {
  func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }

  /// apt wants `+` and the like escaped, as its own `--print-uris` prints them.
  fileprivate var percentEncodedForApt: String { replacing("+", with: "%2b") }
}
