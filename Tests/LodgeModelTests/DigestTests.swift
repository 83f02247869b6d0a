import LodgeModel
import Testing

struct DigestTests {
  @Test func theBytesAreThoseOfTheDigits() throws {
    let text = String(repeating: "0123456789abcdef", count: 4)
    let bytes: [UInt8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]
    let digest = try #require(Digest(text))
    #expect(digest.bytes == bytes + bytes + bytes + bytes)
  }

  @Test(arguments: 0..<8) func everyByteComesBack(part: UInt8) throws {
    let bytes = (0..<32 as Range<UInt8>).map { part * 32 + $0 }
    let digest = try #require(Digest(bytes: bytes))
    #expect(digest.bytes == bytes)
    #expect(Digest(digest.description) == digest)
  }
}
