import CLibelf

// What files have that are not linked yet.
extension ELFReader {
  /// A section of a file that is not linked.
  struct ObjectSection {
    let name: String
    /// Where its bytes are; nil for one of zeros that the file does not hold.
    let file: Range<Int>?
    /// Bytes.
    let size: Int
    let isCode: Bool
  }

  /// Sections by number.
  func objectSections() throws(ELFFailure) -> [Int: ObjectSection] {
    let names = try sectionNames()
    var sections: [Int: ObjectSection] = [:]
    try unsafe forEachSection { section, header throws(ELFFailure) in
      guard let name = text(names, Int(header.sh_name)), let size = Int(exactly: header.sh_size)
      else { return }
      let isEmpty = header.sh_type == SHT_NOBITS
      guard let start = Int(exactly: header.sh_offset),
        isEmpty || (start <= count && size <= count - start)
      else { throw .damaged("section \(name) leaves the file") }
      unsafe sections[elf_ndxscn(section)] = ObjectSection(
        name: name, file: isEmpty ? nil : start..<start + size, size: size,
        isCode: header.sh_flags & UInt64(SHF_EXECINSTR) != 0)
    }
    return sections
  }

  /// All symbols, in the order of the file.
  func objectSymbols() throws(ELFFailure) -> [ELFObject.Symbol] {
    var symbols: [ELFObject.Symbol] = []
    try unsafe forEachSection { section, header throws(ELFFailure) in
      guard header.sh_type == SHT_SYMTAB, symbols.isEmpty else { return }
      let table = try unsafe Table(section, header)
      symbols.reserveCapacity(table.entries)
      for index in 0..<table.entries {
        var symbol = GElf_Sym()
        guard let number = Int32(exactly: index),
          unsafe gelf_getsym(table.data, number, &symbol) != nil
        else { throw .last }
        symbols.append(
          ELFObject.Symbol(symbol, named: text(table.names, Int(symbol.st_name)) ?? ""))
      }
    }
    return symbols
  }

  /// What a linker would put into some sections, by section and offset; stands on
  /// gelf_getrela(3).
  func relocations(
    in sections: Set<Int>, to symbols: [ELFObject.Symbol]
  ) throws(ELFFailure) -> [Int: [Int: ELFObject.Relocation]] {
    var relocations: [Int: [Int: ELFObject.Relocation]] = [:]
    try unsafe forEachSection { section, header throws(ELFFailure) in
      guard header.sh_type == SHT_RELA, sections.contains(Int(header.sh_info)) else { return }
      let table = try unsafe Table(section, header)
      var found: [Int: ELFObject.Relocation] = [:]
      for index in 0..<table.entries {
        var entry = GElf_Rela()
        guard let number = Int32(exactly: index),
          unsafe gelf_getrela(table.data, number, &entry) != nil
        else { throw .last }
        let symbol = Int(entry.r_info >> 32)
        guard symbol < symbols.count, let offset = Int(exactly: entry.r_offset) else {
          throw .damaged("a relocation leaves the table of symbols")
        }
        found[offset] = ELFObject.Relocation(symbol: symbols[symbol], addend: Int(entry.r_addend))
      }
      relocations[Int(header.sh_info), default: [:]].merge(found) { $1 }
    }
    return relocations
  }
}

extension ELFObject.Symbol {
  fileprivate init(_ symbol: GElf_Sym, named name: String) {
    self.name = name
    size = Int(exactly: symbol.st_size) ?? 0
    isFunction = symbol.st_info & 15 == STT_FUNC
    isWeak = symbol.st_info >> 4 == STB_WEAK
    let section = Int(symbol.st_shndx)
    switch section {
    case Int(SHN_UNDEF): (place, number) = (nil, nil)
    case Int(SHN_ABS): (place, number) = (nil, symbol.st_value)
    case Int(SHN_LORESERVE)...: (place, number) = (nil, 0)
    default:
      (place, number) = (
        Int(exactly: symbol.st_value).map { ELFObject.Place(section: section, offset: $0) }, nil
      )
    }
  }
}
