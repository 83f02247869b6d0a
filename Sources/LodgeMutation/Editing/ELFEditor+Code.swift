import Foundation

/// Changes of the machine code of an x86-64 program or library that was built for any address.
///
/// **Source:** Intel SDM volume 2: `jmp rel32` is E9, `call rel32` E8, `ret` C3, `ud2` 0F 0B,
/// `mov eax, imm32` B8, `jcc rel8` 70 to 7F, `jcc rel32` 0F 80 to 0F 8F; `lea` of an address
/// relative to the next instruction has seven bytes, the last four of which are the distance.
extension ELFEditor {
  /// Has a function do what another one of the same file does.
  ///
  /// - Throws: ``StaleEdit`` where one of them has no name in `.dynsym`.
  mutating func replace(function: String, by other: String) throws(StaleEdit) {
    let (from, to) = (try place(ofFunction: function), try place(ofFunction: other))
    put([0xE9] + Int32(to - (from + 5)).bytes, at: from)
  }

  /// Has a function do nothing but return a number.
  ///
  /// - Throws: ``StaleEdit`` where it has no name in `.dynsym`.
  mutating func replace(function: String, byReturning number: Int32) throws(StaleEdit) {
    put([0xB8] + number.bytes + [0xC3], at: try place(ofFunction: function))
  }

  /// Has the program die once it has called the function that it gives a text to.
  ///
  /// - Throws: ``StaleEdit`` where no call of a function with the text is found.
  mutating func trap(after text: String) throws(StaleEdit) {
    for reference in try references(to: text) {
      let near = bytes[reference..<min(reference + 16, bytes.count)]
      guard let call = near.firstIndex(of: 0xE8) else {
        throw StaleEdit("no call takes “\(text)”")
      }
      put([0x0F, 0x0B], at: call + 5)
    }
  }

  /// Has no condition lead to where a text is used first.
  ///
  /// - Throws: ``StaleEdit`` where no conditional jump leads there.
  mutating func skip(_ text: String) throws(StaleEdit) {
    var isFound = false
    for target in try references(to: text).map({ $0 - 7 }) {
      for place in max(0, target - 0x8000)..<target {
        if bytes[place] & 0xF0 == 0x70,
          place + 2 + Int(Int8(bitPattern: bytes[place + 1])) == target
        {
          put([0x90, 0x90], at: place)
          isFound = true
        } else if bytes[place] == 0x0F, bytes[place + 1] & 0xF0 == 0x80,
          place + 6 + distance(at: place + 2) == target
        {
          put([UInt8](repeating: 0x90, count: 6), at: place)
          isFound = true
        }
      }
    }
    guard isFound else { throw StaleEdit("no condition leads to “\(text)”") }
  }

  /// Where a function begins in the file.
  private func place(ofFunction name: String) throws(StaleEdit) -> Int {
    let (symbols, names) = (try range(of: ".dynsym"), try section(".dynstr"))
    let wanted = Array(name.utf8) + [0]
    for entry in stride(from: symbols.lowerBound, to: symbols.upperBound, by: 24) {
      guard let start = bytes.integer(at: entry, as: UInt32.self).map(Int.init),
        start < names.count, names[start...].starts(with: wanted),
        let address = bytes.integer(at: entry + 8, as: UInt64.self).map(Int.init), address != 0
      else { continue }
      let code = try range(of: ".text")
      let place = address - (try self.address(of: ".text")) + code.lowerBound
      guard code.contains(place) else { continue }
      return place
    }
    throw StaleEdit("it defines no function \(name)")
  }

  /// Where the code that names a text goes on; the text stands whole in `.rodata`.
  private func references(to text: String) throws(StaleEdit) -> [Int] {
    let (data, code) = (try range(of: ".rodata"), try range(of: ".text"))
    let wanted = [0] + Array(text.utf8) + [0]
    guard let found = bytes[data].firstRange(of: wanted) else {
      throw StaleEdit("it has no text “\(text)”")
    }
    let start = found.lowerBound + 1
    let address = start - data.lowerBound + (try self.address(of: ".rodata"))
    // Seen from the code's own address.
    let target = address - (try self.address(of: ".text")) + code.lowerBound
    let all = (code.lowerBound..<(code.upperBound - 4)).filter { place in
      place + 4 + distance(at: place) == target
    }
    guard !all.isEmpty else { throw StaleEdit("no code names “\(text)”") }
    return all.map { $0 + 4 }
  }

  private func distance(at place: Int) -> Int {
    bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: place, as: Int32.self)) }
  }

  private mutating func put(_ code: [UInt8], at place: Int) {
    for (index, byte) in code.enumerated() { put(byte, at: place + index) }
  }
}

extension Int32 {
  /// As x86 has it in memory.
  fileprivate var bytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
