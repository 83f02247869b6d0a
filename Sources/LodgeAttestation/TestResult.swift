import Foundation
package import LodgeModel

/// What one run saw of a set, as a test result of in-toto.
///
/// **Source:** in-toto attestation, spec/predicates/test-result.md, v0.1. It knows passed, warned and
/// failed tests alone; what else a cell can be stands in an extension field.
package struct TestResult: StatementPredicate {
  package static let type = "https://in-toto.io/attestation/test-result/v0.1"

  /// What the whole run came to.
  package enum Outcome: String, Codable, Sendable {
    case passed = "PASSED"
    case warned = "WARNED"
    case failed = "FAILED"
  }

  /// What the lists of in-toto have no room for.
  package struct Details: Codable, Equatable, Sendable {
    package let set: Digest
    /// How far the run went.
    package let stage: Stage
    package let ended: Timestamp
    /// The version of Lodge.
    package let lodge: String
    /// Of the failed ones, those in which Lodge or its input was in error.
    package let inError: [String]
    /// Of the failed ones, those whose prerequisite failed.
    package let blocked: [String]
    /// Cells of the run's stages that were not run.
    package let notRun: [String]
    /// Cells of later stages, to which the run did not go.
    package let later: [String]
    package let notApplicable: [String]
  }

  /// What the run was told to do, such as the matrix file.
  package let configuration: [ResourceDescriptor]
  /// Names the run among all runs of all labs.
  package let url: String
  /// Cells that passed without a warning.
  package let passedTests: [String]
  /// Cells that passed, with a warning.
  package let warnedTests: [String]
  /// Cells that failed, are blocked, or in error: of none of them it is known that it is green.
  package let failedTests: [String]
  package let details: Details

  package var set: Digest? { details.set }

  /// Failed if anything is not known to be green; passed only if all that the run's stages have was
  /// judged, and nothing warned.
  package var result: Outcome {
    if !failedTests.isEmpty { return .failed }
    return warnedTests.isEmpty && details.notRun.isEmpty ? .passed : .warned
  }

  /// How many cells are passed, warned or failed.
  package var judged: Int { passedTests.count + warnedTests.count + failedTests.count }

  /// The result of a run on one set.
  ///
  /// - Throws: ``StatementFailure`` where nothing was judged.
  package init(of set: Results.BuildSet, in run: RunDescription) throws(StatementFailure) {
    func names(_ isMeant: (Cell) -> Bool) -> [String] {
      set.cells.filter(isMeant).map(\.place).sorted()
    }
    let all = names { _ in true }
    if let (twice, _) = zip(all, all.dropFirst()).first(where: { $0 == $1 }) {
      throw .sameCell(twice)
    }
    let reached = run.stage
    (configuration, url) = (run.configuration, run.uri)
    passedTests = names { $0.outcome == .pass && !$0.hasWarning }
    warnedTests = names { $0.outcome == .pass && $0.hasWarning }
    failedTests = names { [.fail, .error, .blocked].contains($0.outcome) }
    details = Details(
      set: set.id, stage: reached, ended: run.ended, lodge: run.lodge,
      inError: names { $0.outcome == .error }, blocked: names { $0.outcome == .blocked },
      notRun: names { $0.outcome == .notRun && $0.stage <= reached },
      later: names { $0.outcome == .notRun && $0.stage > reached },
      notApplicable: names { $0.outcome == .notApplicable })
    guard judged > 0 else { throw .nothingJudged }
  }
}

extension TestResult: Codable {
  private enum CodingKeys: String, CodingKey {
    case result, configuration, url, passedTests, warnedTests, failedTests
    // Extension fields are named by URIs: in-toto attestation v1, README.md.
    case details = "urn:lodge:test-result:1"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    configuration = try container.decode([ResourceDescriptor].self, forKey: .configuration)
    url = try container.decode(String.self, forKey: .url)
    passedTests = try container.decode([String].self, forKey: .passedTests)
    warnedTests = try container.decode([String].self, forKey: .warnedTests)
    failedTests = try container.decode([String].self, forKey: .failedTests)
    details = try container.decode(Details.self, forKey: .details)
    guard try container.decode(Outcome.self, forKey: .result) == result, judged > 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .result, in: container, debugDescription: "the result is not that of the lists")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(result, forKey: .result)
    try container.encode(configuration, forKey: .configuration)
    try container.encode(url, forKey: .url)
    try container.encode(passedTests, forKey: .passedTests)
    try container.encode(warnedTests, forKey: .warnedTests)
    try container.encode(failedTests, forKey: .failedTests)
    try container.encode(details, forKey: .details)
  }
}

extension Statement<TestResult> {
  /// What a run saw of the set that a lock lists.
  ///
  /// - Throws: ``StatementFailure`` where nothing was judged, no package has a digest, or the lock
  ///   is not that of the set.
  package init(
    of set: Results.BuildSet, lock: Lock, in run: RunDescription
  ) throws(StatementFailure) {
    try self.init(about: SetSubject(lock), TestResult(of: set, in: run))
  }
}

extension Cell {
  fileprivate var hasWarning: Bool { findings.contains { $0.grade == .warn } }

  /// The cell's place in the matrix of its set, which no other cell has.
  fileprivate var place: String {
    let words = [type?.rawValue, platform.map { "on \($0)" }].compactMap(\.self)
    let circumstances = words.isEmpty ? "" : " (\(words.joined(separator: " ")))"
    return "\(kind.rawValue) \(id)\(circumstances) at \(stage.rawValue)"
  }
}
