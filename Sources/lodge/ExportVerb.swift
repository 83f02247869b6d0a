import ArgumentParser
import Foundation
import LodgeAttestation
import LodgeHost
import LodgeLedger
import LodgeModel
import LodgePackages

/// `lodge export FILE`: writes runs for other labs and for whoever publishes them.
struct ExportVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes runs with their evidence to one signed file, for lodge import.",
    discussion: """
      Each run is signed by the lab whose run it is: runs that were imported keep the signature of \
      theirs. Runs that have not ended are left out.
      """)

  @Argument(help: ArgumentHelp("The new file.", valueName: "file"))
  var file: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Only runs that recorded a set of this name.", valueName: "name"))
  var names: [String] = []

  @Option(
    name: .customLong("run"), help: ArgumentHelp("Only this run.", valueName: "number"))
  var numbers: [Int64] = []

  @OptionGroup var signing: SigningOptions
  @OptionGroup var ledger: LedgerOptions

  mutating func run() async throws {
    let record = try ledger.open()
    let store = try Store(at: Store.defaultPath)
    var runs: [Envelope] = []
    var contents: [Digest: Data] = [:]
    var key: SigningKey?
    for run in try chosen(record) {
      var evidence: [Digest: Data] = [:]
      let document = try record.document(of: run) { set, read in
        guard let bytes = store.exchanged(read, of: set) else { return false }
        evidence[read.digest] = bytes
        return true
      }
      guard let document else { continue }
      let envelope: Envelope
      if let known = try record.envelope(of: run) {
        envelope = try Envelope(reading: known.dropLast())
      } else {
        let own = try key ?? signing.signingKey()
        key = own
        let payload = try CanonicalJSON.encode(document, pretty: false)
        envelope = try Envelope(signing: payload, as: RunBundle.payloadType, with: own)
        try record.keep(envelope: envelope.line, digest: Digest(of: payload), of: run)
      }
      // What was signed before says what goes with it.
      for digest in try RunDocument(reading: envelope.payload).contents {
        guard let bytes = try evidence[digest] ?? record.content(digest) else {
          throw InputFailure(
            "run \(run) was signed with evidence \(digest.short), which is no longer in the store")
        }
        contents[digest] = bytes
      }
      runs.append(envelope)
    }
    guard !runs.isEmpty else {
      throw InputFailure("the ledger \(ledger.ledger) has no such run that has ended")
    }
    let bundle = RunBundle(runs: runs, contents: contents)
    try NewFile(path: file, role: "the bundle").write(bundle.bytes)
    print("\(file): \(runs.count) runs, \(contents.count) contents")
  }

  /// The runs that are meant, oldest first.
  private func chosen(_ record: Ledger) throws -> [RunID] {
    let all = try record.runs(limit: .max).map(\.id).sorted()
    if let unknown = numbers.first(where: { !all.contains(RunID($0)) }) {
      throw InputFailure("the ledger \(ledger.ledger) has no run \(unknown)")
    }
    let known = try record.names()
    if let name = names.first(where: { !known.contains($0) }) {
      let near = nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
      throw InputFailure("the ledger \(ledger.ledger) has no set \(name)\(near)")
    }
    let named = try Set(names.flatMap { try record.runs(ofSetsNamed: $0) })
    return all.filter { run in
      (numbers.isEmpty || numbers.contains(run.number)) && (names.isEmpty || named.contains(run))
    }
  }
}

extension Store {
  /// Evidence that was read here, or that a bundle brought; nil where the store has it no more.
  func exchanged(_ evidence: RunDocument.ReadEvidence, of set: Digest) -> Data? {
    for place in [
      evidenceFile(set, collectors: evidence.collectors), importedEvidence(evidence.digest),
    ] {
      if let bytes = try? Data(contentsOf: URL(filePath: place)),
        Digest(of: bytes) == evidence.digest
      {
        return bytes
      }
    }
    return nil
  }

  /// Where evidence that a bundle brought has its place: apart from what was read here, as only the
  /// lab that read it vouches for it.
  func importedEvidence(_ digest: Digest) -> String {
    "\(path)/imported/\(digest.hex.prefix(2))/\(digest.hex).json"
  }
}
