import Foundation
import LodgeBindings
import Testing

struct DecompressionTests {
  static let packed = [
    "modinfo.gz", "modinfo.xz", "modinfo.zst", "modinfo.lz4", "modinfo+legacy.lz4", "modinfo.lzma",
  ]

  private func recorded(_ name: String) throws -> Data {
    try RecordedFile("compressed/\(name)").data
  }

  @Test(arguments: packed) func everyFormatIsUnpacked(name: String) throws {
    let unpacked = try Decompression.decompress(recorded(name), limit: 1024)
    #expect(try unpacked == recorded("modinfo"))
  }

  /// A kernel has the size of what it unpacks to behind its stream, a firmware volume has zeros.
  @Test(arguments: packed, [[0x20, 0x9E, 0x6F, 0x03], [UInt8](repeating: 0, count: 37)])
  func bytesBehindTheStreamAreIgnored(name: String, bytes: [UInt8]) throws {
    let unpacked = try Decompression.decompress(recorded(name) + bytes, limit: 1024)
    #expect(try unpacked == recorded("modinfo"))
  }

  @Test(arguments: ["modinfo.gz", "modinfo.xz", "modinfo.zst", "modinfo.lz4"])
  func streamsThatFollowEachOtherAreJoined(name: String) throws {
    let unpacked = try Decompression.decompress(recorded(name) + recorded(name), limit: 2048)
    #expect(try unpacked == recorded("modinfo") + recorded("modinfo"))
  }

  /// edk2 writes the size into the header where xz writes that it is not known.
  @Test func lzmaStreamOfKnownSizeIsUnpacked() throws {
    var stream = try recorded("modinfo.lzma")
    let plain = try recorded("modinfo")
    let size = [UInt8(plain.count & 0xFF), UInt8(plain.count >> 8), 0, 0, 0, 0, 0, 0]
    stream.replaceSubrange(5..<13, with: size)
    #expect(try Decompression.decompress(stream, limit: 1024) == plain)
  }

  @Test func plainBytesAreGivenBack() throws {
    let plain = try recorded("modinfo")
    #expect(try Decompression.decompress(plain, limit: plain.count) == plain)
    #expect(try Decompression.decompress(Data(), limit: 0).isEmpty)
  }

  @Test(arguments: packed + ["modinfo"]) func moreThanTheLimitIsRefused(name: String) throws {
    let stream = try recorded(name)
    #expect(throws: DecompressionFailure.tooLarge(limit: 777)) {
      try Decompression.decompress(stream, limit: 777)
    }
  }

  @Test(arguments: packed) func cutStreamIsAnError(name: String) throws {
    let stream = try recorded(name)
    #expect(throws: DecompressionFailure.self) {
      try Decompression.decompress(stream.prefix(stream.count / 2), limit: 1024)
    }
  }

  @Test(arguments: packed) func damagedStreamIsNeverATrap(name: String) throws {
    for stream in try RecordedFile("compressed/\(name)").damaged(count: 500) {
      _ = try? Decompression.decompress(stream, limit: 4096)
    }
  }
}
