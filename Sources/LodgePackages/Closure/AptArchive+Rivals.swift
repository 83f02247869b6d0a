import Foundation
import LodgeHost
import LodgeModel

extension AptArchive {
  /// What apt prefers to the members on a host that has the set installed.
  ///
  /// That host has the suites of the set and none of the preferences that the matrix makes.
  func rivals(of set: ClosurePool, scratch: Scratch) async throws -> [SetClosure.Rival] {
    let members = set.members(named: Set(wish.members.map(\.name)))
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
    let names = members.compactMap { set.packages[$0]?.name }.sorted()
    guard !names.isEmpty else { return [] }
    let shown = try await apt(
      "apt-cache",
      [
        "policy", "-o", "Dir::State::status=\(folder)/status",
        "-o", "Dir::Etc::preferences=/dev/null",
        "-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=",
      ] + names
    ).succeed().text
    let suites = AptPolicy.suites(in: shown, order: sources.map(\.suite))
    let preferred = AptPolicy.candidates(in: shown)
    return members.compactMap { number in
      guard let package = set.packages[number], let version = preferred[package.name],
        version != package.version
      else { return nil }
      return SetClosure.Rival(
        package: package.label, source: package.suite, version: version,
        from: suites["\(package.name)=\(version)"] ?? "its archive",
        builtWith: set.builtWith(number))
    }
  }
}
