import LodgeBindings
import LodgeModel

/// Whether a package file is whole, and who signed it, from librpm's checks.
struct PackageVerdict: Equatable, Sendable {
  var signature: Package.Signature
  /// The check that failed, in librpm's words; nil for a whole package.
  var broken: String?

  /// Weighs the checks: a digest or signature that does not fit its bytes breaks the package, else
  /// the worst signature counts.
  ///
  /// librpm 4.18 takes the signature of an expired key for a good one, so that is told apart here.
  ///
  /// - Parameters:
  ///   - verification: what librpm found.
  ///   - isExpired: whether the key that signed the header has expired.
  /// **Source:** rpm 4.18, lib/rpmvs.c, `rpmSigString` and `rpmVerifySignature`.
  init(_ verification: RPMVerification, isExpired: Bool) {
    broken = verification.checks.first { $0.word == "BAD" }.map { check in
      "\(check.subject) is \(check.word)\(check.remark.map { " (\($0))" } ?? "")"
    }
    let signatures = verification.checks.filter { $0.isSignature && $0.word != "NOTFOUND" }
    if signatures.isEmpty {
      signature = .unsigned
    } else if isExpired || signatures.contains(where: { $0.word == "NOTTRUSTED" }) {
      signature = .expiredKey
    } else if signatures.contains(where: { $0.word != "OK" }) {
      signature = .unknownKey
    } else {
      signature = .verified
    }
  }
}

extension Package.Signature {
  /// Why a set that wants signatures refuses a package, and what to do; nil for a verified one.
  func refusal(key: String?) -> (reason: String, remedy: String)? {
    let key = key ?? "?"
    return switch self {
    case .verified, .notChecked: nil
    case .unsigned:
      (
        "it is not signed, and the set requires signatures",
        "take a signed build, or set signatures: recorded for a set of unsigned candidates"
      )
    case .unknownKey:
      (
        "it is signed by key \(key), which the set does not name",
        "add that key under gpgkey: if it is trusted, or set signatures: recorded"
      )
    case .expiredKey:
      (
        "it is signed by key \(key), which has expired",
        "get the renewed key from its owner, or set signatures: recorded"
      )
    }
  }
}
