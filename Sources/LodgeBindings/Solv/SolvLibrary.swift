import CLibsolv

/// libsolv's functions; they are there once ``solvFailure`` is nil.
///
/// Loaded when first used, as most sets have no RPMs to resolve.
var solv: lodge_solv { loaded.table }

/// Why libsolv cannot be used; nil where it can.
var solvFailure: SolvFailure? {
  loaded.failure.map { .missing($0) }
}

/// The version of the libsolv that was found, such as `0.7.23`; empty without one.
var solvVersion: String { loaded.version }

/// Written once, before the first use, and never again.
private let loaded: (table: lodge_solv, version: String, failure: String?) = {
  var table = lodge_solv()
  var version: UnsafePointer<CChar>?
  if let failure = unsafe lodge_load_solv(&table, &version) {
    return (table, "", unsafe String(cString: failure))
  }
  return (table, unsafe version.map { unsafe String(cString: $0) } ?? "", nil)
}()

/// Why libsolv could not do what was asked.
package enum SolvFailure: Error, Equatable, CustomStringConvertible {
  case missing(String)
  /// Metadata that cannot be read, in libsolv's words.
  case damaged(String)

  package var description: String {
    switch self {
    case .missing(let reason):
      "libsolv cannot be used: \(reason); install it, such as with apt-get install libsolvext1"
    case .damaged(let reason): reason
    }
  }
}
