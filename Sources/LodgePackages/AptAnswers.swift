import Foundation
package import LodgeModel

/// A package that apt's resolver chose.
package struct AptChoice: Equatable, Sendable {
  package var name: String
  package var version: String
  package var architecture: String

  /// Reads the `Inst` lines of a simulated installation.
  ///
  /// **Source:** apt-get(8), `--simulate`: `Inst NAME (VERSION ORIGIN [ARCH]) ...`.
  package static func parse(_ text: String) -> [AptChoice] {
    let pattern = /^Inst (?<name>[^ :]+)(?::[^ ]+)? \((?<version>\S+) .*\[(?<arch>\S+)\]\).*$/
    return text.split(separator: "\n").compactMap { line in
      guard let match = try? pattern.wholeMatch(in: line) else { return nil }
      // apt names the native architecture for packages of architecture all, too.
      return AptChoice(
        name: String(match.name), version: String(match.version),
        architecture: match.arch == "all" ? "amd64" : String(match.arch))
    }
  }
}

/// What `apt-cache policy` says of where versions come from.
package enum AptPolicy {
  /// The first of the set's suites that has each version, keyed `NAME=VERSION`.
  package static func suites(in text: String, order: [String]) -> [String: String] {
    var found: [String: String] = [:]
    var name = ""
    var version = ""
    let versionLine = /^ (?:\*\*\*|   ) (?<version>\S+) -?\d+$/
    let sourceLine = /^ +-?\d+ \S+ (?<suite>[^\/ ]+(?:\/updates)?)\/\S+ \S+ Packages$/
    for line in text.split(separator: "\n") {
      if !line.hasPrefix(" "), line.hasSuffix(":") {
        name = String(line.dropLast().prefix { $0 != ":" })
      } else if let match = try? versionLine.wholeMatch(in: line) {
        version = String(match.version)
      } else if let match = try? sourceLine.wholeMatch(in: line) {
        let suite = String(match.suite)
        let rank = { (name: String) in order.firstIndex(of: name) ?? order.count }
        let key = "\(name)=\(version)"
        if let old = found[key], rank(old) <= rank(suite) { continue }
        found[key] = suite
      }
    }
    return found
  }
}

extension AptPolicy {
  /// The version of each package that apt would install or keep.
  ///
  /// **Source:** apt-cache(8), `policy`; of the same priority the higher version wins, and what is
  /// installed counts as one of them.
  package static func candidates(in text: String) -> [String: String] {
    var found: [String: String] = [:]
    var name = ""
    for line in text.split(separator: "\n") {
      if !line.hasPrefix(" "), line.hasSuffix(":") {
        name = String(line.dropLast().prefix { $0 != ":" })
      } else if line.hasPrefix("  Candidate: ") {
        found[name] = String(line.dropFirst("  Candidate: ".count))
      }
    }
    return found.filter { $0.value != "(none)" }
  }
}

/// What apt printed when it refused, turned into a reason and a remedy.
package struct AptComplaint: Sendable {
  private let lines: [String]
  /// The package that no suite has, if that is the trouble.
  package var unknownPackage: String?
  /// Names among which a misspelt one may be found.
  package var candidates: [String] = []

  /// Reads what apt printed.
  package init(_ text: String) {
    lines = text.split(separator: "\n").map(String.init)
    unknownPackage =
      lines.lazy.compactMap { line in
        line.firstMatch(of: /Unable to locate package (\S+)/).map { String($0.1) }
      }.first
  }

  /// apt's own sentences, on one line.
  package var summary: String {
    let errors = lines.filter { $0.hasPrefix("E: ") }.map { String($0.dropFirst(3)) }
    let chosen = errors.isEmpty ? lines.suffix(2) : errors.prefix(3)
    return chosen.joined(separator: " / ")
  }

  /// Packages with the dependencies of theirs that apt could not meet.
  ///
  /// **Source:** apt-private/private-output.cc, `ShowBroken`: one line for each dependency, the
  /// package's name before the first of them.
  package var unmetDependencies: [(package: String, dependency: String)] {
    var package = ""
    var unmet: [(package: String, dependency: String)] = []
    let pattern = /^ (?:(?<package>\S+) :)?\s+(?:Pre)?Depends: (?<dependency>[^ :]+).*$/
    for line in lines {
      guard let match = try? pattern.wholeMatch(in: line) else { continue }
      if let name = match.package { package = String(name.prefix { $0 != ":" }) }
      unmet.append((package, String(match.dependency)))
    }
    return unmet
  }

  /// The failure to report for a set.
  package func failure(for wish: AptWish) -> PackageFailure {
    let (reason, remedy) = explanation
    return .unresolved(set: wish.set, reason: reason, remedy: remedy)
  }

  private var explanation: (reason: String, remedy: String) {
    if let name = unknownPackage {
      let near = nearest(to: name, among: candidates).map { "did you mean \($0)? " } ?? ""
      return (
        "no suite of it has a package \(name)", "\(near)look at the names under packages:"
      )
    }
    if let match = find(/Release '(\S+)' for '(\S+)' was not found/) {
      return (
        "suite \(match.output.1) has no package \(match.output.2)",
        "look at its suite: in the matrix file"
      )
    }
    if let match = find(/dists\/(\S+)\/(?:In)?Release is expired \(invalid since ([^)]*)\)/) {
      return (
        "the Release file of suite \(match.output.1) expired \(match.output.2) ago",
        "set acceptExpired: true for the set if that is known and accepted"
      )
    }
    if find(/(Could not resolve|Temporary failure|Could not connect|Unable to connect|timed out)/)
      != nil
    {
      return (
        "the archive cannot be reached: \(summary)",
        "check the network, or use --offline to work from the indices that were fetched before"
      )
    }
    if let match = find(/repository '\S+ (\S+) (?:In)?Release' does not have a Release file/) {
      return ("the archive has no suite \(match.output.1)", "look at the names under suites:")
    }
    if let match = find(/dists\/(\S+)\/\S*Release.*404/) {
      return ("the archive has no suite \(match.output.1)", "look at the names under suites:")
    }
    if find(/(NO_PUBKEY|not signed|signatures? (?:couldn't|were invalid)|BADSIG|EXPKEYSIG)/) != nil
    {
      return (
        "the archive's signature is not accepted: \(summary)", "check the keyring of its apt entry"
      )
    }
    if lines.contains(where: { $0.contains("unmet dependencies") }) {
      let broken = lines.filter {
        $0.contains("Depends:") || $0.contains("Breaks:") || $0.contains("Conflicts:")
      }
      let text = broken.prefix(4).map { $0.trimmingCharacters(in: .whitespaces) }
      return (
        "its packages cannot be installed together: \(text.joined(separator: "; "))",
        "take these packages from suites that fit together"
      )
    }
    if find(/No space left on device/) != nil {
      return (summary, "free some space, or set XDG_CACHE_HOME to a folder on another disk")
    }
    return (summary, "")
  }

  private func find<Output>(_ pattern: Regex<Output>) -> Regex<Output>.Match? {
    lines.lazy.compactMap { $0.firstMatch(of: pattern) }.first
  }
}
