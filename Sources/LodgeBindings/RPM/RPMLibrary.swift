import CLibrpm
import Foundation
import Glibc
import Synchronization

/// librpm, which works for one caller at a time and reads its configuration once.
///
/// Its macros, its log and its error texts belong to the process, so every use goes through
/// ``withLock(_:)``.
enum RPMLibrary {
  /// Does work with librpm while nobody else does.
  ///
  /// - Throws: ``RPMFailure`` where librpm is not there or cannot be set up, and what the work throws.
  static func withLock<Value: Sendable>(
    _ work: (borrowing lodge_rpm) throws(RPMFailure) -> Value
  ) throws(RPMFailure) -> Value {
    try turns.withLock { _ throws(RPMFailure) in
      if let failure = loaded.failure { throw .missing(failure) }
      return try work(loaded.table)
    }
  }

  private static let turns = Mutex(())

  /// Written once, before the first use, and never again.
  private static let loaded: (table: lodge_rpm, failure: String?) = {
    var table = lodge_rpm()
    if let failure = unsafe lodge_load_rpm(&table) {
      return (table, unsafe String(cString: failure))
    }
    // Of the host's configuration only what librpm itself ships is read: a user's macros would make
    // the same packages look different on another machine.
    guard unsafe table.rpmReadConfigFiles("/usr/lib/rpm/rpmrc", nil) == 0 else {
      return (table, "it cannot read its own configuration in /usr/lib/rpm")
    }
    // Checks that are not asked for by us are nobody's: the level only decides what rpm installs.
    _ = unsafe table.rpmDefineMacro(nil, "_pkgverify_level none", RMIL_CMDLINE)
    return (table, nil)
  }()
}

/// Why librpm could not do what was asked.
package enum RPMFailure: Error, Equatable, CustomStringConvertible {
  /// The library, or its configuration, is not there.
  case missing(String)
  /// A file that is no package, or a damaged one, in librpm's words.
  case damaged(String)
  /// A file of keys that holds none.
  case noKey(String)

  package var description: String {
    switch self {
    case .missing(let reason):
      "librpm cannot be used: \(reason); install it, such as with apt-get install librpm9 rpm-common"
    case .damaged(let reason): reason
    case .noKey(let reason): reason
    }
  }
}
