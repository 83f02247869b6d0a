import ArgumentParser
import Foundation
import LodgeHost
import LodgeLedger
import LodgeMatrix
import LodgeModel
import LodgePackages
import LodgeRelease
import LodgeSite

/// `lodge waive`: writes a waiver for one red cell, to be reviewed like code; or lists those that are.
struct WaiveVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "waive",
    abstract: "Writes a waiver for a red cell of a set, or tells how all waivers stand.",
    discussion: """
      A waiver is a file: commit it, and have somebody else approve it. It is for one contract or \
      scenario that is red now, for the failure that is seen now, and for a time. The cell stays red.
      """)

  @Flag(help: "Tell how every waiver stands before the policy, on the set.")
  var list = false

  @Option(help: ArgumentHelp("The policy that asks for the cell.", valueName: "file"))
  var policy = "Matrices/policies/release.yaml"

  @OptionGroup var set: SetByDigest
  @OptionGroup(title: "The cell") var cell: WaivedCell
  @OptionGroup(title: "The waiver") var terms: WaiverTerms
  @OptionGroup var asking: GateOptions
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var supply: SupplyOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try set.validateOne()
    guard !list else { return }
    _ = try cell.pattern()
    try terms.validateAll()
  }

  mutating func run() async throws {
    let gate = try asking.gate(policy, in: try Store(at: Store.defaultPath))
    let record = try ledger.open()
    let set = try await set.found(supply, record)
    let judge = { [asking] (gate: Gate) in
      try asking.verdict(
        of: gate, on: set.id, named: set.name, packages: set.packages, record)
    }
    let verdict = try judge(gate)
    if list {
      return try output.answer(VerdictDocument(verdict)) {
        WaiverList(verdict, style: OutputOptions.style).text
      }
    }
    let waiver = try waiver(for: set, verdict)
    var trial = gate
    trial.waivers = [waiver]
    let state = try judge(trial).waivers.first?.state
    switch state {
    case .used, .unapproved: break
    default:
      throw InputFailure("this would be no waiver: it \(state?.sentence ?? "fits nothing")")
    }
    let file = "\(asking.folder(of: policy))/\(waiver.id).yaml"
    try makeFolder(asking.folder(of: policy))
    try NewFile(path: file, role: "the waiver").write(Data(waiver.yaml.utf8))
    let waits = state == .unapproved ? "; it counts once somebody else is its approver:" : ""
    print("\(file): \(waiver.cell.title), until \(waiver.expires.utc)\(waits)")
    for sign in waiver.seen { print("  waives \(sign)") }
  }

  /// The waiver for what is red now of the cells that are meant.
  private func waiver(for set: SetByDigest.Named, _ verdict: Verdict) throws -> Waiver {
    let pattern = try cell.pattern()
    let meant = verdict.standings.filter { standing in
      guard case .cell(let claim, let stage) = standing.subject else { return false }
      return pattern.fits(claim, at: stage)
    }
    let red = meant.filter(\.isObstacle)
    guard !red.isEmpty else {
      let known = verdict.standings.compactMap { standing -> String? in
        guard case .cell(let claim, _) = standing.subject, claim.kind == pattern.kind else {
          return nil
        }
        return claim.promise
      }
      let near = nearest(to: pattern.id.description, among: known).map { "; did you mean \($0)?" }
      throw InputFailure(
        meant.isEmpty
          ? "\(verdict.policy.name) asks for no cell of \(pattern.title)\(near ?? "")"
          : "nothing is to be waived: \(pattern.title) does not stand in the way of \(set.name)")
    }
    if let other = red.first(where: { !$0.state.canBeWaived }) {
      throw InputFailure("\(other.subject.title) cannot be waived: \(other.reason); \(other.next)")
    }
    return try terms.waiver(
      pattern, of: set.id, seen: Swift.Set(red.flatMap(\.signs)).sorted(), at: verdict.at,
      longest: verdict.policy.waiving.longest)
  }
}

/// The one cell pattern that a waiver is for.
struct WaivedCell: ParsableArguments {
  @Option(help: ArgumentHelp("The contract, by id or number.", valueName: "glob"))
  var contract: String?

  @Option(help: ArgumentHelp("The scenario, with or without its case.", valueName: "glob"))
  var scenario: String?

  @Option(help: ArgumentHelp("Only cells of this domain type.", valueName: "type"))
  var type: DomainType?

