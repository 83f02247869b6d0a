package import Foundation

/// An ELF file that is not linked yet, such as a kernel module: its sections stand at no address.
///
/// **Source:** System V ABI, 4: Relocatable files; elf(5).
package struct ELFObject: Sendable {
  /// A place in a section, which counts from zero in the file.
  package struct Place: Hashable, Sendable {
    package var section: Int
    package var offset: Int

    package init(section: Int, offset: Int) { (self.section, self.offset) = (section, offset) }
  }

  /// A name for a place or a number.
  package struct Symbol: Hashable, Sendable {
    /// Empty for one that stands for a section.
    package var name: String
    /// Where it is; nil for one that is taken from elsewhere or is a number.
    package var place: Place?
    /// The number of one that has no place.
    package var number: UInt64?
    /// Bytes; 0 where they are not told.
    package var size: Int
    package var isFunction: Bool
    /// Whether the file works without it.
    package var isWeak: Bool

    /// Whether it is taken from elsewhere.
    package var isTaken: Bool { place == nil && number == nil && !name.isEmpty }
  }

  /// What a linker puts into a place: the address of a symbol, or the distance to it.
  package struct Relocation: Hashable, Sendable {
    package var symbol: Symbol
    package var addend: Int

    /// Where it points to; nil outside of the file.
    package var target: Place? {
      guard let place = symbol.place else { return nil }
      let (offset, overflow) = place.offset.addingReportingOverflow(addend)
      return overflow || offset < 0 ? nil : Place(section: place.section, offset: offset)
    }
  }

  private let file: LittleEndianBytes
  private let sections: [Int: ELFReader.ObjectSection]
  /// The symbols, in the order of the file.
  package let symbols: [Symbol]
  private let relocations: [Int: [Int: Relocation]]

  /// Reads sections, symbols and the relocations in some sections, by their names.
  ///
  /// - Throws: ``ELFFailure`` for bytes that are no ELF file for x86-64, or one that is damaged.
  package init(_ bytes: Data, relocating names: Set<String>) throws(ELFFailure) {
    file = LittleEndianBytes(bytes)
    guard file.integer(at: 18, as: UInt16.self) == 62 else {
      throw .damaged("it is not for x86-64")
    }
    (sections, symbols, relocations) = try ELFReader.read(bytes) { reader throws(ELFFailure) in
      let (sections, symbols) = (try reader.objectSections(), try reader.objectSymbols())
      let relocated = sections.filter { names.contains($0.value.name) }.keys
      return (sections, symbols, try reader.relocations(in: Set(relocated), to: symbols))
    }
  }

  /// The sections of a name, each with its size, in the order of the file.
  package func sections(named name: String) -> [(section: Int, size: Int)] {
    sections.filter { $0.value.name == name }.sorted { $0.key < $1.key }
      .map { ($0.key, $0.value.size) }
  }

  /// The name of a section.
  package func name(ofSection section: Int) -> String? { sections[section]?.name }

  /// What a linker would put at a place; nil where nothing.
  package func relocation(at place: Place) -> Relocation? {
    relocations[place.section]?[place.offset]
  }

  /// The bytes at a place, which are zeros where the file has none of the section; nil where they
  /// would leave it.
  package func bytes(at place: Place, count: Int) -> Data? {
    guard let section = sections[place.section], count >= 0, place.offset >= 0,
      place.offset <= section.size, count <= section.size - place.offset
    else { return nil }
    guard let start = section.file?.lowerBound else {
      return count <= 1 << 20 ? Data(count: count) : nil
    }
    return Data(file.bytes.dropFirst(start + place.offset).prefix(count))
  }

  /// The number at a place; nil where it would leave the section.
  package func integer<Value: FixedWidthInteger>(
    at place: Place, as type: Value.Type = Value.self
  ) -> Value? {
    bytes(at: place, count: MemoryLayout<Value>.size)
      .flatMap { LittleEndianBytes($0).integer(at: 0) }
  }

  /// The text from a place up to a zero byte; nil where none follows within `limit` bytes.
  package func text(at place: Place, limit: Int) -> String? {
    guard let section = sections[place.section], section.size > place.offset,
      let bytes = bytes(at: place, count: min(limit, section.size - place.offset))
    else { return nil }
    return LittleEndianBytes(bytes).text(at: 0, limit: limit)
  }

  /// The functions in sections of code whose bytes a search finds something in.
  package func functions(where matches: (Data) -> Bool) -> [(symbol: Symbol, code: Data)] {
    symbols.compactMap { symbol in
      guard symbol.isFunction, let place = symbol.place, sections[place.section]?.isCode == true,
        symbol.size > 0, let code = bytes(at: place, count: symbol.size), matches(code)
      else { return nil }
      return (symbol, code)
    }
  }
}
