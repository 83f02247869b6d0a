import Foundation
import LodgeBindings
import LodgeHost
import LodgeModel
import LodgeWeb

/// A package file that was chosen, before anybody has looked into it.
struct WantedPackage: Sendable {
  /// Name, version and architecture as whoever listed it says.
  var nevra: String
  /// Where it can be had; a path for a loose file.
  var address: String
  /// What its source lists; nil where it lists none.
  var checksum: Checksum?
  /// Bytes; nil where nobody says.
  var size: Int?
  /// The id of its source, for lock and messages; empty for a loose file.
  var source: String
  /// Where it lies below the base of its source.
  var path: String
  var build: Int?
  var keys: SetKeys
  /// Whether a source package is wanted; nil for a loose file, which may be one.
  var isSource: Bool?

  /// A file of this host that nobody listed.
  init(file: String, nevra: String? = nil, keys: SetKeys = SetKeys()) {
    let name = URL(filePath: file).lastPathComponent
    (self.nevra, self.keys, source, path) = (nevra ?? name, keys, "", name)
    address = URL(filePath: file).absoluteString
  }

  /// A package that a source lists.
  init(
    nevra: String, address: String, checksum: Checksum? = nil, size: Int?, source: String,
    path: String, build: Int? = nil, keys: SetKeys, isSource: Bool = false
  ) {
    (self.nevra, self.address, self.checksum, self.size) = (nevra, address, checksum, size)
    (self.source, self.path, self.build, self.keys) = (source, path, build, keys)
    self.isSource = isSource
  }
}

extension Store {
  /// Takes a package into the store once it is whole, is the one that was listed, and is accepted.
  ///
  /// Nothing of a package that is refused stays.
  ///
  /// - Throws: ``PackageFailure`` naming package, source and remedy.
  func take(
    _ wanted: WantedPackage, accepting acceptance: RPMWish.Acceptance, web: Web
  ) async throws -> Package {
    let origin = wanted.source.isEmpty ? "the given files" : "repository \(wanted.source)"
    let known = wanted.checksum.flatMap { $0.kind == .sha256 ? Digest($0.hex) : nil }
    let kept = known.map(packageFile).flatMap { lstatExists($0) ? $0 : nil }
    let file: String
    if let kept { file = kept } else { file = try await fetched(wanted, from: origin, web) }
    defer { if kept == nil { unlink(file) } }
    let checksum = wanted.checksum
    if let checksum, try Checksum(checksum.kind, ofFile: file) != checksum {
      if kept != nil { unlink(file) }
      throw PackageFailure.damaged(
        package: wanted.nevra, entry: nil,
        reason: "its bytes are not those that \(origin) lists (\(checksum));"
          + " fetch it again, or use another mirror")
    }
    let (header, verdict) = try looked(at: file, wanted)
    if let broken = verdict.broken {
      throw PackageFailure.damaged(
        package: wanted.nevra, entry: nil,
        reason:
          "\(broken): it was damaged or changed after it was built; fetch it again from \(origin)")
    }
    if acceptance == .required, let refusal = verdict.signature.refusal(key: header.keyID) {
      throw PackageFailure.signature(
        package: wanted.nevra, source: origin, reason: refusal.reason, remedy: refusal.remedy)
    }
    // Where the source listed a SHA-256, these bytes were just found to have it.
    let digest: Digest
    if let known { digest = known } else { digest = try Digest(ofFile: file) }
    let size = ((try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int) ?? 0
    if kept == nil, !lstatExists(packageFile(digest)) { try publish(file, as: packageFile(digest)) }
    return Package(
      name: header.name, version: header.version,
      architecture: header.isSource ? Package.sourceArchitecture : header.architecture,
      sha256: digest, size: size, origin: header.vendor, suite: wanted.source,
      signature: verdict.signature, key: header.keyID, build: wanted.build, path: wanted.path)
  }

  private func fetched(_ wanted: WantedPackage, from origin: String, _ web: Web) async throws
    -> String
  {
    let file = scratch.fresh("rpm")
    do throws(WebFailure) {
      try await web.download(
        wanted.address, to: file, size: wanted.size, limit: wanted.size ?? 8 << 30)
    } catch {
      throw PackageFailure.unavailable(package: wanted.nevra, reason: "\(origin): \(error)")
    }
    return file
  }

  /// Reads header and signatures, and refuses what is not the package that was listed.
  private func looked(
    at file: String, _ wanted: WantedPackage
  ) throws(PackageFailure) -> (RPMFile, PackageVerdict) {
    do throws(RPMFailure) {
      // Signatures first: a header is believed only after it was checked.
      let verification = try RPMVerification(of: file, keys: wanted.keys.keys)
      let header = try RPMFile(headerOf: file)
      let verdict = PackageVerdict(
        verification, isExpired: header.keyID.map(wanted.keys.expired.contains) ?? false)
      guard header.nevra == wanted.nevra || wanted.source.isEmpty else {
        throw RPMFailure.damaged("it is \(header.nevra), another package than was listed")
      }
      guard wanted.isSource ?? header.isSource == header.isSource else {
        let kind = header.isSource ? "a source package" : "no source package"
        throw RPMFailure.damaged("it is \(kind)")
      }
      return (header, verdict)
    } catch {
      switch error {
      case .missing: throw .host("\(error)")
      case .damaged, .noKey:
        throw .damaged(package: wanted.nevra, entry: nil, reason: "\(error)")
      }
    }
  }
}

extension RPMFile {
  /// Name, version and architecture as rpm writes them.
  package var nevra: String { "\(name)-\(version).\(isSource ? "src" : architecture)" }
}
