package import LodgeModel

/// Reads one fact from a root; a new one is a file, a line in ``allCollectors`` and a test.
package struct Collector: Sendable {
  /// The fact that it fills.
  package let fact: FactName
  private let read: @Sendable (Root) async -> @Sendable (inout Evidence) -> Void

  /// Fills the slot behind a key; what is thrown becomes an unreadable fact.
  package init<Value>(
    _ key: any WritableKeyPath<Evidence, Fact<Value>> & Sendable,
    read: @escaping @Sendable (Root) async throws -> Fact<Value>
  ) {
    guard let fact = FactName(of: key) else { preconditionFailure("\(key) has no name") }
    self.fact = fact
    self.read = { root in
      let found: Fact<Value>
      do {
        found = try await read(root)
      } catch {
        found = .unreadable("\(error)")
      }
      return { $0[keyPath: key] = found }
    }
  }

  /// Reads the fact, giving the change to make to the evidence.
  package func callAsFunction(_ root: Root) async -> @Sendable (inout Evidence) -> Void {
    await read(root)
  }
}
