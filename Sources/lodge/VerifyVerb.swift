import ArgumentParser
import Foundation
import LodgeAttestation
import LodgeModel

/// `lodge verify FILE...`: who signed what, and whether anything was changed.
struct VerifyVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verifies signed results and verdicts, with no network and no ledger.",
    discussion: """
      Exit code 0 says that all statements are genuine, whatever they state: read the result of each. \
      Exit code 2 says that something is wrong with a line, and what.
      """)

  @Argument(help: ArgumentHelp("Files of signed statements.", valueName: "file"))
  var files: [String]

  @OptionGroup var trust: TrustOptions

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("The id of the set that all must be about.", valueName: "id"))
  var set: Digest?

  @Option(
    help: ArgumentHelp("The lock of the set that all must be about.", valueName: "file"))
  var locked: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard set == nil || locked == nil else {
      throw ValidationError("name --set ID or --locked FILE")
    }
  }

  func run() throws {
    let trusted = try trust.trustedKeys()
    let expected = try expectation()
    let report = VerificationReport(
      files: files.map { path in
        VerificationReport.File(path) {
          let bytes = try InputFile(path: path, role: "the signed statements")
            .contents(limit: AttestationFile.limit.bytes)
          return try Verification(of: bytes, trusting: trusted, about: expected)
        }
      })
    try output.answer(report) { report.text }
    guard report.isGood else { throw ArgumentParser.ExitCode(2) }
  }

  private func expectation() throws -> Verification.Expectation? {
    if let locked { return .exactly(try SetSubject(Lock(file: locked))) }
    return set.map { .id($0) }
  }
}

extension Digest: ExpressibleByArgument {
  /// Reads the id of a set from the command line.
  public init?(argument: String) { self.init(argument) }
}
