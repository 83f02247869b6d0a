import Foundation
import Glibc
package import LodgeModel

/// The labs whose signatures count, with their keys.
package struct TrustedKeys: Equatable, Sendable {
  /// One lab.
  package struct Lab: Equatable, Sendable {
    package let name: LabName
    package let key: PublicKey

    package init(name: LabName, key: PublicKey) { (self.name, self.key) = (name, key) }

    /// Reads a public key's file; the file's name without `.pub` is the name of the lab.
    ///
    /// - Throws: ``KeyFileFailure`` or ``TrustFailure``.
    package init(file path: String) throws {
      let file = URL(filePath: path).lastPathComponent
      let stem = file.hasSuffix(".pub") ? String(file.dropLast(4)) : file
      guard let name = LabName(stem) else { throw TrustFailure.noName(path) }
      self.init(name: name, key: try PublicKey(file: path))
    }
  }

  /// Ordered by name.
  package let labs: [Lab]
  private let byKey: [Digest: Lab]

  /// Trusts these labs.
  ///
  /// - Throws: ``TrustFailure`` where two of them have one key or one name.
  package init(_ labs: [Lab]) throws(TrustFailure) {
    let ordered = labs.sorted { $0.name < $1.name }
    var byKey: [Digest: Lab] = [:]
    for lab in ordered {
      if let other = byKey.updateValue(lab, forKey: lab.key.id) {
        throw .sameKey(other.name, lab.name)
      }
    }
    if let (first, _) = zip(ordered, ordered.dropFirst()).first(where: { $0.name == $1.name }) {
      throw .sameName(first.name)
    }
    (self.labs, self.byKey) = (ordered, byKey)
  }

  /// How many keys a folder may hold.
  package static let limit = 1000

  /// Reads a folder of `*.pub` files; a `README.md` may stand beside them.
  ///
  /// - Throws: ``TrustFailure`` or ``KeyFileFailure``: one file that is no key makes all of the folder
  ///   untrustworthy, as somebody meant something by it.
  package init(folder: String) throws {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
      throw TrustFailure.noFolder(folder)
    }
    guard names.count <= Self.limit else { throw TrustFailure.tooMany(folder) }
    let labs = try names.sorted().filter { $0 != "README.md" }.map { name in
      let path = "\(folder)/\(name)"
      var status = stat()
      guard name.hasSuffix(".pub"), lstat(path, &status) == 0,
        status.st_mode & S_IFMT == S_IFREG
      else { throw TrustFailure.foreign(path) }
      return try Lab(file: path)
    }
    try self.init(labs)
  }

  /// The lab with a key; nil where the key is nobody's who is trusted.
  package func lab(withKey id: Digest) -> Lab? { byKey[id] }
}

/// Why one cannot say whom to trust.
package enum TrustFailure: Error, Equatable, Sendable, CustomStringConvertible {
  case noFolder(String)
  case tooMany(String)
  case foreign(String)
  case noName(String)
  case sameKey(LabName, LabName)
  case sameName(LabName)

  package var description: String {
    switch self {
    case .noFolder(let path):
      "cannot read the folder of trusted keys \(path.printable); name it with --keys DIR, or one key"
        + " with --key FILE"
    case .tooMany(let path):
      "\(path.printable) holds more than \(TrustedKeys.limit) files; is it the folder of trusted keys?"
    case .foreign(let path):
      "\(path.printable) does not belong among trusted keys, which are regular files LAB.pub; take it"
        + " away (and if it is a private key, never use that again)"
    case .noName(let path):
      "\(path.printable) names no lab: \(LabName.rule); rename it to LAB.pub"
    case .sameKey(let first, let second):
      "\(first) and \(second) have the same key, so that nobody could say who signed; keep one of"
        + " the files"
    case .sameName(let name): "two keys are given for \(name); give each lab one"
    }
  }
}
