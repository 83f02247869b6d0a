import CLibelf
import Foundation

/// One libelf handle; must not outlive the bytes it reads.
///
/// Stands on elf_memory(3), which reads in place: opening one costs microseconds at any size.
@safe struct ELFReader: ~Copyable {
  private let elf: OpaquePointer
  let count: Int

  /// Lends a handle over bytes for the duration of a question.
  static func read<Answer>(
    _ bytes: Data, _ question: (borrowing ELFReader) throws(ELFFailure) -> Answer
  ) throws(ELFFailure) -> Answer {
    let answer = unsafe bytes.withUnsafeBytes { buffer in
      Result { () throws(ELFFailure) in try question(unsafe ELFReader(buffer)) }
    }
    return try answer.get()
  }

  private init(_ bytes: UnsafeRawBufferPointer) throws(ELFFailure) {
    elf_version(UInt32(EV_CURRENT))
    // libelf takes a mutable pointer but writes only to files opened for writing.
    let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
    let image = unsafe start?.assumingMemoryBound(to: CChar.self)
    guard let opened = unsafe elf_memory(image, bytes.count) else { throw .notELF }
    guard unsafe elf_kind(opened) == ELF_K_ELF else {
      unsafe elf_end(opened)
      throw .notELF
    }
    unsafe elf = unsafe opened
    count = bytes.count
  }

  deinit { unsafe elf_end(elf) }

  /// Sections with bytes in the file, by name; of two with one name the first.
  func placedSections() throws(ELFFailure) -> [String: Section] {
    let names = try sectionNames()
    var sections: [String: Section] = [:]
    try unsafe forEachSection { _, header throws(ELFFailure) in
      guard header.sh_type != SHT_NOBITS, let name = text(names, Int(header.sh_name)) else {
        return
      }
      guard let start = Int(exactly: header.sh_offset), let size = Int(exactly: header.sh_size),
        start <= count, size <= count - start
      else { throw .damaged("section \(name) leaves the file") }
      guard sections[name] == nil else { return }
      sections[name] = Section(
        file: start..<start + size, address: header.sh_addr,
        isCode: header.sh_flags & UInt64(SHF_EXECINSTR) != 0)
    }
    return sections
  }

  /// The number of the section with the names of sections.
  func sectionNames() throws(ELFFailure) -> Int {
    var header = GElf_Ehdr()
    guard unsafe gelf_getehdr(elf, &header) != nil else { throw .last }
    // libelf takes a file whose section headers were cut off for one without sections.
    guard header.e_shoff < UInt64(count) else { throw .damaged("its section headers are cut off") }
    var names = 0
    guard unsafe elf_getshdrstrndx(elf, &names) == 0 else { throw .last }
    return names
  }

  /// Version nodes by defined global symbol.
  func versionedSymbols() throws(ELFFailure) -> [String: String] {
    var (symbols, versions, nodes) = (Table?.none, Table?.none, [UInt16: String]())
    try unsafe forEachSection { section, header throws(ELFFailure) in
      switch Int(header.sh_type) {
      case Int(SHT_DYNSYM): unsafe symbols = try Table(section, header)
      case Int(SHT_GNU_versym): unsafe versions = try Table(section, header)
      case Int(SHT_GNU_verdef): nodes = versionNodes(try unsafe Table(section, header))
      default: break
      }
    }
    guard let symbols, let versions else { return [:] }
    var found: [String: String] = [:]
    for index in 0..<symbols.entries {
      guard let name = definedSymbol(index, in: symbols),
        let version = defaultVersion(index, in: versions),
        // The linker adds a symbol for each node, named as the node is.
        let node = nodes[version], node != name
      else { continue }
      found[name] = node
    }
    return found
  }
}

extension ELFReader {
  /// Where a section is, in the file and in memory.
  struct Section {
    let file: Range<Int>
    let address: UInt64
    let isCode: Bool

