import LodgeBindings
import LodgeModel

/// How a block of metadata is laid out: where it is announced, its signature and its sections.
///
/// `ASEV` and `TDVF` share one header: signature, length, version and number of sections, 32 bits
/// each; the length counts header and sections.
struct MetadataLayout<Section: Codable & Equatable & Sendable>: Sendable {
  /// The entry of the table that holds the block's distance from the end of the image.
  let announcement: GUID
  /// Four ASCII characters.
  let signature: String
  /// Bytes.
  let sectionSize: Int
  /// Reads the section at an offset; nil beyond the end.
  let section: @Sendable (LittleEndianBytes, Int) -> Section?

  /// Reads the block that an image announces in its table.
  func read(_ image: LittleEndianBytes, table: GUIDTable?) -> FirmwareImage.Metadata<Section> {
    guard let table else { return .none }
    guard let announced = table[announcement] else {
      return table.flaw.map { .malformed("the table of GUIDed structures is broken: \($0)") }
        ?? .none
    }
    guard let distance = table.number(announcement) else {
      return .malformed("its offset takes \(announced.count) bytes, not 4")
    }
    return read(image, at: image.count - Int(distance), distance: distance)
  }

  private func read(
    _ image: LittleEndianBytes, at start: Int, distance: UInt32
  ) -> FirmwareImage.Metadata<Section> {
    guard let found = image.slice(at: start, count: 4) else {
      return .malformed("its offset, \(distance) bytes from the end, is outside the image")
    }
    guard start.isMultiple(of: 4) else {
      return .malformed("its offset, \(distance) bytes from the end, is not aligned to 4 bytes")
    }
    guard found.elementsEqual(signature.utf8) else {
      return .malformed("its signature is \(hexadecimal(found)), not \(signature)")
    }
    guard let length = image.integer(at: start + 4, as: UInt32.self),
      let version = image.integer(at: start + 8, as: UInt32.self),
      let count = image.integer(at: start + 12, as: UInt32.self)
    else { return .malformed("its header is cut off") }
    guard count <= Self.sectionLimit else {
      return .malformed("it has \(count) sections, more than \(Self.sectionLimit)")
    }
    let first = start + Self.headerSize
    guard Int(length) == Self.headerSize + Int(count) * sectionSize else {
      return .malformed("a length of \(length) bytes is not that of \(count) sections")
    }
    guard image.slice(at: start, count: Int(length)) != nil else {
      return .malformed("\(count) sections reach beyond the image")
    }
    let sections = (0..<Int(count)).compactMap { section(image, first + $0 * sectionSize) }
    return .sections(version: version, sections)
  }

  private static var headerSize: Int { 16 }
  /// Real images have up to ten.
  private static var sectionLimit: Int { 256 }
}
