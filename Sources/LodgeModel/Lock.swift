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

  /// Where packages of the lock can be had, and which state of it was looked at.
  package struct Source: Codable, Equatable, Sendable, CustomStringConvertible {
    /// What packages of it have as their ``Package/suite``.
    package var id: String
    /// The base of a repository, below which packages have their ``Package/path``.
    package var baseurl: String?
    /// What names the mirrors of a repository, instead of one base.
    package var metalink: String?
    /// The base below which a Koji hub keeps its builds.
    package var topurl: String?
    /// The address of the Koji hub.
    package var server: String?
    /// The tag that was read.
    package var tag: String?
    /// The number of the hub's event that the tag was read at.
    package var event: Int?

    package init(
      id: String, baseurl: String? = nil, metalink: String? = nil, topurl: String? = nil,
      server: String? = nil, tag: String? = nil, event: Int? = nil
    ) {
      (self.id, self.baseurl, self.metalink, self.topurl) = (id, baseurl, metalink, topurl)
      (self.server, self.tag, self.event) = (server, tag, event)
    }

    /// Where packages are from, on one line.
    package var description: String {
      let place = baseurl ?? metalink ?? server ?? topurl ?? "an unknown place"
      let state = (tag.map { " tag \($0)" } ?? "") + (event.map { " at event \($0)" } ?? "")
      return "from \(id): \(place)\(state)"
    }
  }

  /// A source package that the set would have, and that its archive lists but no longer has.
  package struct Lacking: Codable, Equatable, Sendable, CustomStringConvertible {
    package var name: String
    package var version: String
    /// What the archive answered.
    package var reason: String

    package init(name: String, version: String, reason: String) {
      (self.name, self.version, self.reason) = (name, version, reason)
    }

    /// What is not there and what can be done, on one line.
    package var description: String {
      "source \(name) \(version) is left out: \(reason); to have it judged, add its .dsc and tars, or"
        + " its .src.rpm, from another place"
    }
  }

  /// The version of this format.
  package static let currentSchema = "lodge.lock/1"

  package private(set) var schema = Lock.currentSchema
  /// Suites for which the set accepts an expired index; empty for most sets.
  package private(set) var acceptExpired: [AcceptedExpiry]
  /// The members and all they depend on, ordered by name, architecture and version.
  package private(set) var packages: [Package]

  /// Where packages can be had, ordered by id; nil where apt's configuration or nothing tells.
  package private(set) var sources: [Source]?

  /// What the set was made without, ordered by name; nil where it lacks nothing.
  package private(set) var lacking: [Lacking]?

  package init(
    packages: [Package], acceptExpired: [AcceptedExpiry] = [], sources: [Source] = [],
    lacking: [Lacking] = []
  ) {
    self.sources = sources.isEmpty ? nil : sources.sorted { $0.id < $1.id }
    self.lacking = lacking.isEmpty ? nil : lacking.sorted { $0.name < $1.name }
    self.packages = packages.sorted {
      ($0.name, $0.architecture, $0.version, $0.path)
        < ($1.name, $1.architecture, $1.version, $1.path)
    }
    self.acceptExpired = acceptExpired.sorted { $0.suite < $1.suite }
  }

  /// The bytes that are written to a lock file.
  package var canonicalBytes: Data {
    // A lock holds strings, integers and whole-second dates only, which JSON always can encode.
    (try? CanonicalJSON.encode(self)) ?? Data()
  }

  /// The bytes that are digested: without where copies of the packages are, which another mirror or
  /// a later state of a tag would change and the set would not, and without what it lacks.
  package var identity: Data {
    Lock(packages: packages, acceptExpired: acceptExpired).canonicalBytes
  }

  /// Where a package can be had; nil where the lock does not say.
  package func source(of package: Package) -> Source? {
    package.suite.isEmpty ? nil : sources?.first { $0.id == package.suite }
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
      self.init(
        packages: decoded.packages, acceptExpired: decoded.acceptExpired,
        sources: decoded.sources ?? [], lacking: decoded.lacking ?? [])
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
