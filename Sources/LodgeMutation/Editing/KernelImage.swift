import Foundation
import LodgeBindings

/// A compressed x86 kernel image whose kernel can be put back after a change.
///
/// **Source:** Linux Documentation/arch/x86/boot.rst: setup_sects at 0x1F1, kernel_version at 0x20E,
/// payload_offset and payload_length at 0x248 and 0x24C.
struct KernelImage {
  private(set) var bytes: [UInt8]
  private let start: Int

  /// Reads the header.
  ///
  /// - Throws: ``StaleEdit`` for bytes that are no such image.
  init(_ data: Data) throws(StaleEdit) {
    bytes = [UInt8](data)
    guard let sectors = bytes.integer(at: 0x1F1, as: UInt8.self),
      let offset = bytes.integer(at: 0x248, as: UInt32.self)
    else { throw StaleEdit("it is no kernel image") }
    start = (Int(sectors == 0 ? 4 : sectors) + 1) * 512 + Int(offset)
    guard start < bytes.count else { throw StaleEdit("it is a cut kernel image") }
  }

  /// The kernel proper.
  ///
  /// - Throws: what keeps it from being unpacked.
  func unpacked() throws -> Data {
    let length = Int(bytes.integer(at: 0x24C, as: UInt32.self) ?? 0)
    return try Decompression.decompress(
      Data(bytes[start..<min(start + length, bytes.count)]), limit: 256 << 20)
  }

  /// Puts a kernel in place of the one that is there; not compressed where no way is named.
  ///
  /// - Throws: what keeps it from being packed.
  mutating func repack(_ kernel: Data, by compression: Compression?) throws {
    let payload = try compression?.pack(kernel) ?? kernel
    bytes = Array(bytes[..<start]) + Array(payload)
    bytes.put(UInt32(payload.count), at: 0x24C)
  }

  /// Changes what the kernel says of itself; the same number of bytes or fewer.
  ///
  /// - Throws: ``StaleEdit`` where it says nothing, or too little.
  mutating func editBanner(_ change: (String) -> String) throws(StaleEdit) {
    let text = Int(bytes.integer(at: 0x20E, as: UInt16.self) ?? 0) + 0x200
    guard text > 0x200, text < bytes.count, let end = bytes[text...].firstIndex(of: 0) else {
      throw StaleEdit("the image has no banner")
    }
    let old = String(decoding: bytes[text..<end], as: UTF8.self)
    let new = Array(change(old).utf8)
    guard new.count <= end - text, Array(old.utf8) != new else {
      throw StaleEdit("the banner “\(old)” stays as it is")
    }
    bytes.replaceSubrange(
      text..<end, with: new + [UInt8](repeating: 0, count: end - text - new.count))
  }
}
