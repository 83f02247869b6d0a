package import Foundation

/// The exact packages of a build set, by digest; its own digest is the set's id.
package struct Lock: Codable, Equatable, Sendable {
  /// An archive suite whose signed index had passed its Valid-Until date, knowingly accepted.
  package struct AcceptedExpiry: Codable, Equatable, Sendable {
    package var suite: String
    /// The Valid-Until date of the suite's Release file.
    package var validUntil: Date

    package init(suite: String, validUntil: Date) {
      (self.suite, self.validUntil) = (suite, validUntil)
    }
  }

  /// The version of this format.
  package static let currentSchema = "lodge.lock/1"

  package private(set) var schema = Lock.currentSchema
  /// Suites for which the set accepts an expired index; empty for most sets.
  package private(set) var acceptExpired: [AcceptedExpiry]
  /// The members and all they depend on, ordered by name, architecture and version.
  package private(set) var packages: [Package]

  package init(packages: [Package], acceptExpired: [AcceptedExpiry] = []) {
    self.packages = packages.sorted {
      ($0.name, $0.architecture, $0.version) < ($1.name, $1.architecture, $1.version)
    }
    self.acceptExpired = acceptExpired.sorted { $0.suite < $1.suite }
  }

  /// The bytes that are written to a lock file and digested.
  package var canonicalBytes: Data {
    // A lock holds strings, integers and whole-second dates only, which JSON always can encode.
    (try? CanonicalJSON.encode(self)) ?? Data()
  }

  /// Reads a lock file.
  ///
  /// - Throws: ``LockFailure`` for another schema, or text that is no lock.
  package init(reading data: Data) throws(LockFailure) {
    struct Header: Decodable { var schema: String }
    guard let header = try? CanonicalJSON.decode(Header.self, from: data) else {
      throw .notALock
    }
    guard header.schema == Self.currentSchema else { throw .otherSchema(header.schema) }
    do {
      let decoded = try CanonicalJSON.decode(Lock.self, from: data)
      self.init(packages: decoded.packages, acceptExpired: decoded.acceptExpired)
    } catch {
      throw .damaged("\(error)")
    }
  }
}

/// Why a file is not a lock that this version of Lodge can use.
package enum LockFailure: Error, Equatable, CustomStringConvertible {
  case notALock
  case otherSchema(String)
  case damaged(String)

  package var description: String {
    switch self {
    case .notALock:
      "not a lock file: it is no JSON object with a schema; make one with lodge set lock"
    case .otherSchema(let schema):
      "its schema is \(schema), this Lodge reads \(Lock.currentSchema); make it anew with lodge set lock"
    case .damaged(let why):
      "damaged lock file (\(why)); make it anew with lodge set lock"
    }
  }
}
