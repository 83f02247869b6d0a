import Foundation
import LodgeHost
import LodgeModel

extension AptArchive {
  /// What `apt upgrade` would put in the place of the members on a host that has the set installed.
  ///
  /// That host has the suites of the set and none of the preferences that the matrix makes. Nil where
  /// the set is so broken that apt upgrades nothing.
  func rivals(of set: ClosurePool, scratch: Scratch) async throws -> [SetClosure.Rival]? {
    let folder = scratch.fresh("upgrade")
    try makeFolder(folder)
    defer { try? removeTree(folder) }
    let status = set.stanzas.map { stanza in
      var fields = stanza.fields
      fields["Description"] = nil
      fields["Status"] = "install ok installed"
      return fields.sorted { $0.key < $1.key }.map { name, value in
        "\(name): \(value.replacing("\n", with: "\n "))\n"
      }.joined()
    }.joined(separator: "\n")
    do { try Data(status.utf8).write(to: URL(filePath: "\(folder)/status")) } catch {
      throw StorageFailure("cannot write", "\(folder)/status", error)
    }
    let finished = try await apt(
      "apt-get",
      [
        "upgrade", "--with-new-pkgs", "--simulate", "-y", "-q",
        "-o", "Dir::State::status=\(folder)/status", "-o", "Dir::Etc::preferences=/dev/null",
        "-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=",
      ]
    ).run()
    guard finished.ending == .exited(0) else { return nil }
    let members = set.members(named: Set(wish.members.map(\.name)))
    return AptUpgrade.parse(finished.text).compactMap { upgrade in
      let number = members.first { set.packages[$0]?.name == upgrade.name }
      guard let number, let package = set.packages[number] else { return nil }
      return SetClosure.Rival(
        package: package.label, source: package.suite, version: upgrade.version,
        from: upgrade.from, builtWith: set.builtWith(number))
    }
  }
}

/// A package that apt would replace by a newer one.
struct AptUpgrade: Equatable, Sendable {
  var name: String
  var version: String
  /// Archive and suite, such as `Debian:unstable`.
  var from: String

  /// Reads the `Inst` lines of a simulated upgrade that have an old version.
  ///
  /// **Source:** apt-get(8), `--simulate`: `Inst NAME [OLD] (NEW ORIGIN [ARCH])`.
  static func parse(_ text: String) -> [AptUpgrade] {
    let pattern =
      /^Inst (?<name>[^ :]+)(?::\S+)? \[[^\]]+\] \((?<version>\S+) (?<from>.*) \[\S+\]\).*$/
    return text.split(separator: "\n").compactMap { line in
      guard let match = try? pattern.wholeMatch(in: line) else { return nil }
      return AptUpgrade(
        name: String(match.name), version: String(match.version), from: String(match.from))
    }
  }
}
