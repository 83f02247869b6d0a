import ArgumentParser
import Foundation
import LodgeHost
import LodgeLedger
import LodgeModel
import LodgePackages
import LodgeRelease
import LodgeSite

/// `lodge gate POLICY --set SET`: whether a set may be released.
struct GateVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Says Yes or No to the release of a set, with every reason.",
    discussion: """
      A named set is resolved anew: the verdict is about the very packages that its source has now. \
      Exit codes: 0 Yes, 1 No, 2 the policy, the ledger or the clock is in error, 3 nothing is \
      recorded of these packages.
      """)

  @Argument(help: ArgumentHelp("The policy file.", valueName: "policy"))
  var policy: String

  @Flag(help: "Also tell what each satisfied cell rests on.")
  var explain = false

  @Flag(help: "Keep no record of the verdict.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Also write the verdict and the results that it rests on, signed, to this new file.",
      valueName: "file"))
  var attest: String?

  @OptionGroup var signing: SigningOptions
  @OptionGroup var set: SetByDigest
  @OptionGroup var asking: GateOptions
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var supply: SupplyOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try set.validateOne() }

  mutating func run() async throws {
    // A key that cannot be read is told before anything is judged.
    let key = try attest.map { _ in try signing.signingKey() }
    let store = try Store(at: Store.defaultPath)
    let gate = try asking.gate(policy, in: store)
    let record = try ledger.open()
    let set = try await set.found(supply, record)
    let verdict = try asking.verdict(
      of: gate, on: set.id, named: set.name, packages: set.packages, record)
    let document = VerdictDocument(verdict)
    // What is asked of the past is no verdict of today.
    if !dryRun, asking.at == nil, !verdict.set.observations.isEmpty {
      try record.keep(verdict, as: document)
    }
    if let attest, let key { try record.attest(verdict, to: attest, with: key, in: store) }
    try output.answer(document) {
      VerdictText(verdict, explained: explain, style: OutputOptions.style).text
    }
    if verdict.set.observations.isEmpty, !output.json {
      StandardStreams.say(try unknown(set, record))
    }
    throw ArgumentParser.ExitCode(verdict.exitCode.rawValue)
  }

  /// What is known instead of a set of which nothing is recorded.
  private func unknown(_ set: SetByDigest.Named, _ record: Ledger) throws -> String {
    let run = "run: lodge run \(self.set.matrix.matrix) --set \(set.name)\n"
    guard let known = try record.newest(named: set.name), known != set.id,
      let lock = try record.lock(of: known)
    else { return run }
    let changes = LockDifference(from: lock, to: Lock(packages: set.packages)).changes
    let shown = changes.prefix(8).map { "  \($0)\n" }.joined()
    let more = changes.count > 8 ? "  and \(changes.count - 8) more\n" : ""
    return "the ledger knows \(set.name) as \(known.short), from which these packages differ:\n"
      + shown + more + run
  }
}

extension Ledger {
  /// Keeps a verdict with the runs that it rests on.
  func keep(_ verdict: Verdict, as document: VerdictDocument) throws {
    let bytes = try CanonicalJSON.encode(document, pretty: false)
    try record(
      verdict: bytes, digest: Digest(of: bytes), isYes: verdict.isYes,
      policy: verdict.policy.name, policyDigest: verdict.policy.digest, ofSet: verdict.set.id,
      runs: verdict.runs, at: verdict.at)
  }
}
