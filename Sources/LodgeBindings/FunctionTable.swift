import Foundation

/// Where functions start and end, as the unwinder finds them.
///
/// **Source:** Linux Standard Base Core 5.0, 10.6: .eh_frame and .eh_frame_hdr.
struct FunctionTable {
  private let file: LittleEndianBytes
  private let header: ELFReader.Section
  private let frames: ELFReader.Section
  private let count: Int

  /// Reads the head of .eh_frame_hdr.
  ///
  /// - Throws: ``ELFFailure`` where there is none, or it is coded otherwise than GNU ld and lld do.
  init(
    _ file: LittleEndianBytes, _ sections: [String: ELFReader.Section]
  ) throws(ELFFailure) {
    guard let header = sections[".eh_frame_hdr"], let frames = sections[".eh_frame"] else {
      throw .damaged("it has no .eh_frame_hdr")
    }
    // Version 1; .eh_frame relative to here, a count, a table of words relative to the section.
    guard file.hasBytes([1, 0x1B, 0x03, 0x3B], at: header.file.lowerBound),
      let count = file.integer(at: header.file.lowerBound + 8, as: UInt32.self),
      count <= (header.file.count - 12) / 8
    else { throw .damaged("its .eh_frame_hdr is none that a linker writes") }
    (self.file, self.header, self.frames, self.count) = (file, header, frames, Int(count))
  }

  /// The function that an address is in; nil where none is described there.
  func function(at address: UInt64) -> Range<UInt64>? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      guard let start = word(middle, 0) else { return nil }
      if start <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0, let start = word(low - 1, 0), let entry = word(low - 1, 4),
      let end = end(of: start, describedAt: entry), address < end
    else { return nil }
    return start..<end
  }

  /// An address in a row of the table.
  private func word(_ row: Int, _ column: Int) -> UInt64? {
    file.integer(at: header.file.lowerBound + 12 + row * 8 + column, as: Int32.self)
      .map { header.address &+ UInt64(bitPattern: Int64($0)) }
  }

  /// The end of a function by its FDE: length, CIE, start relative to here, size.
  private func end(of start: UInt64, describedAt entry: UInt64) -> UInt64? {
    guard let offset = frames.offset(of: entry),
      let length = file.integer(at: offset, as: UInt32.self), (12..<0xFFFF_FFF0).contains(length),
      let distance = file.integer(at: offset + 8, as: Int32.self),
      let size = file.integer(at: offset + 12, as: UInt32.self),
      // Tells that starts are coded as expected, without reading the CIE.
      entry &+ 8 &+ UInt64(bitPattern: Int64(distance)) == start
    else { return nil }
    let (end, overflow) = start.addingReportingOverflow(UInt64(size))
    return overflow ? nil : end
  }
}
