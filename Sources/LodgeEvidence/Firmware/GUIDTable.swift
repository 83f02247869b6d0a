import Foundation
import LodgeBindings
import LodgeModel

/// The table of GUIDed structures at the end of an OVMF image.
///
/// **Source:** edk2 OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm; walked from its end as QEMU does
/// in hw/i386/pc_sysfw_ovmf.c. An entry is its data, a 16-bit length that counts data, length and
/// GUID, and the GUID.
struct GUIDTable: Equatable, Sendable {
  /// One structure of the table.
  struct Entry: Equatable, Sendable {
    /// What the structure is.
    var guid: GUID
    /// What stands before its length and GUID.
    var data: Data
  }

  /// The entries that could be read, last in the image first.
  private(set) var entries: [Entry] = []
  /// Why the walk ended early; nil where the table is whole.
  private(set) var flaw: String?

  /// Walks the table; nil where the image does not end in one.
  init?(in image: LittleEndianBytes) {
    let footer = image.count - Self.distanceFromEnd
    guard GUID(at: footer, in: image) == .tableFooter,
      let total = image.integer(at: footer - Self.lengthSize, as: UInt16.self)
    else { return nil }
    let end = footer + GUID.size
    guard total >= Self.frameSize, Int(total) <= end else {
      flaw = "a length of \(total) bytes does not fit the image"
      return
    }
    walk(image, from: footer - Self.lengthSize, to: end - Int(total))
  }

  /// The data of a structure; nil without it.
  subscript(guid: GUID) -> Data? { entries.first { $0.guid == guid }?.data }

  /// A structure that is one 32-bit number; nil without it or where it has another size.
  func number(_ guid: GUID) -> UInt32? {
    guard let data = self[guid], data.count == 4 else { return nil }
    return LittleEndianBytes(data).integer(at: 0)
  }

  /// A structure that is a base and a size of 32 bits each; nil without it or of another size.
  func area(_ guid: GUID) -> FirmwareImage.Area? {
    guard let data = self[guid], data.count == 8,
      let base = LittleEndianBytes(data).integer(at: 0, as: UInt32.self),
      let size = LittleEndianBytes(data).integer(at: 4, as: UInt32.self)
    else { return nil }
    return FirmwareImage.Area(base: UInt64(base), size: UInt64(size))
  }

  private mutating func walk(_ image: LittleEndianBytes, from end: Int, to start: Int) {
    var end = end
    while end > start {
      let guidOffset = end - GUID.size
      guard end - start >= Self.frameSize, let guid = GUID(at: guidOffset, in: image),
        let length = image.integer(at: guidOffset - Self.lengthSize, as: UInt16.self)
      else {
        flaw = "\(end - start) bytes are left over before its first entry"
        return
      }
      let begin = end - Int(length)
      guard length >= Self.frameSize, begin >= start,
        let data = image.slice(at: begin, count: Int(length) - Self.frameSize)
      else {
        flaw = "entry \(guid) has a length of \(length) bytes"
        return
      }
      entries.append(Entry(guid: guid, data: data))
      end = begin
    }
  }

  /// The footer's GUID ends 32 bytes before the image does.
  private static let distanceFromEnd = 48
  private static let lengthSize = 2
  private static let frameSize = lengthSize + GUID.size
}

extension GUID {
  /// Ends the table itself.
  static let tableFooter = GUID(0x96b5_82de, 0x1fb2, 0x45f7, 0xbaea_a366_c55a_082d)
  /// The reset vector of application processors under SEV-ES.
  static let resetBlock = GUID(0x00f7_71de, 0x1a7e, 0x4fcb, 0x890e_68c7_7e2f_b44e)
  /// Where a launch secret may be injected.
  static let secretArea = GUID(0x4c2e_b361, 0x7d9b, 0x4cc3, 0x8081_127c_90d3_d294)
  /// Where QEMU writes the hashes of kernel, initrd and command line.
  static let hashArea = GUID(0x7255_371f, 0x3a3b, 0x4b04, 0x927b_1da6_efa8_d454)
  /// How far from the end the SEV metadata stands.
  static let sevMetadata = GUID(0xdc88_6566, 0x984a, 0x4798, 0xa75e_5585_a7bf_67cc)
  /// How far from the end the TDX metadata stands.
  static let tdxMetadata = GUID(0xe47a_6535, 0x984a, 0x4798, 0x865e_4685_a7bf_8ec2)
}
