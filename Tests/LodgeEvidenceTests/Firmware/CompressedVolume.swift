import Foundation

/// A section of a firmware volume around an LZMA-alone stream, as edk2 lays it out.
struct CompressedVolume {
  let data: Data

  /// Wraps a stream; a declared size of the section takes the place of the right one.
  init(_ stream: Data, size declared: Int? = nil) {
    let size = declared ?? stream.count + 24
    let header: [UInt8] = [UInt8(size & 0xff), UInt8(size >> 8 & 0xff), UInt8(size >> 16), 2]
    let guid: [UInt8] = [
      0x98, 0x58, 0x4e, 0xee, 0x14, 0x39, 0x59, 0x42, 0x9d, 0x6e, 0xdc, 0x7b, 0xd7, 0x94, 0x03,
      0xcf,
    ]
    data = Data([0xff, 0xff, 0xff, 0xff] + header + guid + [24, 0, 1, 0]) + stream
  }
}
