import CLibrpm
import Foundation

/// How the digests and signatures of a package file stand, as librpm judges them.
///
/// **Source:** rpm 4.18, lib/rpmchecksig.c and lib/rpmvs.c: a line for each digest and signature,
/// `OK`, `BAD`, `NOKEY`, `NOTTRUSTED` or `NOTFOUND` at its end.
package struct RPMVerification: Equatable, Sendable {
  /// What one digest or signature came to.
  package struct Check: Equatable, Sendable {
    /// The digest or signature in librpm's words, such as `Header V4 RSA/SHA256 Signature, key ID …`.
    package var subject: String
    /// One of librpm's words.
    package var word: String
    /// More on it, such as why a key is not trusted.
    package var remark: String?

    package var isSignature: Bool { subject.contains("ignature") }
  }

  package var checks: [Check]

  /// Checks all digests and signatures of a package file, header and payload.
  ///
  /// - Throws: ``RPMFailure/damaged(_:)`` for what is no package, and ``RPMFailure/missing(_:)``.
  package init(of path: String, keys: RPMKeys) throws(RPMFailure) {
    checks = try RPMLibrary.withLock { rpm throws(RPMFailure) in
      try unsafe rpm.withTransactionSet(keys: keys) { set throws(RPMFailure) in
        let log = RPMLog(rpm)
        _ = unsafe rpm.rpmtsSetVfyFlags(set, rpmVSFlags(RPMVSF_DEFAULT.rawValue))
        let copy = unsafe strdup(path)
        defer { unsafe free(copy) }
        var paths: [UnsafeMutablePointer<CChar>?] = unsafe [copy, nil]
        _ = unsafe paths.withUnsafeMutableBufferPointer { unsafe rpm.verify(set, $0) }
        let checks = log.lines.compactMap(Check.init)
        guard !checks.isEmpty else {
          let said = log.lines.first { !$0.hasSuffix(":") }
          throw .damaged(said.map { $0.replacing("\(path): ", with: "") } ?? "it is no RPM package")
        }
        return checks
      }
    }
  }
}

extension RPMVerification.Check {
  /// Reads a line such as `    Payload SHA256 digest: OK`.
  init?(_ line: String) {
    let pattern =
      /^ {4}(?<subject>.+): (?<word>OK|BAD|NOKEY|NOTTRUSTED|NOTFOUND|UNKNOWN)(?<rest>.*)$/
    guard let match = try? pattern.wholeMatch(in: line) else { return nil }
    let rest = match.rest.trimmingCharacters(in: .whitespaces)
    self.init(
      subject: String(match.subject), word: String(match.word),
      remark: rest.isEmpty ? nil : rest.trimmingCharacters(in: ["(", ")"]))
  }
}

extension lodge_rpm {
  fileprivate func verify(
    _ set: rpmts, _ paths: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>
  ) -> Int32 {
    unsafe rpmcliVerifySignatures(set, paths.baseAddress)
  }
}
