package import LodgeModel

/// A statement that a trusted lab signed.
package struct Attestation: Equatable, Sendable {
  /// What is stated.
  package enum Claim: Equatable, Sendable {
    case testResult(Statement<TestResult>)
    case verdict(Statement<VerificationSummary>)
  }

  package let claim: Claim
  package let signer: TrustedKeys.Lab
  /// The ``Envelope/digest`` of its envelope.
  package let digest: Digest

  /// What the statement is about.
  package var subject: SetSubject {
    switch claim {
    case .testResult(let statement): statement.subject
    case .verdict(let statement): statement.subject
    }
  }

  /// Verifies the signature, and only then looks at what was signed.
  ///
  /// - Throws: ``LineFailure``.
  init(verifying envelope: Envelope, by keys: TrustedKeys) throws(LineFailure) {
    do { signer = try envelope.signer(among: keys) } catch { throw .envelope(error) }
    digest = envelope.digest
    struct Header: Decodable { var predicateType: String }
    let bytes = envelope.payload
    guard let header = try? CanonicalJSON.decode(Header.self, from: bytes) else {
      throw .noStatement(signer.name, "it is no in-toto statement")
    }
    do {
      switch header.predicateType {
      case TestResult.type:
        claim = .testResult(try CanonicalJSON.decode(Statement<TestResult>.self, from: bytes))
      case VerificationSummary.type:
        claim = .verdict(
          try CanonicalJSON.decode(Statement<VerificationSummary>.self, from: bytes))
      default: throw LineFailure.otherPredicate(header.predicateType)
      }
    } catch let failure as LineFailure {
      throw failure
    } catch {
      throw .noStatement(signer.name, Self.reason(error))
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    let context =
      switch error {
      case .dataCorrupted(let context), .keyNotFound(_, let context),
        .typeMismatch(_, let context), .valueNotFound(_, let context):
        context
      @unknown default: DecodingError.Context(codingPath: [], debugDescription: "\(error)")
      }
    let place = context.codingPath.map(\.stringValue).joined(separator: ".")
    return (place.isEmpty ? "" : "\(place): ") + context.debugDescription
  }
}
