import Foundation
import LodgeHost
package import LodgeModel

/// A private apt that resolves and fetches the packages of one set, apart from the host's apt.
///
/// It has its own lists, status and cache; of the host's configuration it takes only where the
/// archive is, which keyring signs it and how the network is reached.
package struct AptArchive: Sendable {
  package let wish: AptWish
  private let folder: String
  private let sources: [(suite: String, source: AptSource)]
  private static let architecture = "amd64"

  /// Finds the archive in the host's apt configuration.
  ///
  /// - Throws: ``PackageFailure`` where no entry of the host could give out a suite.
  package init(
    _ wish: AptWish, store: Store, hostSources: [AptSource] = AptSource.ofHost(),
    codename: String = hostCodename()
  ) throws(PackageFailure) {
    self.wish = wish
    sources = try wish.allSuites.map { suite throws(PackageFailure) in
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
          set: wish.set, reason: "nothing is known yet of suite \(suite)",
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
      let known = Set(packages.map { "\($0.name)=\($0.version)" })
      if let lost = chosen.first(where: { !known.contains("\($0.name)=\($0.version)") }) {
        throw PackageFailure.unresolved(
          set: wish.set, reason: "the index lists no SHA-256 for \(lost.name) \(lost.version)",
          remedy: "choose another suite")
      }
      return Lock(packages: unique(packages), acceptExpired: try acceptedExpiries())
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

  private func simulate() async throws -> [AptChoice] {
    let wanted = wish.members.map { member in
      member.suite.map { "\(member.name)/\($0)" } ?? member.name
    }
    let finished = try await apt("apt-get", ["install", "--simulate", "-y", "-q"] + wanted).run()
    guard finished.ending == .exited(0) else {
      var complaint = AptComplaint(finished.errors + "\n" + finished.text)
      if let name = complaint.unknownPackage {
        let names = try? await apt("apt-cache", ["pkgnames"]).succeed().text
        complaint.candidates = (names ?? "").split(separator: "\n").map(String.init)
        complaint.unknownPackage = name
      }
      throw complaint.failure(for: wish)
    }
    return AptChoice.parse(finished.text)
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

  private func apt(
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

// MARK: The configuration

extension AptArchive {
  private func writeConfiguration() async throws {
    for name in ["lists/partial", "cache/archives/partial", "empty"] {
      try makeFolder("\(folder)/\(name)")
    }
    // The private apt reads nothing of the host's configuration but how to reach the network.
    let host = try await Command("apt-config", ["dump"]).succeed().text
    let network = host.split(separator: "\n").filter { line in
      ["Acquire::http", "Acquire::https", "Acquire::ftp", "Acquire::Force"].contains {
        line.hasPrefix($0)
      }
    }
    let settings = [
      "Dir::Etc::Main \"/dev/null\";", "Dir::Etc::Parts \"\(folder)/empty\";",
      "Dir::Etc::sourcelist \"\(folder)/sources.list\";",
      "Dir::Etc::sourceparts \"\(folder)/empty\";",
      "Dir::Etc::preferences \"\(folder)/preferences\";",
      "Dir::Etc::preferencesparts \"\(folder)/empty\";",
      "Dir::State \"\(folder)\";", "Dir::State::status \"\(folder)/status\";",
      "Dir::State::lists \"\(folder)/lists\";", "Dir::Cache \"\(folder)/cache\";",
      "APT::Architecture \"\(Self.architecture)\";",
      "APT::Architectures { \"\(Self.architecture)\"; };",
      "APT::Install-Recommends \"false\";", "APT::Sandbox::User \"\";",
      "Acquire::Languages \"none\";", "Acquire::Retries \"3\";",
      "Acquire::Check-Valid-Until \"\(!wish.acceptExpired)\";",
    ]
    let texts = [
      "apt.conf": (settings + network.map(String.init)).joined(separator: "\n") + "\n",
      "sources.list": Self.text(of: sources, wish: wish),
      "preferences": preferences, "status": "",
    ]
    for (name, text) in texts {
      let file = URL(filePath: "\(folder)/\(name)")
      // An unchanged file keeps its time, so that apt's own cache stays valid.
      if (try? String(contentsOf: file, encoding: .utf8)) == text { continue }
      do { try Data(text.utf8).write(to: file, options: .atomic) } catch {
        throw StorageFailure("cannot write", file.path(percentEncoded: false), error)
      }
    }
  }

  /// Suites that only single members come from serve others only where nothing else does.
  private var preferences: String {
    wish.allSuites.dropFirst(wish.suites.count).map { suite in
      ["n", "a"].map { "Package: *\nPin: release \($0)=\(suite)\nPin-Priority: 100\n" }
        .joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private static func text(
    of sources: [(suite: String, source: AptSource)], wish: AptWish
  ) -> String {
    sources.map { suite, source in
      // Keys written into the entry itself cannot stand in the one-line form.
      let isFile = source.signedBy.hasPrefix("/")
      let options = [
        "arch=\(architecture)", "check-valid-until=\(wish.acceptExpired ? "no" : "yes")",
        isFile ? "signed-by=\(source.signedBy)" : nil,
      ].compactMap(\.self)
      let components = source.components.joined(separator: " ")
      return "deb [\(options.joined(separator: " "))] \(source.uri) \(suite) \(components)\n"
    }.joined()
  }

  private func release(_ suite: String) -> String? {
    let tail = "_dists_\(suite.replacing("/", with: "_"))_"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/lists")) ?? []
    return ["\(tail)InRelease", "\(tail)Release"].lazy.compactMap { end in
      names.sorted().first { $0.hasSuffix(end) }
    }.first.map { "\(folder)/lists/\($0)" }
  }

  private func releaseFields(_ suite: String) -> [String: String] {
    guard let path = release(suite), let text = try? String(contentsOfFile: path, encoding: .utf8)
    else { return [:] }
    return ControlStanza.parse(text).first { $0["Origin"] != nil || $0["Suite"] != nil }?.fields
      ?? [:]
  }
}

/// The host's release name, from os-release(5); empty where it has none.
package func hostCodename() -> String {
  let text = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
  let line = text.split(separator: "\n").first { $0.hasPrefix("VERSION_CODENAME=") }
  return line.map { $0.dropFirst("VERSION_CODENAME=".count).trimmingCharacters(in: ["\""]) } ?? ""
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }

  /// apt wants `+` and the like escaped, as its own `--print-uris` prints them.
  fileprivate var percentEncodedForApt: String { replacing("+", with: "%2b") }
}
