package import Foundation

/// Where a program or library has `cpuid` instructions.
///
/// The bytes `0f a2` stand inside of other instructions too, so each find is confirmed by reading
/// the instructions of its function from the first one on. Code that no FDE in .eh_frame describes
/// is passed over: to miss a site is harmless, to take data for one is not.
package struct CPUIDSites: Codable, Equatable, Sendable {
  /// The GNU build id, in hexadecimal.
  package var buildID: String
  /// Virtual addresses as the file's own headers count them, ascending.
  package var addresses: [UInt64]

  package init(buildID: String, addresses: [UInt64]) {
    (self.buildID, self.addresses) = (buildID, addresses)
  }

  /// Finds the sites of an ELF file for x86-64.
  ///
  /// - Throws: ``ELFFailure`` for a file that is damaged, or has no build id or no .eh_frame_hdr.
  package init(of bytes: Data) throws(ELFFailure) {
    let sections = try ELFReader.read(bytes) { reader throws(ELFFailure) in
      try reader.placedSections()
    }
    let file = LittleEndianBytes(bytes)
    guard file.integer(at: 18, as: UInt16.self) == 62 else {
      throw .damaged("it is not for x86-64")
    }
    buildID = try Self.buildID(file, sections[".note.gnu.build-id"])
    let functions = try FunctionTable(file, sections)
    addresses = []
    for section in sections.values where section.isCode {
      addresses += try Self.confirmed(Self.candidates(bytes, section), functions, bytes, section)
    }
    addresses.sort()
  }

  /// ELF note: sizes of name and description, type 3, name `GNU`, description.
  private static func buildID(
    _ file: LittleEndianBytes, _ note: ELFReader.Section?
  ) throws(ELFFailure) -> String {
    guard let start = note?.file.lowerBound, let count = note?.file.count,
      let size = file.integer(at: start + 4, as: UInt32.self), (1...64).contains(size),
      count >= 16 + Int(size), file.hasBytes(Array("GNU\0".utf8), at: start + 12)
    else { throw .damaged("it has no build id") }
    return file.bytes.dropFirst(start + 16).prefix(Int(size)).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  /// Addresses of the bytes `0f a2`.
  private static func candidates(_ bytes: Data, _ section: ELFReader.Section) -> [UInt64] {
    unsafe bytes.withUnsafeBytes { buffer in
      var found: [UInt64] = []
      var previous: UInt8 = 0
      for offset in section.file {
        let byte = unsafe buffer[offset]
        if byte == 0xA2, previous == 0x0F, offset > section.file.lowerBound {
          found.append(section.address &+ UInt64(offset - 1 - section.file.lowerBound))
        }
        previous = byte
      }
      return found
    }
  }

  private static func confirmed(
    _ candidates: [UInt64], _ functions: FunctionTable, _ bytes: Data, _ section: ELFReader.Section
  ) throws(ELFFailure) -> [UInt64] {
    let code = bytes.dropFirst(section.file.lowerBound).prefix(section.file.count)
    var found: [UInt64] = []
    var done: UInt64 = 0
    for candidate in candidates where candidate >= done {
      // Functions that overlap are no compiler's work, and could cost hours to read.
      guard let function = functions.function(at: candidate), function.lowerBound >= done,
        let start = section.offset(of: function.lowerBound),
        let size = Int(exactly: function.upperBound - function.lowerBound)
      else { continue }
      let body = code.dropFirst(start - section.file.lowerBound).prefix(size)
      found += try Disassembler.cpuidInstructions(body, at: function.lowerBound)
      done = function.upperBound
    }
    return found
  }
}
