package import Foundation
package import LodgeModel

/// All that one run recorded, as one document that another ledger can take up.
package struct RunDocument: Codable, Equatable, Sendable {
  /// One set with what the run saw of it.
  package struct BuildSet: Codable, Equatable, Sendable {
    /// The digest of the lock; of the evidence, for a root that nobody listed.
    package var id: Digest
    package var name: String
    package var lock: Lock
    package var evidence: [ReadEvidence]
    /// The id of the set that it was compared with; nil for none.
    package var baseline: Digest?
    package var cells: [Cell]
    package var support: [Support]
    package var notes: [String]
  }

  /// Evidence that some version of the collectors read.
  package struct ReadEvidence: Codable, Equatable, Sendable {
    package var collectors: String
    package var digest: Digest
    /// Whether its bytes go with the document.
    package var isEnclosed: Bool
  }

  /// The version of this shape.
  package static let currentSchema = "lodge.run/1"

  package private(set) var schema = RunDocument.currentSchema
  /// The version of Lodge.
  package var tool: String
  package var started: Date
  package var ended: Date
  package var exitCode: Int32
  package var matrix: String?
  package var arguments: [String]
  /// The name that the lab gives itself; who signed says who it is.
  package var lab: String
  package var sets: [BuildSet]

  /// The digests of all contents that go with the document, each once.
  package var contents: [Digest] {
    let artefacts = sets.flatMap(\.cells).flatMap(\.artefacts).map(\.digest)
    let evidence = sets.flatMap(\.evidence).filter(\.isEnclosed).map(\.digest)
    return Set(artefacts + evidence).sorted()
  }

  /// Reads a document.
  ///
  /// - Throws: ``RunDocumentFailure``.
  package init(reading bytes: Data) throws(RunDocumentFailure) {
    struct Header: Decodable { var schema: String }
    guard let header = try? CanonicalJSON.decode(Header.self, from: bytes) else { throw .noRun }
    guard header.schema == Self.currentSchema else { throw .otherSchema(header.schema) }
    do { self = try CanonicalJSON.decode(Self.self, from: bytes) } catch {
      throw .damaged("\(error)")
    }
  }

  init(
    run: Run, ended: Date, exitCode: Int32, sets: [BuildSet]
  ) {
    (tool, started, self.ended) = (run.start.tool, run.start.started, ended)
    (self.exitCode, matrix, arguments) = (exitCode, run.start.matrix, run.start.arguments)
    (lab, self.sets) = (run.start.lab, sets)
  }
}

/// Why bytes are no run that this Lodge can take up.
package enum RunDocumentFailure: Error, Equatable, CustomStringConvertible {
  case noRun
  case otherSchema(String)
  case damaged(String)

  package var description: String {
    switch self {
    case .noRun: "what was signed is no run of Lodge"
    case .otherSchema(let schema):
      "it is of schema \(schema.prefix(40).debugDescription), and this Lodge reads"
        + " \(RunDocument.currentSchema); take it up with the Lodge that wrote it, or a newer one"
    case .damaged(let why): "what was signed is no whole run (\(why.prefix(400)))"
    }
  }
}
