package import Foundation
package import LodgeModel

/// What became of each line of a file of signed statements.
package struct Verification: Sendable {
  /// One line of the file.
  package struct Line: Sendable {
    /// Counted from 1.
    package let number: Int
    package let outcome: Result<Attestation, LineFailure>
    /// The statements that a verdict rests on; empty for anything else.
    package let inputs: [Input]
  }

  /// A statement that a verdict rests on.
  package struct Input: Equatable, Sendable {
    package let descriptor: ResourceDescriptor
    /// The line where it is; nil where it is not in the file.
    package let line: Int?
  }

  /// The set that all statements must be about.
  package enum Expectation: Equatable, Sendable {
    case id(Digest)
    /// The set of a lock: the same id, and the same files one by one.
    case exactly(SetSubject)
  }

  package let lines: [Line]

  /// Whether nothing is wrong with any line.
  package var isGood: Bool {
    lines.allSatisfy { if case .success = $0.outcome { true } else { false } }
  }

  /// Verifies every line, with the file and the keys alone.
  ///
  /// - Throws: ``AttestationFileFailure`` where the whole file is out of the question.
  package init(
    of file: Data, trusting keys: TrustedKeys, about expected: Expectation? = nil
  ) throws(AttestationFileFailure) {
    let (contents, isWhole) = try AttestationFile.lines(of: file)
    var seen: [Data: Int] = [:]
    var outcomes: [Result<Attestation, LineFailure>] = []
    for (index, content) in contents.enumerated() {
      let first = seen[content]
      if first == nil { seen[content] = index + 1 }
      outcomes.append(
        Result { () throws(LineFailure) in
          if let first { throw .twice(first) }
          guard isWhole || index + 1 < contents.count else { throw .noEnd }
          return try Self.attestation(content, keys, expected)
        })
    }
    let verified = outcomes.map { try? $0.get() }
    lines = outcomes.enumerated().map { index, outcome in
      do throws(LineFailure) {
        let inputs = try Self.inputs(of: try outcome.get(), among: verified)
        return Line(number: index + 1, outcome: outcome, inputs: inputs)
      } catch {
        return Line(number: index + 1, outcome: .failure(error), inputs: [])
      }
    }
  }

  private static func attestation(
    _ line: Data, _ keys: TrustedKeys, _ expected: Expectation?
  ) throws(LineFailure) -> Attestation {
    let envelope: Envelope
    do { envelope = try Envelope(reading: line) } catch { throw .envelope(error) }
    let attestation = try Attestation(verifying: envelope, by: keys)
    switch expected {
    case nil: break
    case .id(let set):
      guard attestation.subject.set == set else { throw .otherSet(attestation.subject.set, set) }
    case .exactly(let subject):
      guard attestation.subject.set == subject.set else {
        throw .otherSet(attestation.subject.set, subject.set)
      }
      guard attestation.subject == subject else { throw .otherFiles(subject.set) }
    }
    return attestation
  }

  /// Where the inputs of a verdict are among the other lines.
  private static func inputs(
    of attestation: Attestation, among all: [Attestation?]
  ) throws(LineFailure) -> [Input] {
    guard case .verdict(let statement) = attestation.claim else { return [] }
    var inputs: [Input] = []
    for descriptor in statement.predicate.inputs {
      let index = all.firstIndex { $0?.digest == descriptor.sha256 }
      if let index, let other = all[index] {
        guard other.subject.set == attestation.subject.set else {
          throw .inputOfOtherSet(line: index + 1)
        }
      } else if let uri = descriptor.uri,
        let index = all.firstIndex(where: { $0?.isTestResult(of: uri) == true })
      {
        throw .otherInput(uri, line: index + 1)
      }
      inputs.append(Input(descriptor: descriptor, line: index.map { $0 + 1 }))
    }
    return inputs
  }
}

extension Attestation {
  fileprivate func isTestResult(of run: String) -> Bool {
    guard case .testResult(let statement) = claim else { return false }
    return statement.predicate.url == run
  }
}

/// Why a line of a file of signed statements is not to be believed.
package enum LineFailure: Error, Equatable, Sendable, CustomStringConvertible {
  case envelope(EnvelopeFailure)
  case noEnd
  /// The line where the same stands before.
  case twice(Int)
  case noStatement(LabName, String)
  case otherPredicate(String)
  case otherSet(Digest, Digest)
  case otherFiles(Digest)
  case inputOfOtherSet(line: Int)
  case otherInput(String, line: Int)

  package var description: String {
    switch self {
    case .envelope(let failure): "\(failure)"
    case .noEnd: "it has no end: the file was cut off; get it again from who published it"
    case .twice(let line):
      "it is line \(line) again, which says nothing more; get the file again from who published it"
    case .noStatement(let lab, let why):
      "\(lab) signed it, but it is no statement that this Lodge can read (\(why.printable)); use a"
        + " newer Lodge, or ask \(lab) what made it"
    case .otherPredicate(let type):
      "it is a statement of type \(type.printable), which this Lodge does not know; use a newer one"
    case .otherSet(let found, let wanted):
      "it is about another set, \(found), and not about \(wanted); get the file of that one"
    case .otherFiles(let set):
      "it names set \(set), but not exactly the package files of its lock; do not use it, and ask who"
        + " signed it"
    case .inputOfOtherSet(let line):
      "it is a verdict that rests on line \(line), which is about another set; do not use it, and ask"
        + " who signed it"
    case .otherInput(let uri, let line):
      "it is a verdict that rests on run \(uri.printable), and line \(line) tells of that run, but is"
        + " not the statement that was judged; get the file again from who published it"
    }
  }
}
