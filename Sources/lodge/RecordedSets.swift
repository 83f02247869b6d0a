import Foundation
import LodgeEvidence
import LodgeLedger
import LodgeModel
import LodgePackages
import LodgeRelease

/// Sets that were run: what the ledger knows of them, with their packages and evidence in the store.
struct RecordedSets {
  let ledger: Ledger
  let store: Store

  /// The newest set of a name, or the one whose id begins as given.
  ///
  /// - Throws: ``InputFailure`` where there is none, with what could be meant.
  func set(_ name: String) throws -> Results.BuildSet {
    if let set = try ledger.latest(named: name) { return set }
    if let id = try ledger.id(startingWith: name), let set = try ledger.latest(id: id) {
      return set
    }
    throw try unknown(name)
  }

  /// All that became otherwise between two sets.
  func comparison(from old: Results.BuildSet, to new: Results.BuildSet) throws -> Comparison {
    Comparison(
      SetDifference(
        new, try ledger.launches(of: new), from: old, try ledger.launches(of: old)),
      cells: CellChanges(from: old.cells, to: new.cells),
      packages: try packages(from: old.id, to: new.id),
      evidence: try evidence(from: old, to: new))
  }

  /// The packages that changed between two sets, with their changelogs as far as the store has them.
  func packages(from old: Digest, to new: Digest) throws -> PackageChanges {
    let versions = VersionOrder()
    return try PackageChanges(
      from: try ledger.lock(of: old) ?? Lock(packages: []),
      to: try ledger.lock(of: new) ?? Lock(packages: []),
      order: { try versions.compare($0, $1, of: $2) },
      changelog: { package, side in
        store.changelog(of: package, in: side == .before ? old : new)
      })
  }

  /// What was read otherwise from two sets, where the store still has it.
  private func evidence(
    from old: Results.BuildSet, to new: Results.BuildSet
  ) throws -> EvidenceChanges {
    let found = [old, new].map { set in
      let file = store.evidenceFile(set.id, collectors: collectorsVersion)
      return (set: set, bytes: try? Data(contentsOf: URL(filePath: file)))
    }
    guard let before = found[0].bytes, let after = found[1].bytes else {
      let lacking = found.filter { $0.bytes == nil }.map { set, _ in
        "the store has no evidence of \(set.name) \(set.id.short) that these collectors"
          + " (version \(collectorsVersion)) read; lodge run of its matrix or lock reads it again"
      }
      return EvidenceChanges(unknown: lacking)
    }
    do { return try EvidenceChanges(from: before, to: after) } catch {
      return EvidenceChanges(unknown: ["the evidence in the store is damaged: \(error)"])
    }
  }

  /// Where the cells that are asked for began to fail, for each name that has any of them.
  ///
  /// - Throws: ``InputFailure`` for a name that was never recorded, and where nothing fits.
  func bisections(
    _ question: Bisection.Question, of name: String?
  ) throws -> [BisectionDocument.Found] {
    var known: Set<String> = []
    let names = try name.map { [$0] } ?? ledger.names()
    let found = try names.compactMap { name -> BisectionDocument.Found? in
      let recorded = try ledger.history(of: name).map { id in
        Bisection.Recorded(id: id, cells: try ledger.latest(id: id)?.cells ?? [])
      }
      guard !recorded.isEmpty else { throw try unknown(name) }
      for cell in recorded.flatMap(\.cells) {
        known.formUnion([cell.id, cell.id.withoutCase, cell.catalogue].compactMap(\.self))
      }
      let bisection = Bisection(of: name, recorded, asking: question)
      guard !bisection.histories.isEmpty else { return nil }
      return BisectionDocument.Found(
        bisection,
        packages: Dictionary(
          uniqueKeysWithValues: try bisection.spans.map { span in
            (span, try packages(from: bisection.sets[span.from], to: bisection.sets[span.to]))
          }))
    }
    guard found.isEmpty else { return found }
    let near = nearest(to: question.glob.description, among: known)
      .map { "; did you mean \($0)?" }
    let type = question.type.map { " of \($0.title)" } ?? ""
    throw InputFailure(
      "no recorded cell\(type) fits \(question.glob)"
        + (near ?? (known.isEmpty ? "; nothing is recorded: lodge run MATRIX records it" : ""))
        + "; lodge explain --list names contracts and scenarios")
  }

  private func unknown(_ name: String) throws -> InputFailure {
    let known = try ledger.names()
    let near = nearest(to: name, among: known).map { "did you mean \($0)?" }
    return InputFailure(
      "the ledger has no set \(name); "
        + (near ?? (known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"))
        + "; lodge run MATRIX --set \(name) records one")
  }
}
