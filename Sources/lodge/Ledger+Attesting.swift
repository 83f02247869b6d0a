import Foundation
import LodgeAttestation
import LodgeHost
import LodgeLedger
import LodgeModel
import LodgePackages
import LodgeRelease

extension Ledger {
  /// Writes a verdict and the results of the runs that it rests on as signed statements.
  ///
  /// Of runs that other labs signed the verdict names what they signed.
  ///
  /// - Throws: ``InputFailure`` where nothing was judged, and where the file is there already.
  func attest(_ verdict: Verdict, to file: String, with key: SigningKey, in store: Store) throws {
    guard let lock = try lock(of: verdict.set.id), !verdict.set.observations.isEmpty else {
      throw InputFailure("nothing is recorded of set \(verdict.set.id.short), so nothing is signed")
    }
    var envelopes: [Envelope] = []
    var inputs: [ResourceDescriptor] = []
    for number in Set(verdict.standings.compactMap(\.source?.run)).sorted() {
      let known = try envelope(of: RunID(number)).map { try Envelope(reading: $0.dropLast()) }
      if let known, known.keyID != key.publicKey.id {
        inputs.append(ResourceDescriptor(uri: known.runName, sha256: known.digest))
        continue
      }
      let document = try document(of: RunID(number)) { store.exchanged($1, of: $0) != nil }
      guard let document else { continue }
      let name = try known?.runName ?? document.name
      for set in document.sets where set.id == verdict.set.id {
        let run = RunDescription(
          uri: name,
          stage: set.cells.filter { $0.outcome != .notRun }.map(\.stage).max() ?? .packages,
          ended: document.ended, lodge: document.tool, configuration: [])
        let seen = Results.BuildSet(
          id: set.id, name: set.name, packages: set.lock.packages.count, cells: set.cells)
        let envelope = try Statement(of: seen, lock: lock, in: run).signed(with: key)
        envelopes.append(envelope)
        inputs.append(ResourceDescriptor(uri: run.uri, sha256: envelope.digest))
      }
    }
    let waivers = verdict.waivers.compactMap { report -> String? in
      guard case .used = report.state else { return nil }
      let waiver = report.waiver
      return "\(waiver.id): \(waiver.cell.title), until \(waiver.expires.utc), by \(waiver.author)"
    }
    let summary = VerificationSummary(
      policy: verdict.policy.name, policyDigest: verdict.policy.digest, set: verdict.set.id,
      isYes: verdict.isYes, waivers: waivers, time: verdict.at, inputs: inputs,
      lodge: Lodge.versionText)
    envelopes.append(try Statement(about: SetSubject(lock), summary).signed(with: key))
    try NewFile(path: file, role: "the signed verdict").write(AttestationFile(envelopes).bytes)
  }
}

extension Envelope {
  /// The name of the run that it holds, among all runs of all labs.
  fileprivate var runName: String { "urn:lodge:run:\(Digest(of: payload))" }
}

extension RunDocument {
  /// The name of the run among all runs of all labs, once it is signed as it is now.
  fileprivate var name: String {
    get throws { "urn:lodge:run:\(Digest(of: try CanonicalJSON.encode(self, pretty: false)))" }
  }
}
