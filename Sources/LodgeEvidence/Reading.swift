package import LodgeModel

extension Evidence {
  /// Reads every fact of a root, side by side.
  package init(
    reading root: Root, with collectors: [Collector] = allCollectors,
    read: @escaping @Sendable (FactName) -> Void = { _ in }
  ) async {
    var evidence = Evidence(absent: "no collector reads it")
    await withTaskGroup(of: (@Sendable (inout Evidence) -> Void).self) { group in
      for collector in collectors {
        group.addTask {
          let change = await collector(root)
          read(collector.fact)
          return change
        }
      }
      for await change in group { change(&evidence) }
    }
    self = evidence
  }
}
