import Foundation
import LodgeAttestation
import LodgeModel
import LodgeTesting
import Testing

struct VerificationTests {
  private let lab: Lab

  init() throws { lab = try Lab() }

  private func verify(
    _ file: Data, about set: Verification.Expectation? = nil
  ) throws -> Verification {
    try Verification(of: file, trusting: lab.trusted, about: set)
  }

  @Test func aGoodFileSaysWhoSignedWhat() throws {
    let verification = try verify(try lab.file())
    #expect(verification.isGood && verification.lines.map(\.number) == [1, 2])
    let statements = try verification.lines.map { try $0.outcome.get() }
    #expect(statements.allSatisfy { $0.signer.name.description == "sig-lab" })
    #expect(try statements.map(\.subject) == [SetSubject(Lab.lock()), SetSubject(Lab.lock())])
    #expect(verification.lines[0].inputs.isEmpty)
    #expect(verification.lines[1].inputs.map(\.line) == [1])
    #expect(verification.lines[1].inputs.first?.descriptor.uri == "urn:uuid:1")
  }

  /// No byte of a file can be changed without being noticed, on the line where it is.
  @Test func everyChangedByteIsFound() throws {
    let file = try lab.file()
    for index in file.indices {
      var changed = file
      // Another bit in each place, so that all are tried; the highest makes no text any more.
      changed[index] ^= 1 << UInt8(index % 8)
      let verification = try Verification(of: changed, trusting: lab.trusted)
      let line = file[..<index].count { $0 == 10 } + 1
      #expect(verification.firstWrong == line, "byte \(index)")
    }
  }

  @Test func everyCutIsFoundButThatBetweenLines() throws {
    let file = try lab.file()
    let first = try lab.results().line.count
    for length in 1..<file.count where length != first {
      let verification = try verify(file.prefix(length))
      #expect(verification.firstWrong == (length < first ? 1 : 2), "\(length)")
      #expect(verification.failures.last == .noEnd)
    }
    // A file is not signed as a whole; what a verdict rests on can be missed.
    #expect(try verify(file.prefix(first)).isGood)
    let verdict = try verify(Data(file.dropFirst(first)))
    #expect(verdict.isGood && verdict.lines.first?.inputs.map(\.line) == [nil])
  }

  @Test func insertedAndRemovedBytesAreFound() throws {
    let file = try lab.file()
    var numbers = SplitMix(state: 1)
    for _ in 0..<400 {
      let index = Int.random(in: 0..<file.count, using: &numbers)
      var longer = file
      longer.insert(UInt8.random(in: 0...255, using: &numbers), at: index)
      #expect(try !verify(longer).isGood)
      var shorter = file
      shorter.remove(at: index)
      #expect(try !verify(shorter).isGood)
    }
  }

