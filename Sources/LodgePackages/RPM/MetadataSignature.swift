import Foundation
import LodgeBindings
import LodgeHost

/// Who signed a repository's index, as gpgv judges it.
enum MetadataSignature {
  /// Checks the detached signature of an index.
  ///
  /// - Throws: ``PackageFailure`` naming the repository and the key, ``CommandFailure`` where there
  ///   is no gpgv, ``StorageFailure`` where its files cannot be written.
  static func check(
    _ index: Data, signature: Data, keys: SetKeys, of repository: String, scratch: Scratch
  ) async throws {
    let folder = scratch.fresh("gpgv")
    try makeFolder(folder)
    defer { try? removeTree(folder) }
    let files = [
      "repomd.xml": index, "repomd.xml.asc": signature,
      "keys.gpg": keys.keys.certificates.reduce(Data(), +),
    ]
    for (name, bytes) in files {
      do { try bytes.write(to: URL(filePath: "\(folder)/\(name)")) } catch {
        throw StorageFailure("cannot write", "\(folder)/\(name)", error)
      }
    }
    var environment = Command.inherited
    environment["GNUPGHOME"] = folder
    let finished = try await Command(
      "gpgv",
      [
        "--status-fd", "1", "--keyring", "\(folder)/keys.gpg", "\(folder)/repomd.xml.asc",
        "\(folder)/repomd.xml",
      ], environment: environment
    ).run()
    if let reason = complaint(finished.text, succeeded: finished.ending == .exited(0)) {
      throw PackageFailure.repository(
        repository, reason: "the signature of its repodata/repomd.xml \(reason)",
        remedy: "check the key under gpgkey:, or leave out repo_gpgcheck for it")
    }
  }

  /// What is wrong with a signature; nil where a key of the set made it.
  ///
  /// **Source:** gnupg 2.2, doc/DETAILS, "Format of the --status-fd output".
  static func complaint(_ status: String, succeeded: Bool) -> String? {
    let lines = status.split(separator: "\n").compactMap { line in
      line.hasPrefix("[GNUPG:] ") ? line.dropFirst(9).split(separator: " ") : nil
    }
    func key(_ word: Substring) -> String? {
      lines.first { $0.first == word }.map { $0.count > 1 ? String($0[1]) : "?" }
    }
    if let key = key("BADSIG") { return "by key \(key) does not fit its bytes" }
    if let key = key("EXPKEYSIG") { return "is by key \(key), which has expired" }
    if let key = key("REVKEYSIG") { return "is by key \(key), which was revoked" }
    if let key = key("EXPSIG") { return "by key \(key) has expired" }
    if let key = key("NO_PUBKEY") ?? key("ERRSIG") { return "is by key \(key), which is not known" }
    return succeeded && key("VALIDSIG") != nil ? nil : "cannot be read"
  }
}
