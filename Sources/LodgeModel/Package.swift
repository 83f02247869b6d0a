/// One package file of a build set.
package struct Package: Codable, Equatable, Sendable {
  /// Who vouches for a package, as far as it was looked at.
  package enum Signature: String, Codable, Sendable {
    /// A trusted key signed the package, or the index that lists its digest.
    case verified
    /// No signature covers the package.
    case unsigned
    /// It is signed by a key that the set does not name.
    case unknownKey = "unknown-key"
    /// It is signed by a key of the set that has expired.
    case expiredKey = "expired-key"
    /// Nothing was asked, as for packages that are already installed.
    case notChecked = "not-checked"
  }

  package var name: String
  /// Epoch, version and release as the packaging system writes them.
  package var version: String
  /// The packaging system's name of the architecture, such as `amd64` or `all`; that of
  /// ``sourceArchitecture`` for a file of a source package, of which there may be several.
  package var architecture: String
  /// The digest of the package file; nil only for packages that are installed on this host.
  package var sha256: Digest?
  /// Bytes of the package file; for installed packages, of the installed files.
  package var size: Int
  /// The archive that published it, such as `Debian`; empty for a loose file.
  package var origin: String
  /// The suite it was taken from; empty for a loose file.
  package var suite: String
  package var signature: Signature
  /// The key that signed the package itself, as 16 hexadecimal digits; nil where none is known.
  package var key: String?
  /// The number of the Koji build that it is from, which no other build ever has.
  package var build: Int?
  /// Where the package lies below its archive's base, or the file's name for a loose file.
  package var path: String

  package init(
    name: String, version: String, architecture: String, sha256: Digest?, size: Int,
    origin: String, suite: String, signature: Signature, key: String? = nil, build: Int? = nil,
    path: String
  ) {
    (self.name, self.version, self.architecture) = (name, version, architecture)
    (self.sha256, self.size, self.origin, self.suite) = (sha256, size, origin, suite)
    (self.signature, self.key, self.build, self.path) = (signature, key, build, path)
  }

  /// What files of source packages have in place of an architecture.
  package static let sourceArchitecture = "source"

  /// Whether it holds what other packages were built from; nobody installs it.
  package var isSource: Bool { architecture == Self.sourceArchitecture }

  /// Name and version as a person writes them.
  package var label: String { isSource ? "source \(name) \(version)" : "\(name) \(version)" }
}