  @Test func filesThatAreNoneHaveTheirOwnErrors() throws {
    #expect(throws: AttestationFileFailure.empty) { try verify(Data()) }
    #expect(throws: AttestationFileFailure.tooManyLines) {
      try verify(Data(repeating: 10, count: 1001))
    }
    #expect(try verify(Data(repeating: 10, count: 1000)).lines.count == 1000)
    #expect(throws: AttestationFileFailure.tooLarge) {
      try verify(Data(count: AttestationFile.limit.bytes + 1))
    }
    let file = try lab.file()
    let twice = try verify(file + lab.results().line)
    #expect(twice.failures == [nil, nil, .twice(1)])
    let gap = try verify(file + Data("\n".utf8))
    #expect(gap.failures == [nil, nil, .envelope(.empty)])
    // The order of lines says nothing.
    let turned = try verify(try lab.verdict(on: lab.results()).line + lab.results().line)
    #expect(turned.isGood && turned.lines[0].inputs.map(\.line) == [2])
  }

  @Test func otherSignedTextsAreNotBelieved() throws {
    for (payload, words) in [
      ("hello", "no in-toto statement"), ("{}", "no in-toto statement"),
      (#"{"predicateType":"urn:x"}"#, "urn:x, which this Lodge does not know"),
      (
        #"{"predicateType":"https://slsa.dev/verification_summary/v1"}"#,
        "no statement that this Lodge can read"
      ),
      (
        #"{"predicateType":"x","a":"# + String(repeating: "[", count: 1 << 20),
        "no in-toto statement"
      ),
    ] {
      let envelope = try Envelope(signing: Data(payload.utf8), with: lab.key)
      let failure = try verify(envelope.line).failures.first ?? nil
      #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
    }
  }

  @Test func aVerdictIsComparedWithWhatItRestsOn() throws {
    let (results, others) = (try lab.results(), try lab.results(uri: "urn:uuid:2"))
    // It was given on other results of the run that the file tells of.
    let verdict = try lab.verdict(on: others)
    let swapped = try verify(AttestationFile([results, verdict]).bytes)
    #expect(swapped.failures == [nil, .otherInput("urn:uuid:1", line: 1)])
    let elsewhere = try verify(
      AttestationFile([results, try lab.verdict(on: others, uri: "urn:uuid:2")]).bytes)
    #expect(elsewhere.isGood && elsewhere.lines[1].inputs.map(\.line) == [nil])
    let both = try verify(AttestationFile([results, others, verdict]).bytes)
    #expect(both.isGood && both.lines[2].inputs.map(\.line) == [2])
  }

  @Test func aVerdictOnOneSetDoesNotRestOnAnother() throws {
    let lock = Lock(packages: [Lab.package("other", try Lab.digest("f"))])
    let subject = try SetSubject(lock)
    let set = Results.BuildSet(
      id: subject.set, name: "x", packages: 1, cells: [Lab.cell("a", .pass)])
    let other = try Statement(of: set, lock: lock, in: Lab.run()).signed(with: lab.key)
    let verification = try verify(AttestationFile([other, try lab.verdict(on: other)]).bytes)
    #expect(verification.failures == [nil, .inputOfOtherSet(line: 1)])
    #expect(throws: StatementFailure.self) {
      try Statement(about: subject, Lab.verdict(inputs: []).predicate)
    }
  }

  @Test func theSetCanBeAskedFor() throws {
    let file = try lab.file()
    let subject = try SetSubject(Lab.lock())
    #expect(try verify(file, about: .id(subject.set)).isGood)
    #expect(try verify(file, about: .exactly(subject)).isGood)
    let other = try SetSubject(Lock(packages: [Lab.package("other", try Lab.digest("f"))]))
    for expected in [Verification.Expectation.id(other.set), .exactly(other)] {
      let failure = LineFailure.otherSet(subject.set, other.set)
      #expect(try verify(file, about: expected).failures == [failure, failure])
    }
    // The id of the lock, with files that are not in it.
    let text = String(decoding: try lab.results().payload, as: UTF8.self)
    let altered = try Envelope(
      signing: Data(text.replacing("aaaaaaaa", with: "99999999").utf8), with: lab.key)
    #expect(try verify(altered.line, about: .id(subject.set)).isGood)
    #expect(
      try verify(altered.line, about: .exactly(subject)).failures == [.otherFiles(subject.set)])
  }

  /// Damage of any kind ends in an error of a line or of the file, and never in trust.
  @Test func randomDamageIsNeverBelieved() throws {
    let file = try lab.file()
    var numbers = SplitMix(state: 2)
    for _ in 0..<1500 {
      var damaged = file
      for _ in 0..<Int.random(in: 1...8, using: &numbers) {
        let start = Int.random(in: 0..<damaged.count, using: &numbers)
        let end = min(damaged.count, start + Int.random(in: 0...40, using: &numbers))
        let piece = (0..<Int.random(in: 0...40, using: &numbers)).map { _ in
          Bool.random(using: &numbers)
            ? UInt8.random(in: 0...255, using: &numbers)
            : damaged[Int.random(in: 0..<damaged.count, using: &numbers)]
        }
        damaged.replaceSubrange(start..<end, with: piece)
        if damaged.isEmpty { break }
      }
      guard damaged != file, let verification = try? verify(damaged) else { continue }
      #expect(!verification.isGood || verification.lines.count < 2)
    }
  }
}
