import Foundation
import LodgeAttestation
import LodgeModel

/// What `lodge verify` prints.
struct VerificationReport: Encodable {
  /// One file.
  struct File: Encodable {
    var file: String
    /// What is wrong with the whole file.
    var problem: String?
    var lines: [Line]

    /// Verifies a file; what goes wrong is part of the report.
    init(_ path: String, _ verify: () throws -> Verification) {
      file = path
      do { lines = try verify().lines.map(Line.init) } catch {
        (problem, lines) = ("\(error)", [])
      }
    }

    var isGood: Bool { problem == nil && lines.allSatisfy(\.verified) }
  }

  /// One line of a file; what a line does not tell is left out.
  struct Line: Encodable {
    var line: Int
    var verified: Bool
    /// What is wrong, and what to do.
    var problem: String?
    /// What it is: `test-result` or `verdict`.
    var kind: Kind?
    var lab: String?
    /// The id of the key that signed.
    var key: String?
    var set: Digest?
    /// How many package files it names.
    var files: Int?
    /// The digest of the line, by which verdicts name it.
    var digest: Digest?
    var result: String?
    var stage: Stage?
    /// When the run ended, or the verdict was given.
    var time: Date?
    var run: String?
    /// How many cells there are of each kind.
    var cells: [String: Int]?
    var policy: String?
    var policyDigest: Digest?
    var levels: [String]?
    var waivers: [String]?
    var inputs: [Input]?
  }

  enum Kind: String, Encodable {
    case testResult = "test-result"
    case verdict
  }

  /// A statement that a verdict rests on.
  struct Input: Encodable {
    var run: String?
    var digest: Digest
    /// Nil where it is not in the file.
    var line: Int?
  }

  private(set) var schema = "lodge.verification/1"
  var files: [File]

  init(files: [File]) { self.files = files }

  var isGood: Bool { files.allSatisfy(\.isGood) }
}

extension VerificationReport.Line {
  init(_ line: Verification.Line) {
    self.line = line.number
    switch line.outcome {
    case .failure(let failure):
      (verified, problem) = (false, "\(failure)")
    case .success(let attestation):
      verified = true
      (lab, key) = (attestation.signer.name.description, attestation.signer.key.id.hex)
      (set, files) = (attestation.subject.set, attestation.subject.files.count)
      digest = attestation.digest
      switch attestation.claim {
      case .testResult(let statement): tell(of: statement.predicate)
      case .verdict(let statement): tell(of: statement.predicate, inputs: line.inputs)
      }
    }
  }

  private mutating func tell(of result: TestResult) {
    (kind, self.result, stage) = (.testResult, result.result.rawValue, result.details.stage)
    (time, run) = (result.details.ended.date, result.url)
    cells = [
      "passed": result.passedTests.count, "warned": result.warnedTests.count,
      "failed": result.failedTests.count, "notRun": result.details.notRun.count,
      "later": result.details.later.count, "notApplicable": result.details.notApplicable.count,
    ]
  }

  private mutating func tell(of verdict: VerificationSummary, inputs: [Verification.Input]) {
    (kind, result, time) = (.verdict, verdict.isYes ? "PASSED" : "FAILED", verdict.time.date)
    (policy, policyDigest) = (verdict.policy, verdict.policyDigest)
    (levels, waivers) = (verdict.isYes ? [verdict.level] : [], verdict.waivers)
    self.inputs = inputs.map {
      .init(run: $0.descriptor.uri, digest: $0.descriptor.sha256, line: $0.line)
    }
  }
}

extension VerificationReport {
  /// The report for people.
  var text: String {
    files.map { file in
      let lines = file.lines.flatMap { line in
        ["line \(line.line): \(line.headline)"] + line.details.map { "  \($0)" }
      }
      let problem = file.problem.map { ["wrong: \($0)"] } ?? []
      return "\(file.file.printable)\n" + (problem + lines).map { "  \($0)\n" }.joined()
    }.joined()
  }
}

extension VerificationReport.Line {
  fileprivate var headline: String {
    if let problem { return "wrong: \(problem)" }
    return switch kind {
    case .testResult: "results of a run, \(result ?? "")"
    default: "verdict by policy \((policy ?? "").printable), \(result ?? "")"
    }
  }

  fileprivate var details: [String] {
    guard verified else { return [] }
    var told = [
      "signed by \(lab ?? "") (key \(key ?? ""))",
      "about set \(set?.description ?? "") (\(files ?? 0) package files)",
    ]
    if let time { told.append("as of \(time.formatted(.iso8601))") }
    if let cells, let stage, let run {
      let words = [
        ("passed", "passed"), ("warned", "passed with a warning"), ("failed", "failed"),
        ("notRun", "not run"), ("notApplicable", "not applicable"),
      ]
      let counts = words.map { "\(cells[$0.0] ?? 0) \($0.1)" }.joined(separator: ", ")
      told.append("run \(run.printable) up to stage \(stage.rawValue): \(counts)")
    }
    if let policyDigest { told.append("policy \(policyDigest)") }
    told += (waivers ?? []).map { "waived: \($0.printable)" }
    told += (inputs ?? []).map { input in
      let run = input.run.map { "run \($0.printable), " } ?? ""
      return "rests on \(run)\(input.digest): "
        + (input.line.map { "line \($0)" } ?? "not here")
    }
    return told
  }
}
