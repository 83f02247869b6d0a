import LodgeModel

extension Collector {
  /// Asks whoever knows the packages behind the root how they stand to each other.
  package static let closure = Collector(\.closure) { root in try await root.closure() }
}
