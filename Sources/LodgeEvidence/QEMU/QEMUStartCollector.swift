import LodgeModel

extension Collector {
  /// Whether QEMU begins to answer at all; what it answers is in the other facts.
  package static let start = Collector(\.start) { root in try await root.qemu.start() }
}
