import Foundation
import LodgeBindings
import Testing

struct CompressionTests {
  @Test(arguments: Compression.allCases) func whatIsPackedComesOutAgain(format: Compression) throws
  {
    let bytes = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 7 &* 31) })
    let packed = try format.pack(bytes)
    #expect(packed.count < bytes.count / 2)
    #expect(try Decompression.decompress(packed, limit: 1 << 20) == bytes)
  }

  @Test func whatCannotBeMadeFewerIsPackedToo() throws {
    var random = SystemRandomNumberGenerator()
    let bytes = Data((0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) })
    #expect(try Decompression.decompress(Compression.xz.pack(bytes), limit: 1 << 20) == bytes)
  }
}
