import Foundation
import LodgeBindings
import LodgeModel

@testable import LodgeEvidence

/// The recorded end of a real image, as it is or altered.
struct OVMFTail {
  /// The recorded ends.
  static let names = [
    "OVMF_CODE_4M-2022.11_x86_64", "OVMF_CODE-2022.11_x86_64", "OVMF_CODE_4M-2025.02_x86_64",
    "OVMF-2026.08_x86_64+amdsev", "OVMF-2026.08_x86_64+inteltdx.ms",
  ]

  private(set) var data: Data

  /// Reads a recorded end by its name.
  init(_ name: String) throws {
    data = try RecordedFile("ovmf/\(name).tail").data
  }

  /// What the image says of itself.
  var image: FirmwareImage {
    FirmwareImage(LittleEndianBytes(data), source: Source(file: "usr/share/ovmf/OVMF.fd"))
  }

  /// Writes a little-endian number so many bytes before the end.
  func writing(_ number: some FixedWidthInteger, fromEnd distance: Int) -> OVMFTail {
    var copy = self
    for index in 0..<number.bitWidth / 8 {
      copy.data[data.count - distance + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
    }
    return copy
  }

  /// How far before the end the data of a structure stands.
  func distance(of guid: GUID) throws -> Int {
    let bytes = LittleEndianBytes(data)
    var offset = data.count - 50
    while let found = GUID(at: offset - 16, in: bytes), found != guid {
      guard let length = bytes.integer(at: offset - 18, as: UInt16.self), length >= 18 else {
        throw CocoaError(.fileReadCorruptFile)
      }
      offset -= Int(length)
    }
    guard let length = bytes.integer(at: offset - 18, as: UInt16.self) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    return data.count - (offset - Int(length))
  }

  /// How far before the end a block of metadata stands.
  func distance(ofBlockAnnouncedBy guid: GUID) throws -> Int {
    let entry = data.count - (try distance(of: guid))
    return LittleEndianBytes(data).integer(at: entry, as: UInt32.self).map(Int.init) ?? 0
  }
}
