import Foundation
import LodgeHost
import LodgeModel

/// A file of a source package as apt lists it.
struct AptSourceFile: Equatable, Sendable {
  var address: String
  var name: String
  var size: Int
  var digest: Digest

  /// Reads what `apt-get source --print-uris` prints; signatures of tars are left out, as the signed
  /// index vouches for all.
  ///
  /// **Source:** apt-get(8): `'URI' FILE SIZE HASH`.
  static func parse(_ text: String) -> [AptSourceFile] {
    let pattern = /^'(?<uri>[^']+)' (?<name>[^ \/]+) (?<size>\d+) SHA256:(?<digest>[0-9a-f]{64})$/
    return text.split(separator: "\n").compactMap { line in
      guard let match = try? pattern.wholeMatch(in: line), !match.name.hasSuffix(".asc"),
        let size = Int(match.size), let digest = Digest(String(match.digest))
      else { return nil }
      return AptSourceFile(
        address: String(match.uri).replacing("%2b", with: "+"), name: String(match.name),
        size: size, digest: digest)
    }
  }
}

extension AptArchive {
  /// The files of the source packages that a set asks for, in the version of its members.
  ///
  /// `built` has the source and version of each package that was chosen.
  ///
  /// - Throws: ``PackageFailure`` for a source that no suite lists in that version.
  func sourceFiles(
    built: [(source: String, version: String)], origin: (String) -> String
  ) async throws -> [SourcePackage] {
    var found: [SourcePackage] = []
    for wanted in wish.sources {
      let versions = Set(built.filter { $0.source == wanted.name }.map(\.version)).sorted()
      for version in versions.isEmpty ? [nil] : versions.map(Optional.some) {
        let files = try await files(of: wanted.name, version)
        guard let dsc = files.first(where: { $0.name.hasSuffix(".dsc") }) else {
          throw await unknown(wanted.name, version)
        }
        var own = version ?? ""
        if version == nil { own = try await newest(wanted.name, with: dsc.digest) }
        let packages = files.map { file in
          let suite = suite(of: file.address)
          return Package(
            name: wanted.name, version: own, architecture: Package.sourceArchitecture,
            sha256: file.digest, size: file.size, origin: origin(suite?.name ?? ""),
            suite: suite?.name ?? "", signature: .verified, path: suite?.path ?? file.name)
        }
        found.append(SourcePackage(name: wanted.name, version: own, files: packages))
      }
    }
    return found
  }

  private func files(of name: String, _ version: String?) async throws -> [AptSourceFile] {
    // apt leaves out what lies in its working folder already.
    let finished = try await apt(
      "env",
      [
        "-C", "\(folder)/empty", "apt-get", "source", "--only-source", "--print-uris", "-q=2", "-o",
        "Acquire::ForceHash=SHA256",
        version.map { "\(name)=\($0)" } ?? name,
      ]
    ).run()
    return AptSourceFile.parse(finished.text)
  }

  /// The version of the source whose description has a digest.
  private func newest(_ name: String, with digest: Digest) async throws -> String {
    let shown = try await apt("apt-cache", ["showsrc", "--only-source", name]).succeed().text
    let stanza = ControlStanza.parse(shown).first {
      $0["Checksums-Sha256"]?.contains(digest.hex) == true
    }
    return stanza?["Version"] ?? ""
  }

  private func unknown(_ name: String, _ version: String?) async -> PackageFailure {
    let shown = try? await apt("apt-cache", ["showsrc", "--only-source", name]).succeed().text
    if let version, shown?.isEmpty == false {
      return .unresolved(
        set: wish.set, reason: "no suite of it has the source \(name) \(version)",
        remedy: "take it out of sources:, or name a suite that has it")
    }
    let names = try? await apt("apt-cache", ["pkgnames"]).succeed().text
    let all = (names ?? "").split(separator: "\n").map(String.init)
    let near = nearest(to: name, among: all).map { "did you mean \($0)? " } ?? ""
    return .unresolved(
      set: wish.set, reason: "no suite of it has a source package \(name)",
      remedy: "\(near)look at the names under sources:")
  }

  /// The suite behind an address, and the place below its archive.
  private func suite(of address: String) -> (name: String, path: String)? {
    sources.lazy.compactMap { suite, source in
      let base = source.uri.trimmingSuffix("/") + "/"
      return address.hasPrefix(base) ? (suite, String(address.dropFirst(base.count))) : nil
    }.first
  }
}

extension ControlStanza {
  /// The source package that a binary package was built from.
  ///
  /// **Source:** deb-control(5), `Source`: absent where name and version are the package's own.
  var builtFrom: (source: String, version: String)? {
    guard let name = self["Package"], let version = self["Version"] else { return nil }
    guard let source = self["Source"] else { return (name, version) }
    let words = source.split(whereSeparator: { " ()".contains($0) }).map(String.init)
    return (words.first ?? name, words.count > 1 ? words[1] : version)
  }
}
