import Foundation
package import LodgeModel

/// Where a page of the site is, as a path below its root.
///
/// What has a digest is found by the first half of it, 128 bits, and stays there for ever.
package struct Address: Hashable, Sendable {
  /// The path without the ending, such as `set/0123…/index`.
  package let path: String

  private init(_ path: String) { self.path = path }

  package static let matrix = Address("index")
  package static let contracts = Address("contracts")
  package static let scenarios = Address("scenarios")
  package static let waivers = Address("waivers")
  package static let about = Address("about")

  /// A page of sets that are not the newest; the oldest ones are on page 1, for ever.
  package static func matrix(older page: Int) -> Address { Address("older/\(page)") }

  package static func set(_ id: Digest) -> Address { Address("set/\(id.half)/index") }

  /// What one run saw of one place of a set, by the digest of its document.
  package static func cell(_ digest: Digest, of set: Digest) -> Address {
    cell(digest.half, of: set)
  }

  static func cell(_ half: String, of set: Digest) -> Address {
    Address("set/\(set.half)/\(half)")
  }

  package static func contract(_ number: String, older page: Int? = nil) -> Address {
    Address("contract/\(number.fileName)\(page.ending)")
  }

  /// All cases of a scenario, by its id without them.
  package static func scenario(_ claim: String, older page: Int? = nil) -> Address {
    // One folder deep, whatever a record calls it.
    let parts = claim.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      .map { String($0).fileName }
    return Address("scenario/\(parts.joined(separator: "/"))\(page.ending)")
  }

  package static func comparison(_ before: Digest, _ after: Digest) -> Address {
    Address("compare/\(before.half)-\(after.half)")
  }

  package static func name(_ name: String) -> Address { Address("name/\(name.fileName)") }

  package var html: String { "\(path).html" }
  package var json: String { "\(path).json" }

  /// What leads from a page to the root of the site: empty, or as many steps up as it takes.
  var root: String {
    String(repeating: "../", count: path.utf8.count { $0 == UInt8(ascii: "/") })
  }

  /// The reference to a file, from this page.
  func reference(toFile path: String) -> String { root + path.reference }

  /// The reference to another page, from this one.
  func reference(to other: Address, _ fragment: String? = nil) -> String {
    let end = fragment.map { "#\($0)" } ?? ""
    return reference(toFile: other.html) + end
  }
}

extension Address {
  /// The references from this page to cells of a set, by the halves of their digests.
  ///
  /// They have all in common but their ends, and tables have thousands of them.
  func references(toCellsOf set: Digest) -> (_ half: String) -> String {
    let folder = reference(toFile: "set/\(set.half)/")
    return { "\(folder)\($0).html" }
  }
}

extension Digest {
  /// The first half of the digits, by which pages are addressed.
  package var half: String { String(hex.prefix(32)) }
}

extension Int? {
  /// What tells an older page from the newest one; no name of a file has this in it.
  fileprivate var ending: String { map { "~older~\($0)" } ?? "" }
}

extension String {
  /// The text as the name of a file that is no other text's: what is not plain is written out, and
  /// what is too long ends in its digest.
  var fileName: String {
    var name = ""
    for scalar in unicodeScalars {
      let isPlain =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789+-_=[],.".unicodeScalars.contains(scalar))
      if isPlain, !(name.isEmpty && scalar == ".") {
        name.unicodeScalars.append(scalar)
      } else {
        name += "~" + String(scalar.value, radix: 16) + "~"
      }
    }
    if name.isEmpty { return "~" }
    return name.utf8.count > 160 ? name.prefix(100) + "~" + Digest(of: Data(utf8)).half : name
  }

  /// A path as a reference to it is written.
  var reference: String {
    guard utf8.contains(where: { $0 == 0x25 || $0 == 0x5B || $0 == 0x5D }) else { return self }
    return replacing("%", with: "%25").replacing("[", with: "%5B").replacing("]", with: "%5D")
  }
}
