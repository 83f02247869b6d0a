import Foundation

/// A 64-bit ELF file whose sections can be changed.
///
/// **Source:** System V gABI, chapter 4: `e_shoff` at 0x28, `e_shentsize`, `e_shnum` and
/// `e_shstrndx` at 0x3A; a header has name, offset and size at 0, 24 and 32.
struct ELFEditor {
  private(set) var bytes: [UInt8]
  /// Where the header of each section is, by name; of two with one name the first.
  private let headers: [String: Int]

  /// Reads the section headers.
  ///
  /// - Throws: ``StaleEdit`` for bytes that are no 64-bit ELF file.
  init(_ data: Data) throws(StaleEdit) {
    let bytes = [UInt8](data)
    guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2]),
      let table = bytes.integer(at: 0x28, as: UInt64.self).flatMap({ Int(exactly: $0) }),
      let size = bytes.integer(at: 0x3A, as: UInt16.self).map(Int.init),
      let count = bytes.integer(at: 0x3C, as: UInt16.self).map(Int.init),
      let index = bytes.integer(at: 0x3E, as: UInt16.self).map(Int.init),
      let names = bytes.integer(at: table + index * size + 24, as: UInt64.self)
    else { throw StaleEdit("it is no 64-bit ELF file with sections") }
    var headers: [String: Int] = [:]
    for header in (0..<count).map({ table + $0 * size }) {
      guard let name = bytes.integer(at: header, as: UInt32.self) else { continue }
      let start = Int(names) + Int(name)
      guard start < bytes.count, let end = bytes[start...].firstIndex(of: 0) else { continue }
      let text = String(decoding: bytes[start..<end], as: UTF8.self)
      if headers[text] == nil { headers[text] = header }
    }
    (self.bytes, self.headers) = (bytes, headers)
  }

  /// The names of the sections.
  var sections: [String] { headers.keys.sorted() }

  /// Where a section is in the file.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the name.
  func range(of section: String) throws(StaleEdit) -> Range<Int> {
    guard let header = headers[section],
      let offset = bytes.integer(at: header + 24, as: UInt64.self).map(Int.init),
      let size = bytes.integer(at: header + 32, as: UInt64.self).map(Int.init),
      offset + size <= bytes.count
    else { throw StaleEdit("it has no section \(section)") }
    return offset..<(offset + size)
  }

  /// Where a section is when the program runs.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the name.
  func address(of section: String) throws(StaleEdit) -> Int {
    guard let header = headers[section],
      let address = bytes.integer(at: header + 16, as: UInt64.self).map(Int.init)
    else { throw StaleEdit("it has no section \(section)") }
    return address
  }

  /// Writes a number at an offset, as one finds it by the functions above.
  mutating func put<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    bytes.put(number, at: offset)
  }

  /// The bytes of a section.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the name.
  func section(_ name: String) throws(StaleEdit) -> [UInt8] { Array(bytes[try range(of: name)]) }

  /// Gives a section other bytes; more than it had go to the end of the file.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the name.
  mutating func replace(_ name: String, with content: [UInt8]) throws(StaleEdit) {
    let old = try range(of: name)
    guard let header = headers[name] else { return }
    if content.count <= old.count {
      bytes.replaceSubrange(old.prefix(content.count), with: content)
    } else {
      bytes += [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
      bytes.put(UInt64(bytes.count), at: header + 24)
      bytes += content
    }
    bytes.put(UInt64(content.count), at: header + 32)
  }

  /// Writes other bytes of the same number over every place of a pattern.
  ///
  /// - Throws: ``StaleEdit`` where it stands nowhere.
  mutating func replaceAll(_ old: [UInt8], with new: [UInt8]) throws(StaleEdit) {
    try bytes.replaceAll(old, with: new)
  }

  /// Writes other bytes of the same number over the first place of a pattern.
  ///
  /// - Throws: ``StaleEdit`` where it stands nowhere.
  mutating func replaceFirst(_ old: [UInt8], with new: [UInt8]) throws(StaleEdit) {
    try bytes.replaceFirst(old, with: new)
  }

  /// Writes another text of the same length over every place of one.
  ///
  /// - Throws: ``StaleEdit`` where it stands nowhere.
  mutating func replaceAll(_ old: String, with new: String) throws(StaleEdit) {
    try bytes.replaceAll(old, with: new)
  }

  /// Takes the bytes of a section away, and leaves its header.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the name.
  mutating func empty(_ name: String) throws(StaleEdit) { try replace(name, with: []) }
}

extension ELFEditor {
  /// Makes a symbol that the library defines one that it does not give to others.
  ///
  /// **Source:** gABI, chapter 4, "Symbol Table": an entry has 24 bytes, its section at 6;
  /// `.gnu.version` has 16 bits for each.
  ///
  /// - Throws: ``StaleEdit`` where it defines no such symbol.
  mutating func hide(symbol: String) throws(StaleEdit) {
    try editVersions(of: symbol) { _ in 0 }
  }

  /// Takes the version of a symbol away.
  ///
  /// - Throws: ``StaleEdit`` where it defines no such symbol.
  mutating func stripVersion(of symbol: String) throws(StaleEdit) {
    try editVersions(of: symbol) { _ in 1 }
  }

  private mutating func editVersions(
    of symbol: String, _ change: (UInt16) -> UInt16
  ) throws(StaleEdit) {
    let (symbols, names) = (try range(of: ".dynsym"), try section(".dynstr"))
    let versions = try range(of: ".gnu.version")
    let wanted = Array(symbol.utf8) + [0]
    var isFound = false
    for index in 0..<(symbols.count / 24) {
      let entry = symbols.lowerBound + index * 24
      guard let name = bytes.integer(at: entry, as: UInt32.self).map(Int.init),
        let home = bytes.integer(at: entry + 6, as: UInt16.self), home != 0,
        name < names.count, names[name...].starts(with: wanted),
        let version = bytes.integer(at: versions.lowerBound + index * 2, as: UInt16.self)
      else { continue }
      bytes.put(change(version), at: versions.lowerBound + index * 2)
      isFound = true
    }
    guard isFound else { throw StaleEdit("it defines no symbol \(symbol)") }
  }
}
