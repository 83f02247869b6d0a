import AsyncHTTPClient
import NIOHTTP1

extension Web {
  /// Writes what is at an address to a file, which a failure leaves behind nothing of.
  ///
  /// A connection that ends too early is followed by one for the rest, while the server can tell
  /// that the file is still the same.
  ///
  /// The size is that which there should be, where that is known, and the limit that which is
  /// written at most; the closure is told how many bytes are there so far.
  ///
  /// - Throws: ``WebFailure``, also for another size.
  package func download(
    _ address: String, to path: String, size: Int? = nil, limit: Int,
    read: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws(WebFailure) {
    let errand = WebErrand("download", address)
    let bounds = PartialFile.Bounds(size: size, limit: limit)
    switch try WebAddress(address) {
    case .file(let source):
      let file = try PartialFile(path, on: errand, within: bounds)
      try file.copy(source)
      read(file.received)
      try file.finish()
    case .server(let url):
      try await inTime(errand) {
        let file = try PartialFile(path, on: errand, within: bounds)
        var before = 0
        try await self.persist(errand, hasProgressed: { file.received > before }) {
          before = file.received
          let request = WebRequest(url: url, headers: .init(file.rangeHeaders))
          try await file.take(try await self.response(to: request, on: errand), read: read)
        }
        try file.finish()
      }
    }
  }
}
