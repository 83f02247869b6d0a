import Foundation

/// An OVMF image whose table of GUIDed structures and metadata can be changed.
///
/// **Source:** edk2 OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm, X64/OvmfSevMetadata.asm and
/// X64/OvmfTdxMetadata.asm.
struct FirmwareEditor {
  /// A structure of the table, by the first bytes of its GUID as the image holds them.
  enum Structure: UInt32 {
    case resetBlock = 0x00f7_71de
    case hashArea = 0x7255_371f
    case sevMetadata = 0xdc88_6566
    case tdxMetadata = 0xe47a_6535
    case secretArea = 0x4c2e_b361
  }

  private(set) var bytes: [UInt8]

  /// Reads an image.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Where the data of a structure is.
  ///
  /// - Throws: ``StaleEdit`` where the table has none.
  func data(of structure: Structure) throws(StaleEdit) -> Range<Int> {
    let footer = bytes.count - 48
    guard footer > 18, bytes.integer(at: footer, as: UInt32.self) == 0x96b5_82de,
      let total = bytes.integer(at: footer - 2, as: UInt16.self).map(Int.init)
    else { throw StaleEdit("it has no table of GUIDed structures") }
    var end = footer - 2
    while end > footer + 16 - total {
      guard let length = bytes.integer(at: end - 18, as: UInt16.self).map(Int.init), length >= 18
      else { break }
      if bytes.integer(at: end - 16, as: UInt32.self) == structure.rawValue {
        return (end - length)..<(end - 18)
      }
      end -= length
    }
    throw StaleEdit("its table has no \(structure)")
  }

  /// Writes numbers of 32 bits over the data of a structure.
  ///
  /// - Throws: ``StaleEdit`` where the table has none.
  mutating func put(_ numbers: UInt32..., in structure: Structure) throws(StaleEdit) {
    let data = try data(of: structure)
    for (index, number) in numbers.enumerated() where index * 4 < data.count {
      bytes.put(number, at: data.lowerBound + index * 4)
    }
  }

  /// Takes a structure out of the table: nobody knows what it is any more.
  ///
  /// - Throws: ``StaleEdit`` where the table has none.
  mutating func forget(_ structure: Structure) throws(StaleEdit) {
    let guid = try data(of: structure).upperBound + 2
    bytes.put(UInt32(0xdead_beef), at: guid)
  }

  /// Where a block of metadata is: its header of 16 bytes, then its sections.
  ///
  /// - Throws: ``StaleEdit`` where the table does not lead to it.
  func metadata(_ structure: Structure) throws(StaleEdit) -> Int {
    let place = try data(of: structure)
    guard let distance = bytes.integer(at: place.lowerBound, as: UInt32.self).map(Int.init),
      distance < bytes.count
    else { throw StaleEdit("its \(structure) is outside") }
    return bytes.count - distance
  }

  /// One section of the SEV metadata, by its type: where its base, length and type stand.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the type.
  func sevSection(_ type: UInt32) throws(StaleEdit) -> Int {
    try section(type, of: .sevMetadata, size: 12, typeAt: 8)
  }

  /// One section of the TDVF metadata, by its type.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the type.
  func tdvfSection(_ type: UInt32) throws(StaleEdit) -> Int {
    try section(type, of: .tdxMetadata, size: 32, typeAt: 24)
  }

  private func section(
    _ type: UInt32, of structure: Structure, size: Int, typeAt: Int
  ) throws(StaleEdit) -> Int {
    let start = try metadata(structure)
    let count = Int(bytes.integer(at: start + 12, as: UInt32.self) ?? 0)
    let places = (0..<min(count, 256)).map { start + 16 + $0 * size }
    guard
      let place = places.first(where: {
        bytes.integer(at: $0 + typeAt, as: UInt32.self) == type
      })
    else { throw StaleEdit("its \(structure) has no section of type \(type)") }
    return place
  }

  /// Writes a number at an offset, as one finds it by the functions above.
  mutating func put<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    bytes.put(number, at: offset)
  }

  /// Takes bytes away from the front.
  mutating func drop(_ count: Int) { bytes.removeFirst(min(count, bytes.count)) }

  /// Puts the sections of two types in each other's place.
  ///
  /// - Throws: ``StaleEdit`` where one is not there.
  mutating func swapSEVSections(_ first: UInt32, _ second: UInt32) throws(StaleEdit) {
    let (one, other) = (try sevSection(first), try sevSection(second))
    for index in 0..<12 { bytes.swapAt(one + index, other + index) }
  }
}
