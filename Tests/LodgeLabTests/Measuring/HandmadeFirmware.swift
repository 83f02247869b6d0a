import Foundation

/// A firmware image of four pages that says of itself what guests of every type need.
///
/// **Source:** edk2 OvmfPkg/ResetVector: Ia16/ResetVectorVtf0.asm for the table of GUIDed
/// structures, X64/OvmfSevMetadata.asm and X64/OvmfTdxMetadata.asm for the sections.
enum HandmadeFirmware {
  /// Where QEMU maps it: its end is at 4 GiB.
  static let address: UInt64 = 0xffff_c000
  /// Where vCPUs after the first begin.
  static let resetBlock: UInt32 = 0x80_b004

  /// The bytes of the file; each page is full of its own number.
  static let image: Data = {
    var bytes = (1...4).flatMap { [UInt8](repeating: $0, count: 4096) }
    func put(_ piece: [UInt8], at offset: Int) {
      bytes.replaceSubrange(offset..<offset + piece.count, with: piece)
    }
    put(sevMetadata, at: 0x3000)
    put(tdvf, at: 0x3800)
    put(table, at: bytes.count - 32 - table.count)
    return Data(bytes)
  }()

  private static let sevMetadata = block(
    "ASEV",
    [
      [0x80_0000, 0x2000, 1], [0x80_d000, 0x1000, 2], [0x80_e000, 0x1000, 3],
      [0x81_0000, 0x1000, 0x10],
    ])

  /// Code, TD_HOB and memory; addresses and sizes of 64 bits as two numbers.
  private static let tdvf = block(
    "TDVF",
    [
      [0, 0x4000, 0xffff_c000, 0, 0x4000, 0, 0, 1], [0, 0, 0x80_9000, 0, 0x2000, 0, 2, 0],
      [0, 0, 0x81_0000, 0, 0x1000, 0, 3, 0],
    ])

  private static func block(_ signature: String, _ sections: [[UInt32]]) -> [UInt8] {
    let numbers = sections.flatMap(\.self)
    let header: [UInt32] = [UInt32(16 + 4 * numbers.count), 1, UInt32(sections.count)]
    return Array(signature.utf8) + (header + numbers).flatMap { littleEndian($0) }
  }

  private static let table: [UInt8] = {
    let entries =
      entry("e47a6535-984a-4798-865e-4685a7bf8ec2", [0x800])
      + entry("dc886566-984a-4798-a75e-5585a7bf67cc", [0x1000])
      + entry("7255371f-3a3b-4b04-927b-1da6efa8d454", [0x81_0c00, 0x400])
      + entry("00f771de-1a7e-4fcb-890e-68c77e2fb44e", [resetBlock])
    return entries + littleEndian(UInt16(entries.count + 18))
      + guid("96b582de-1fb2-45f7-baea-a366c55a082d")
  }()

  /// A structure: its data, the length of all, and its name.
  private static func entry(_ name: String, _ numbers: [UInt32]) -> [UInt8] {
    numbers.flatMap { littleEndian($0) } + littleEndian(UInt16(4 * numbers.count + 18)) + guid(name)
  }

  /// The first three groups are little-endian.
  private static func guid(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    let bytes = stride(from: 0, to: digits.count, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
    return [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map { bytes[$0] }
  }

  private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}