    /// The place in the file of an address; nil for one outside the section.
    func offset(of address: UInt64) -> Int? {
      guard address >= self.address, let distance = Int(exactly: address - self.address),
        distance < file.count
      else { return nil }
      return file.lowerBound + distance
    }
  }

  /// The data of a section that is a table.
  @safe struct Table {
    let data: UnsafeMutablePointer<Elf_Data>
    let entries: Int
    /// The section that its names are in.
    let names: Int

    /// Stands on elf_getdata(3).
    init(_ section: OpaquePointer, _ header: GElf_Shdr) throws(ELFFailure) {
      guard let data = unsafe elf_getdata(section, nil) else { throw .last }
      unsafe self.data = unsafe data
      let size = max(Int(clamping: header.sh_entsize), 1)
      // A table of versions has entries of many sizes and their number in the header.
      let isVersions = header.sh_type == SHT_GNU_verdef
      entries = isVersions ? min(Int(header.sh_info), 0x7FFF) : unsafe data.pointee.d_size / size
      names = Int(header.sh_link)
    }
  }

  /// Stands on elf_nextscn(3) and gelf_getshdr(3).
  func forEachSection(
    _ body: (OpaquePointer, GElf_Shdr) throws(ELFFailure) -> Void
  ) throws(ELFFailure) {
    var next = unsafe elf_nextscn(elf, nil)
    while let section = unsafe next {
      var header = GElf_Shdr()
      guard unsafe gelf_getshdr(section, &header) != nil else { throw .last }
      try unsafe body(section, header)
      unsafe next = unsafe elf_nextscn(elf, section)
    }
  }

  /// The name of a symbol that is defined here and seen by others; stands on gelf_getsym(3).
  private func definedSymbol(_ index: Int, in table: Table) -> String? {
    var symbol = GElf_Sym()
    guard let index = Int32(exactly: index),
      unsafe gelf_getsym(table.data, index, &symbol) != nil,
      symbol.st_shndx != SHN_UNDEF, symbol.st_info >> 4 != STB_LOCAL
    else { return nil }
    return text(table.names, Int(symbol.st_name))
  }

  /// The number of a symbol's node unless it is an old version; stands on gelf_getversym(3).
  private func defaultVersion(_ index: Int, in table: Table) -> UInt16? {
    var version = GElf_Versym()
    guard let index = Int32(exactly: index),
      unsafe gelf_getversym(table.data, index, &version) != nil,
      version & 0x8000 == 0, version > VER_NDX_GLOBAL
    else { return nil }
    return version
  }

  /// Names of the version nodes by number; stands on gelf_getverdef(3).
  private func versionNodes(_ table: Table) -> [UInt16: String] {
    var nodes: [UInt16: String] = [:]
    var offset: Int32 = 0
    for _ in 0..<table.entries {
      var (node, name) = (GElf_Verdef(), GElf_Verdaux())
      guard unsafe gelf_getverdef(table.data, offset, &node) != nil,
        let nameOffset = Int32(exactly: Int(offset) + Int(node.vd_aux)),
        unsafe gelf_getverdaux(table.data, nameOffset, &name) != nil
      else { break }
      nodes[node.vd_ndx & 0x7FFF] = text(table.names, Int(name.vda_name))
      guard node.vd_next > 0, let next = Int32(exactly: Int(offset) + Int(node.vd_next)) else {
        break
      }
      offset = next
    }
    return nodes
  }

  /// A name in a section of strings; stands on elf_strptr(3).
  func text(_ section: Int, _ offset: Int) -> String? {
    unsafe elf_strptr(elf, section, offset).flatMap { unsafe String(nameAt: $0) }
  }
}

extension ELFFailure {
  /// What libelf says of its last failure in this thread; stands on elf_errmsg(3).
  static var last: ELFFailure {
    .damaged(unsafe elf_errmsg(-1).map { unsafe String(cString: $0) } ?? "no reason given")
  }
}
