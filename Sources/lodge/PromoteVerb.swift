import ArgumentParser
import LodgeHost
import LodgeKoji
import LodgeLedger
import LodgeModel
import LodgePackages
import LodgeRelease
import LodgeSite
import LodgeWeb

/// `lodge promote SET --to TAG`: gives the builds of a set to another tag, if the gate says Yes.
struct PromoteVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promote",
    abstract: "Tags the Koji builds of a set, if the gate of a policy says Yes.",
    discussion: """
      The set is resolved anew: what is tagged is what the tag has now, and the ledger must know \
      these very packages. Exit code 1 where the gate says No.
      """)

  @Argument(help: "The set's name in the matrix; its koji: names the tag.")
  var name: String

  @Option(help: ArgumentHelp("The tag that the builds are to have.", valueName: "tag"))
  var to: String

  @Flag(help: "Take the builds out of the tag that they are in.")
  var move = false

  @Flag(help: "Only show what would be done.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "The PEM file with your certificate and its key; needed to tag.", valueName: "file"))
  var certificate: String?

  @Option(help: ArgumentHelp("The policy that the set must satisfy.", valueName: "file"))
  var policy: String

  @OptionGroup var asking: GateOptions
  @OptionGroup var matrix: MatrixOptions
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var supply: SupplyOptions

  func validate() throws {
    guard dryRun || certificate != nil else {
      throw ValidationError("name your --certificate FILE, or look first with --dry-run")
    }
    guard asking.at == nil else { throw ValidationError("what is promoted is judged now") }
    guard !supply.offline else { throw ValidationError("nothing can be promoted --offline") }
  }

  mutating func run() async throws {
    let matrix = try matrix.read()
    guard let set = try matrix.sets(named: [name]).first, case .rpm(let wish) = set.source,
      let koji = wish.koji, case .tag(let source) = koji.selection
    else {
      throw InputFailure("\(name) names no koji: tag, and only builds of a tag can be promoted")
    }
    let bench = try supply.workbench()
    let lock = try await bench.lock(of: set)
    bench.progress.finish()
    let record = try ledger.open()
    let gate = try asking.gate(policy, in: bench.store)
    let verdict = try asking.verdict(
      of: gate, on: lock.id, named: name, packages: lock.packages, record)
    if !dryRun, !verdict.set.observations.isEmpty {
      try record.keep(verdict, as: VerdictDocument(verdict))
    }
    print(VerdictText(verdict, style: OutputOptions.style).text)
    guard verdict.isYes else {
      print("run: lodge run \(self.matrix.matrix) --set \(name)")
      throw ArgumentParser.ExitCode(1)
    }
    try await promote(lock, koji, from: source)
  }

  private func promote(_ lock: Lock, _ koji: RPMWish.Koji, from source: String) async throws {
    let credentials = Credentials(authorities: koji.authority, certificate: certificate)
    let hub = KojiHub(koji.server, through: try Web(credentials: credentials))
    let builds = Set(lock.packages.filter { $0.suite == koji.id }.compactMap(\.build))
    let plan = try await KojiPromotion(
      of: builds.sorted().map { .id($0) }, from: source, to: to, way: move ? .move : .tag, on: hub)
    let there = plan.judged.filter { !plan.pending.contains($0) }
    for build in there { print("  \(build.nvr)  has \(to) already") }
    for build in plan.pending {
      print("  \(build.nvr)  \(move ? "moves from \(source) to \(to)" : "gets \(to)")")
    }
    guard !dryRun else {
      print("nothing was done, as --dry-run was given")
      return
    }
    guard !plan.pending.isEmpty else { return }
    let target = to
    try await hub.withLogin { session throws(KojiFailure) in
      try await plan.carryOut(by: session) { print("  \($0.nvr)  is in \(target)") }
    }
    print("\(plan.pending.count) builds are in \(to), as the hub lists it")
  }
}
