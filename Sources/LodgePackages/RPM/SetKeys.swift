import Foundation
import LodgeBindings
import LodgeHost
import LodgeModel
import LodgeWeb

/// The keys that a source of a set names, and which of them no longer count.
struct SetKeys: Equatable, Sendable {
  var keys = RPMKeys.none
  /// The 16 hexadecimal digits of all of them, and of their subkeys.
  var ids: [String] = []
  /// The 16 hexadecimal digits of keys that have expired or were revoked.
  var expired: Set<String> = []

  /// All of several sources.
  init(of sources: [SetKeys] = []) {
    keys = RPMKeys(certificates: sources.flatMap(\.keys.certificates))
    ids = sources.flatMap(\.ids)
    expired = sources.reduce([]) { $0.union($1.expired) }
  }

  /// What tells these keys from others, also once one of them has expired.
  var state: String {
    "\(Digest(of: keys.certificates.reduce(Data(), +))) \(expired.sorted().joined(separator: ","))"
  }

  /// Takes up what a listing of gpg says of keys.
  ///
  /// **Source:** gnupg 2.2, doc/DETAILS, "Format of the colon listings": field 2 is the validity,
  /// field 5 the key's id.
  mutating func note(listing: String) {
    for line in listing.split(separator: "\n") {
      let fields = line.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count > 4, ["pub", "sub"].contains(fields[0]) else { continue }
      ids.append(fields[4].lowercased())
      if ["e", "r"].contains(fields[1]) { expired.insert(fields[4].lowercased()) }
    }
  }
}

extension Store {
  /// The keys at some paths or addresses; those of a server are kept for work offline.
  ///
  /// - Throws: ``PackageFailure`` naming the key that cannot be read, ``CommandFailure`` where there
  ///   is no gpg.
  func keys(
    _ places: [String], of source: String, web: Web, offline: Bool
  ) async throws -> SetKeys {
    var keys: [SetKeys] = []
    for place in places {
      let text = try await keyText(place, of: source, web: web, offline: offline)
      var found = SetKeys()
      do throws(RPMFailure) {
        found.keys = try RPMKeys(armored: String(decoding: text, as: UTF8.self))
      } catch .missing(let reason) {
        throw PackageFailure.host("\(RPMFailure.missing(reason))")
      } catch {
        throw PackageFailure.repository(
          source, reason: "its key \(place) is none: \(error)",
          remedy: "name the armored public key, as published by who signs the packages")
      }
      found.note(listing: try await listing(of: text))
      keys.append(found)
    }
    return SetKeys(of: keys)
  }

  private func listing(of text: Data) async throws -> String {
    let home = scratch.fresh("gpg")
    try makeFolder(home)
    defer { try? removeTree(home) }
    chmod(home, 0o700)
    var environment = Command.inherited
    environment["GNUPGHOME"] = home
    return try await Command(
      "gpg", ["--batch", "--no-autostart", "--with-colons", "--show-keys"],
      environment: environment, input: text
    ).succeed().text
  }

  private func keyText(
    _ place: String, of source: String, web: Web, offline: Bool
  ) async throws -> Data {
    func failure(_ reason: String) -> PackageFailure {
      .repository(
        source, reason: "its key \(place) cannot be read: \(reason)",
        remedy: "check the path or address under gpgkey:")
    }
    guard place.contains("://"), !place.hasPrefix("file://") else {
      let path = place.hasPrefix("file://") ? String(place.dropFirst(7)) : place
      guard lstatExists(path) else { throw failure("there is no such file") }
      do { return try Data(contentsOf: URL(filePath: path)) } catch {
        throw failure(StorageFailure("cannot read", path, error).description)
      }
    }
    let kept = "\(path)/rpm/keys/\(Digest(of: Data(place.utf8)).short)"
    if offline {
      guard let bytes = try? Data(contentsOf: URL(filePath: kept)) else {
        throw failure("it is not in the store, and --offline was given")
      }
      return bytes
    }
    let bytes: Data
    do throws(WebFailure) { bytes = try await web.read(place, limit: 1 << 20) } catch {
      throw failure("\(error)")
    }
    try replace(bytes, at: kept)
    return bytes
  }
}
