import Foundation
import LodgeHost
import LodgeModel

/// What a `.dsc` file says of a Debian source package.
///
/// **Source:** dsc(5).
struct SourceDescription: Equatable, Sendable {
  var name: String
  var version: String
  /// The files of the source by name, with their digests, but not the `.dsc` itself.
  var files: [String: Digest]

  /// Reads the text, with or without a signature around it.
  ///
  /// - Throws: ``PackageFailure`` where it names no source or no digests.
  init(_ text: String, file: String) throws(PackageFailure) {
    let stanza = ControlStanza.parse(text).first { $0["Checksums-Sha256"] != nil }
    guard let stanza, let name = stanza["Source"], let version = stanza["Version"] else {
      throw .damaged(
        package: file, entry: nil, reason: "it has no Source, Version and Checksums-Sha256")
    }
    (self.name, self.version, files) = (name, version, [:])
    for line in (stanza["Checksums-Sha256"] ?? "").split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 3, let digest = Digest(words[0]), !words[2].contains("/") else {
        throw .damaged(package: file, entry: nil, reason: "its line “\(line)” names no file")
      }
      files[words[2]] = digest
    }
  }
}

extension Store {
  /// Copies a loose Debian source package into the store: its description and the files that it names.
  ///
  /// - Throws: ``PackageFailure`` naming a file that is not beside the description, or another one.
  func takeIn(description file: String) throws -> [Package] {
    let name = URL(filePath: file).lastPathComponent
    let folder = URL(filePath: file).deletingLastPathComponent().path(percentEncoded: false)
    guard let bytes = try? Data(contentsOf: URL(filePath: file)), bytes.count < 1 << 20 else {
      throw PackageFailure.damaged(package: name, entry: nil, reason: "it cannot be read")
    }
    let source = try SourceDescription(String(decoding: bytes, as: UTF8.self), file: name)
    let parts = source.files.filter { !$0.key.hasSuffix(".asc") }.sorted { $0.key < $1.key }
    return try ([(name, Digest(of: bytes))] + parts.map { ($0.key, $0.value) }).map {
      part, digest in
      let place = "\(folder)/\(part)"
      guard lstatExists(place) else {
        throw PackageFailure.unavailable(
          package: "source \(source.name) \(source.version)",
          reason: "\(name) names \(part), which is not beside it")
      }
      let copy = scratch.fresh("source")
      do { try FileManager.default.copyItem(atPath: place, toPath: copy) } catch {
        throw StorageFailure("cannot copy to", copy, error)
      }
      let size =
        ((try? FileManager.default.attributesOfItem(atPath: copy))?[.size] as? Int) ?? 0
      do { try adopt(copy, as: digest, label: "source \(source.name) \(source.version)") } catch {
        try? FileManager.default.removeItem(atPath: copy)
        throw error
      }
      return Package(
        name: source.name, version: source.version, architecture: Package.sourceArchitecture,
        sha256: digest, size: size, origin: "", suite: "", signature: .unsigned, path: part)
    }
  }
}
