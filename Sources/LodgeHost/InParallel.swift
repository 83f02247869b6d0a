import Foundation

/// Does a piece of work for each item, `width` at once; in the order in which they end.
///
/// - Throws: what the first failing piece threw, once the running ones have ended.
package func inParallel<Item: Sendable, Product: Sendable>(
  _ items: [Item], width: Int = ProcessInfo.processInfo.activeProcessorCount,
  _ work: @escaping @Sendable (Item) async throws -> Product
) async throws -> [Product] {
  try await withThrowingTaskGroup(of: Product.self) { group in
    var products: [Product] = []
    var waiting = items.makeIterator()
    for _ in 0..<max(1, width) {
      guard let item = waiting.next() else { break }
      group.addTask { try await work(item) }
    }
    while let product = try await group.next() {
      products.append(product)
      try Task.checkCancellation()
      if let item = waiting.next() { group.addTask { try await work(item) } }
    }
    return products
  }
}
