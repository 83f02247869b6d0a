import Foundation
package import LodgeModel

/// What a statement says of its subjects, in a shape that its type names.
package protocol StatementPredicate: Codable, Equatable, Sendable {
  /// The URI of the shape.
  static var type: String { get }
  /// The set that is spoken of, where the predicate itself says which.
  var set: Digest? { get }
}

/// A claim about a build set: an in-toto statement.
///
/// **Source:** in-toto attestation v1, statement.md.
package struct Statement<Content: StatementPredicate>: Equatable, Sendable {
  package let subject: SetSubject
  package let predicate: Content

  /// Says something of a set.
  ///
  /// - Throws: ``StatementFailure`` where the predicate is about another one.
  package init(about subject: SetSubject, _ predicate: Content) throws(StatementFailure) {
    if let set = predicate.set, set != subject.set {
      throw .otherSet(lock: subject.set, results: set)
    }
    (self.subject, self.predicate) = (subject, predicate)
  }

  /// The statement in an envelope.
  ///
  /// - Throws: `EncodingError`, ``EnvelopeFailure/tooLarge``, or an error of the cryptographic
  ///   library.
  package func signed(with key: SigningKey) throws -> Envelope {
    try Envelope(signing: CanonicalJSON.encode(self, pretty: false), with: key)
  }
}

extension Statement: Codable {
  private static var schema: String { "https://in-toto.io/Statement/v1" }

  private enum CodingKeys: String, CodingKey {
    case schema = "_type"
    case subject, predicateType, predicate
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    for (key, wanted) in [(CodingKeys.schema, Self.schema), (.predicateType, Content.type)] {
      let found = try container.decode(String.self, forKey: key)
      guard found == wanted else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "\(found) is not \(wanted)")
      }
    }
    try self.init(
      about: try container.decode(SetSubject.self, forKey: .subject),
      try container.decode(Content.self, forKey: .predicate))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.schema, forKey: .schema)
    try container.encode(subject, forKey: .subject)
    try container.encode(Content.type, forKey: .predicateType)
    try container.encode(predicate, forKey: .predicate)
  }
}

/// Why something cannot be stated of a set.
package enum StatementFailure: Error, Equatable, Sendable, CustomStringConvertible {
  case noSubject
  case otherSet(lock: Digest, results: Digest)
  case nothingJudged
  case sameCell(String)

  package var description: String {
    switch self {
    case .noSubject:
      "none of the packages has a digest, as on an installed host, so that it would be about no file;"
        + " attest a set whose packages were fetched"
    case .otherSet(let lock, let results):
      "the lock is that of \(lock), and what is said is about \(results); give both of one set"
    case .nothingJudged:
      "no cell was judged, and there is nothing to say; lodge matrix tells what is missing"
    case .sameCell(let name):
      "there are two cells \(name), and which of them counts is not known; report this"
    }
  }
}