  @Option(help: ArgumentHelp("Only cells on this platform.", valueName: "glob"))
  var platform: String?

  @Option(help: ArgumentHelp("Only cells of this stage.", valueName: "stage"))
  var atStage: Stage?

  /// The pattern over cells.
  func pattern() throws -> CellPattern {
    guard
      let (kind, id) = contract.map({ (Cell.Kind.contract, $0) })
        ?? scenario.map({ (Cell.Kind.scenario, $0) }), contract == nil || scenario == nil
    else { throw ValidationError("name one --contract or one --scenario") }
    let pattern = CellPattern(
      kind, Glob(id), type: type, platform: platform.map { Glob($0) }, stage: atStage)
    guard !pattern.meansAll else {
      throw ValidationError("\(id) would waive everything; name one contract or scenario")
    }
    return pattern
  }
}

/// Who answers for a cell, why, and for how long.
struct WaiverTerms: ParsableArguments {
  @Option(help: ArgumentHelp("Why the set may be released all the same.", valueName: "text"))
  var reason: String?

  @Option(help: ArgumentHelp("Where it is being mended.", valueName: "address"))
  var issue: String?

  @Option(help: ArgumentHelp("Who answers for it: Name <mail>.", valueName: "person"))
  var author: String?

  @Option(help: ArgumentHelp("Who approved it: Name <mail>.", valueName: "person"))
  var approver: String?

  @Option(help: ArgumentHelp("When it ends, such as 2026-12-31.", valueName: "time"))
  var expires: String?

  @Option(
    help: ArgumentHelp(
      "What it is for: set (this one alone), fixed (any, until it is fixed), or a package of it.",
      valueName: "scope"))
  var `for` = "set"

  @Option(help: ArgumentHelp("The first version of the package.", valueName: "version"))
  var from: String?

  @Option(help: ArgumentHelp("The first version that it is not for.", valueName: "version"))
  var below: String?

  @Option(help: ArgumentHelp("The name of the file, without its ending.", valueName: "name"))
  var name: String?

  /// Refuses what is missing, all of it at once.
  func validateAll() throws {
    let given = [
      ("--reason", reason), ("--issue", issue), ("--author", author), ("--expires", expires),
    ]
    let missing = given.filter { ($0.1 ?? "").isEmpty }.map(\.0)
    guard missing.isEmpty else {
      throw ValidationError("a waiver needs \(missing.joined(separator: ", "))")
    }
    guard Date(utc: expires ?? "") != nil else {
      throw ValidationError("--expires “\(expires ?? "")” is no \(Date.utcGrammar)")
    }
    guard (issue ?? "").wholeMatch(of: /https?:\/\/\S+/) != nil else {
      throw ValidationError("--issue is an address that begins with https://")
    }
    guard name?.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]*/) != nil || name == nil else {
      throw ValidationError("--name has letters, digits, full stops, hyphens and underscores")
    }
    let isOfPackage = from != nil || below != nil
    guard isOfPackage == !["set", "fixed"].contains(self.for) else {
      throw ValidationError("--for PACKAGE goes with --from or --below, or both")
    }
  }

  /// The waiver of these terms.
  func waiver(
    _ cell: CellPattern, of set: Digest, seen: [FailureSign], at now: Date, longest: TimeInterval
  ) throws -> Waiver {
    let expires = Date(utc: expires ?? "") ?? now
    guard expires > now else { throw InputFailure("it would end at \(expires.utc), in the past") }
    guard expires.timeIntervalSince(now) <= longest else {
      throw InputFailure(
        "it would last until \(expires.utc), and the policy lets waivers last \(longest.inWords):"
          + " until \((now + longest).utc)")
    }
    let scope: Waiver.Scope =
      switch self.for {
      case "set": .set(set)
      case "fixed": .untilFixed
      default: .package(name: self.for, from: from, below: below)
      }
    return Waiver(
      id: name ?? cell.fileName, cell: cell, scope: scope, seen: seen, reason: reason ?? "",
      issue: issue ?? "", author: author ?? "", approver: approver, created: now,
      expires: expires)
  }
}

extension CellPattern {
  /// A name for the file of its waiver.
  fileprivate var fileName: String {
    let words = [id.description, type?.rawValue, platform?.description, stage?.rawValue]
    return words.compactMap(\.self).joined(separator: "-")
      .map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-".contains($0)) ? String($0) : "-" }
      .joined().trimmingCharacters(in: CharacterSet(charactersIn: ".-"))
  }
}
