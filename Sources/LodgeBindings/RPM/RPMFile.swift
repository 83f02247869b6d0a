import CLibrpm
import Foundation
import Glibc

/// What the header of an RPM package says, and who vouches for it.
///
/// **Source:** rpm 4.18, docs/manual/format.md and tags.md.
package struct RPMFile: Equatable, Sendable {
  package var name: String
  /// `EPOCH:VERSION-RELEASE`, without the epoch where it is 0.
  package var version: String
  package var architecture: String
  /// Whether it holds sources, which nobody installs.
  package var isSource: Bool
  package var vendor: String
  /// The 16 hexadecimal digits of the key that signed the header; nil where it is not signed.
  package var keyID: String?
  /// The commit that it was built from, as the packager wrote it; nil where nothing is said.
  package var vcs: String?

  /// Reads and checks the header of a package file; the payload is not looked at.
  ///
  /// - Throws: ``RPMFailure/damaged(_:)`` for what is no package, and ``RPMFailure/missing(_:)``.
  package init(headerOf path: String) throws(RPMFailure) {
    self = try unsafe Self.withHeader(of: path) { header, rpm throws(RPMFailure) in
      try unsafe RPMFile(header, rpm)
    }
  }

  /// Does work with the header of a package file.
  static func withHeader<Value: Sendable>(
    of path: String, _ work: (Header, borrowing lodge_rpm) throws(RPMFailure) -> Value
  ) throws(RPMFailure) -> Value {
    try RPMLibrary.withLock { rpm throws(RPMFailure) in
      try unsafe rpm.withTransactionSet(keys: .none) { set throws(RPMFailure) in
        let log = RPMLog(rpm)
        // What is checked for is checked by ``RPMVerification``; here the key may be unknown.
        _ = unsafe rpm.rpmtsSetVSFlags(set, lodge_rpm_without_signatures)
        guard let descriptor = unsafe rpm.Fopen(path, "r.ufdio") else {
          throw .damaged("it cannot be opened")
        }
        defer { _ = unsafe rpm.Fclose(descriptor) }
        var header: Header?
        let code = unsafe rpm.rpmReadPackageFile(set, descriptor, path, &header)
        guard let header = unsafe header, code == RPMRC_OK else {
          throw .damaged(log.firstLine(after: path) ?? "it is no RPM package")
        }
        defer { _ = unsafe rpm.headerFree(header) }
        return try unsafe work(header, rpm)
      }
    }
  }

  private init(_ header: Header, _ rpm: borrowing lodge_rpm) throws(RPMFailure) {
    func text(_ tag: rpmTag_e) -> String? {
      unsafe rpm.headerGetString(header, rpmTagVal(tag.rawValue)).map {
        unsafe String(cString: $0)
      }
    }
    guard let name = text(RPMTAG_NAME), let version = text(RPMTAG_VERSION),
      let release = text(RPMTAG_RELEASE)
    else { throw .damaged("its header has no name, version and release") }
    let epoch = unsafe rpm.headerGetNumber(header, rpmTagVal(RPMTAG_EPOCH.rawValue))
    self.name = name
    self.version = (epoch == 0 ? "" : "\(epoch):") + "\(version)-\(release)"
    architecture = text(RPMTAG_ARCH) ?? ""
    isSource = unsafe rpm.headerIsSource(header) != 0
    vendor = text(RPMTAG_VENDOR) ?? ""
    vcs = text(RPMTAG_VCS)
    keyID = unsafe Self.keyID(header, rpm)
  }

  /// Version 4 packages sign their header with one of two tags, older ones header and payload.
  private static func keyID(_ header: Header, _ rpm: borrowing lodge_rpm) -> String? {
    for tag in ["RSAHEADER", "DSAHEADER", "SIGPGP", "SIGGPG"] {
      guard let text = unsafe rpm.headerFormat(header, "%|\(tag)?{%{\(tag):pgpsig}}|", nil) else {
        continue
      }
      defer { unsafe free(text) }
      let words = unsafe String(cString: text).split(separator: " ")
      if let last = words.last, last.utf8.count == 16 { return last.lowercased() }
    }
    return nil
  }
}

extension lodge_rpm {
  /// Gives a transaction set that trusts some keys, and no others that this host may know.
  func withTransactionSet<Value>(
    keys: RPMKeys, _ work: (rpmts) throws(RPMFailure) -> Value
  ) throws(RPMFailure) -> Value {
    guard let set = rpmtsCreate(), let keyring = rpmKeyringNew() else {
      throw .missing("out of memory")
    }
    defer {
      _ = unsafe rpmKeyringFree(keyring)
      _ = unsafe rpmtsFree(set)
    }
    for certificate in keys.certificates { unsafe add(certificate, to: keyring) }
    _ = unsafe rpmtsSetKeyring(set, keyring)
    return try unsafe work(set)
  }

  private func add(_ certificate: Data, to keyring: rpmKeyring) {
    let key = unsafe certificate.withUnsafeBytes { bytes in
      unsafe rpmPubkeyNew(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    }
    guard let key = unsafe key else { return }
    defer { _ = unsafe rpmPubkeyFree(key) }
    _ = unsafe rpmKeyringAddKey(keyring, key)
    var count: Int32 = 0
    guard let subkeys = unsafe rpmGetSubkeys(key, &count) else { return }
    for index in 0..<Int(max(0, count)) {
      _ = unsafe rpmKeyringAddKey(keyring, subkeys[index])
      _ = unsafe rpmPubkeyFree(subkeys[index])
    }
    unsafe free(subkeys)
  }
}
