import Foundation

/// A small ELF file of machine code, put together by hand.
///
/// **Source:** System V ABI, AMD64 supplement; Linux Standard Base Core 5.0, 10.6.
struct HandmadeProgram {
  /// Code at its address; whether .eh_frame describes it.
  typealias Function = (address: UInt64, code: [UInt8], isDescribed: Bool)

  /// Two functions with `0f a2`, once as an instruction, once in one; and data with the same.
  static let sample: [Function] = [
    // push rbx; xor ecx, ecx; cpuid; pop rbx; ret
    (0x1000, [0x53, 0x31, 0xC9, 0x0F, 0xA2, 0x5B, 0xC3], true),
    // lea rax, [rip + 0xa20f]; ret
    (0x1010, [0x48, 0x8D, 0x05, 0x0F, 0xA2, 0x00, 0x00, 0xC3], true),
    // cpuid; ret
    (0x1020, [0x0F, 0xA2, 0xC3], false),
  ]

  private static let frames: UInt64 = 0x2000
  private static let table: UInt64 = 0x3000

  /// The bytes of the file.
  static func data(_ functions: [Function] = sample, buildID: [UInt8] = [0xAB, 0x01]) -> Data {
    var code = Data(count: 0x40)
    for function in functions {
      let start = Int(function.address - 0x1000)
      code.replaceSubrange(start..<start + function.code.count, with: function.code)
    }
    let described = functions.filter(\.isDescribed)
    let names = ["", ".text", ".eh_frame", ".eh_frame_hdr", ".note.gnu.build-id", ".shstrtab"]
    let sections: [(type: UInt32, flags: UInt64, address: UInt64, bytes: Data)] = [
      (0, 0, 0, Data()), (1, 6, 0x1000, code), (1, 2, frames, descriptions(described)),
      (1, 2, table, search(described)), (7, 2, 0x4000, note(buildID)),
      (3, 0, 0, Data((names.joined(separator: "\0") + "\0").utf8)),
    ]
    return file(sections, names)
  }

  private static func file(
    _ sections: [(type: UInt32, flags: UInt64, address: UInt64, bytes: Data)], _ names: [String]
  ) -> Data {
    var (bodies, headers) = (Data(), Data())
    var name = 0
    for (section, text) in zip(sections, names) {
      headers.add([UInt32(name), section.type])
      headers.add([section.flags, section.address, UInt64(64 + bodies.count)])
      headers.add([UInt64(section.bytes.count)])
      headers.add([0, 0] as [UInt32])
      headers.add([4, 0] as [UInt64])
      bodies += section.bytes
      name += text.utf8.count + 1
    }
    var head = Data([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0]) + Data(count: 8)
    head.add([3, 62] as [UInt16])
    head.add([1] as [UInt32])
    head.add([0, 0, UInt64(64 + bodies.count)])
    head.add([0] as [UInt32])
    head.add([64, 0, 0, 64, UInt16(sections.count), UInt16(sections.count - 1)] as [UInt16])
    return head + bodies + headers
  }

  /// FDEs of 20 bytes: length, CIE, start relative to itself, size, augmentation.
  private static func descriptions(_ functions: [Function]) -> Data {
    var bytes = Data()
    for (row, function) in functions.enumerated() {
      let place = frames + UInt64(row * 20)
      bytes.add([16, 0, UInt32(truncatingIfNeeded: function.address &- place &- 8)])
      bytes.add([UInt32(function.code.count), 0])
    }
    return bytes
  }

  private static func search(_ functions: [Function]) -> Data {
    var bytes = Data([1, 0x1B, 0x03, 0x3B])
    bytes.add([UInt32(truncatingIfNeeded: frames &- table &- 4), UInt32(functions.count)])
    for (row, function) in functions.enumerated() {
      bytes.add([
        UInt32(truncatingIfNeeded: function.address &- table),
        UInt32(truncatingIfNeeded: frames &+ UInt64(row * 20) &- table),
      ])
    }
    return bytes
  }

  private static func note(_ buildID: [UInt8]) -> Data {
    var bytes = Data()
    bytes.add([4, UInt32(buildID.count), 3])
    return bytes + Data("GNU\0".utf8) + buildID
  }
}

extension Data {
  fileprivate mutating func add(_ numbers: [some FixedWidthInteger]) {
    for number in numbers {
      Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
  }
}
