import Foundation
import LodgeAttestation
import LodgeModel
import Testing

struct StatementTests {
  private let cells = [
    Lab.cell("a", .pass), Lab.cell("b", .pass, .launch, warns: true), Lab.cell("c", .fail),
    Lab.cell("d", .error), Lab.cell("e", .blocked), Lab.cell("f", .notRun),
    Lab.cell("g", .notRun, .metal), Lab.cell("h", .notApplicable),
  ]

  @Test func onlyAPassIsPassed() throws {
    let result = try TestResult(of: Lab.set(cells), in: Lab.run(.launch))
    #expect(result.result == .failed)
    #expect(result.passedTests == ["contract a (tdx) at packages"])
    #expect(result.warnedTests == ["contract b (tdx) at launch"])
    #expect(
      result.failedTests == ["c", "d", "e"].map { "contract \($0) (tdx) at packages" })
    #expect(result.details.inError == ["contract d (tdx) at packages"])
    #expect(result.details.blocked == ["contract e (tdx) at packages"])
    #expect(result.details.notRun == ["contract f (tdx) at packages"])
    #expect(result.details.later == ["contract g (tdx) at metal"])
    #expect(result.details.notApplicable == ["contract h (tdx) at packages"])
  }

  @Test(arguments: [
    ([Lab.cell("a", .pass)], TestResult.Outcome.passed),
    ([Lab.cell("a", .pass), Lab.cell("b", .notApplicable)], .passed),
    // The run did not go that far, and says so.
    ([Lab.cell("a", .pass), Lab.cell("b", .notRun, .metal)], .passed),
    ([Lab.cell("a", .pass), Lab.cell("b", .notRun, .launch)], .warned),
    ([Lab.cell("a", .pass, warns: true)], .warned),
    ([Lab.cell("a", .pass), Lab.cell("b", .fail)], .failed),
    ([Lab.cell("a", .pass), Lab.cell("b", .error)], .failed),
    ([Lab.cell("a", .pass), Lab.cell("b", .blocked)], .failed),
  ])
  func theResultIsNoBetterThanTheCells(
    _ cells: [Cell], _ expected: TestResult.Outcome
  ) throws {
    #expect(try TestResult(of: Lab.set(cells), in: Lab.run(.launch)).result == expected)
  }

  @Test func platformsTellCellsApart() throws {
    let cells = ["one", "two"].map {
      Cell(
        kind: .scenario, id: "sev/x", catalogue: nil, type: .sev, platform: $0, stage: .launch,
        outcome: .pass, reason: "")
    }
    let result = try TestResult(of: Lab.set(cells), in: Lab.run(.launch))
    #expect(result.passedTests.first == "scenario sev/x (sev on one) at launch")
    #expect(throws: StatementFailure.sameCell("contract a (tdx) at packages")) {
      try TestResult(
        of: Lab.set([Lab.cell("a", .pass), Lab.cell("a", .fail)]), in: Lab.run())
    }
  }

  @Test func whatWasNotJudgedIsNotAttested() throws {
    for cells in [[], [Lab.cell("a", .notRun), Lab.cell("b", .notApplicable)]] {
      #expect(throws: StatementFailure.nothingJudged) {
        try TestResult(of: Lab.set(cells), in: Lab.run())
      }
    }
  }

  @Test func theSubjectsAreTheFilesAndTheLock() throws {
    let lock = Lock(
      packages: try Lab.lock().packages + [Lab.package("installed", nil)])
    let subject = try SetSubject(lock)
    #expect(subject.files.map(\.name) == ["libvirt_1-1_amd64.deb", "qemu_1-1_amd64.deb"])
    #expect(subject.set != (try SetSubject(Lab.lock()).set))
    let written = try JSONSerialization.jsonObject(with: try CanonicalJSON.encode(subject))
    let last = (written as? [[String: Any]])?.last
    #expect(last?["name"] as? String == "lock")
    #expect(last?["digest"] as? [String: String] == ["sha256": subject.set.hex])
    #expect(throws: StatementFailure.noSubject) {
      try SetSubject(Lock(packages: [Lab.package("installed", nil)]))
    }
  }

  @Test func namesOfSubjectsAreUnique() throws {
    var packages = try Lab.lock().packages
    packages += packages.map { package in
      var other = package
      other.path = "other/\(package.path)"
      other.sha256 = Digest(String(repeating: "e", count: 64))
      return other
    }
    var hostile = packages[0]
    hostile.path = "pool/lock"
    let names = try SetSubject(Lock(packages: packages + [hostile])).files.map(\.name)
    #expect(Set(names).count == 5 && !names.contains("lock"))
  }

  @Test func resultsOfAnotherLockAreRefused() throws {
    let other = Lock(packages: [Lab.package("other", try Lab.digest("f"))])
    #expect(throws: StatementFailure.self) {
      try Statement(of: Lab.set([Lab.cell("a", .pass)]), lock: other, in: Lab.run())
    }
  }

  @Test func statementsAreReadAsTheyWereWritten() throws {
    let results = try Statement(of: Lab.set(cells), lock: Lab.lock(), in: Lab.run(.launch))
    #expect(
      try CanonicalJSON.decode(
        Statement<TestResult>.self, from: CanonicalJSON.encode(results, pretty: false)) == results)
    let verdict = try Lab.verdict(
      isYes: false, inputs: [.init(uri: "urn:uuid:1", sha256: try Lab.digest("9"))],
      waivers: ["R01 until 2027-01-01, by A"])
    #expect(
      try CanonicalJSON.decode(
        Statement<VerificationSummary>.self, from: CanonicalJSON.encode(verdict)) == verdict)
  }

  @Test func timesAreWholeSecondsOfUTC() throws {
    let results = try Statement(
      of: Lab.set([Lab.cell("a", .pass)]), lock: Lab.lock(), in: Lab.run())
    let text = String(decoding: try CanonicalJSON.encode(results), as: UTF8.self)
    #expect(text.contains(#""ended" : "2027-01-15T08:00:00Z""#))
  }

  @Test func aVerdictNamesItsLevel() throws {
    let text = String(
      decoding: try CanonicalJSON.encode(try Lab.verdict(inputs: []), pretty: false),
      as: UTF8.self)
    #expect(text.contains(#""verifiedLevels":["LODGE_SNP_GATE"]"#))
    let refused = String(
      decoding: try CanonicalJSON.encode(try Lab.verdict(isYes: false, inputs: []), pretty: false),
      as: UTF8.self)
    #expect(refused.contains(#""verifiedLevels":["FAILED"]"#))
    #expect(refused.contains(#""verificationResult":"FAILED""#))
    let odd = VerificationSummary(
      policy: "sig tdx-1\u{e9}", policyDigest: try Lab.digest("d"), set: try Lab.digest("e"),
      isYes: true, time: .init(timeIntervalSince1970: 0), inputs: [], lodge: "1")
    #expect(odd.level == "LODGE_SIG_TDX_1__GATE")
  }

  /// A statement whose parts contradict each other is not read, whoever signed it.
  @Test(arguments: [
    (#""result":"FAILED""#, #""result":"PASSED""#),
    (#""https://in-toto.io/Statement/v1""#, #""https://in-toto.io/Statement/v2""#),
    (#"test-result/v0.1"#, #"test-result/v0.2"#),
    (#""name":"lock""#, #""name":"other""#),
    (#""name":"qemu_1-1_amd64.deb""#, #""name":"lock""#),
    (#""ended":"2027-01-15T08:00:00Z""#, #""ended":"2027-01-15T08:00:00+01""#),
    (#""stage":"launch""#, #""stage":"moon""#),
    (#""sha256":"aaaa"#, #""sha256":"AAAA"#),
  ])
  func contradictionsAreNotRead(_ right: String, _ wrong: String) throws {
    let results = try Statement(of: Lab.set(cells), lock: Lab.lock(), in: Lab.run(.launch))
    let text = String(
      decoding: try CanonicalJSON.encode(results, pretty: false), as: UTF8.self)
    #expect(text.contains(right))
    let lab = try Lab()
    let envelope = try Envelope(
      signing: Data(text.replacing(right, with: wrong).utf8), with: lab.key)
    let failure = try Verification(of: envelope.line, trusting: lab.trusted).failures.first ?? nil
    switch failure {
    case .noStatement, .otherPredicate: break
    default: Issue.record("\(wrong): \(failure.map(String.init(describing:)) ?? "believed")")
    }
  }
}
