import Foundation
import LodgeHost
import LodgeLaunch
import LodgeModel
import LodgePackages
import LodgePlatform

/// What was launched of a set before, by this very Lodge, with the same scenarios.
///
/// A run launches all that it records, and leaves it here. Only what asks the same of many mixes looks
/// here first.
struct KeptLaunches: Sendable {
  private let store: Store
  private let set: Digest
  private let conditions: Conditions

  /// All that decides what is seen of a scenario; another value of any, and it is launched again.
  private struct Conditions: Encodable {
    let installation: String
    let evidence: Digest
    /// Of the set whose kernel is used; nil for its own.
    let kernel: Digest?
    let changes: KernelDescription?
    let catalogue: Digest
    let lodge: Digest
  }

  /// Names the launches of a set; nil where they cannot be told from those of another.
  init?(
    of set: Workbench.Prepared, evidence: Digest, kernel: Evidence?, catalogue: Catalogue,
    in store: Store
  ) throws {
    guard set.isImmutable, let id = set.id, let lodge = Lodge.digest else { return nil }
    self.store = store
    self.set = id
    conditions = Conditions(
      installation: "\(set.installation)", evidence: evidence,
      kernel: try kernel.map { Digest(of: try CanonicalJSON.encode($0, pretty: false)) },
      changes: catalogue.changes, catalogue: catalogue.digest, lodge: lodge)
  }

  /// What was seen of a scenario on a platform; nil where it was never launched so.
  func launched(_ scenario: String, on platform: String) -> LaunchedScenario? {
    guard let place = try? place(scenario, platform), let bytes = store.sealed(place) else {
      return nil
    }
    return try? CanonicalJSON.decode(LaunchedScenario.self, from: bytes)
  }

  /// Keeps what another launch would show again.
  ///
  /// - Throws: ``StorageFailure`` where it cannot be kept.
  func keep(_ launched: LaunchedScenario) throws {
    guard launched.isRepeatable, let platform = launched.cell.platform else { return }
    try store.seal(
      CanonicalJSON.encode(launched, pretty: false), as: place(launched.cell.id, platform))
  }

  private func place(_ scenario: String, _ platform: String) throws -> String {
    struct Key: Encodable {
      let conditions: Conditions
      let scenario: String
      let platform: String
    }
    let key = Key(conditions: conditions, scenario: scenario, platform: platform)
    return store.launchFile(set, Digest(of: try CanonicalJSON.encode(key, pretty: false)))
  }
}
