import Foundation

/// The type information of a kernel or module, whose types can be changed and added to.
///
/// **Source:** Linux Documentation/bpf/btf.rst and include/uapi/linux/btf.h.
struct BTFEditor {
  /// One member of a structure that is added: its name and where it begins, in bytes.
  typealias NewMember = (name: String, offset: Int)

  private var header: [UInt8]
  private var types: [UInt8]
  private var strings: [UInt8]
  /// The strings of the kernel that a module was built for; empty for the kernel itself.
  private let base: [UInt8]

  /// Reads a `.BTF` section, with that of the kernel where it is of a module.
  ///
  /// - Throws: ``StaleEdit`` for bytes that are none.
  init(_ section: [UInt8], over kernel: [UInt8] = []) throws(StaleEdit) {
    (header, types, strings) = try Self.parts(of: section)
    base = kernel.isEmpty ? [] : try Self.parts(of: kernel).strings
  }

  private static func parts(
    of section: [UInt8]
  ) throws(StaleEdit) -> (header: [UInt8], types: [UInt8], strings: [UInt8]) {
    guard section.integer(at: 0, as: UInt16.self) == 0xEB9F,
      let length = section.integer(at: 4, as: UInt32.self).map(Int.init),
      let typeStart = section.integer(at: 8, as: UInt32.self).map({ length + Int($0) }),
      let typeLength = section.integer(at: 12, as: UInt32.self).map(Int.init),
      let stringStart = section.integer(at: 16, as: UInt32.self).map({ length + Int($0) }),
      let stringLength = section.integer(at: 20, as: UInt32.self).map(Int.init),
      typeStart + typeLength <= section.count, stringStart + stringLength <= section.count
    else { throw StaleEdit("its BTF cannot be read") }
    return (
      Array(section[..<length]), Array(section[typeStart..<(typeStart + typeLength)]),
      Array(section[stringStart..<(stringStart + stringLength)])
    )
  }

  /// The whole section, as it stands now.
  var bytes: [UInt8] {
    var header = header
    header.put(UInt32(0), at: 8)
    header.put(UInt32(types.count), at: 12)
    header.put(UInt32(types.count), at: 16)
    header.put(UInt32(strings.count), at: 20)
    return header + types + strings
  }

  /// One type: where it stands, its kind and how many parts it has.
  private struct Entry {
    var offset: Int
    var kind: UInt32
    var parts: Int

    /// Bytes behind the twelve that all types have.
    var extra: Int? {
      switch kind {
      case 1, 14, 17: 4
      case 3: 12
      case 4, 5, 15, 19: parts * 12
      case 6, 13: parts * 8
      case 2, 7, 8, 9, 10, 11, 12, 16, 18: 0
      default: nil
      }
    }

    /// Where a part stands.
    func part(_ index: Int) -> Int { offset + 12 + index * (kind == 6 ? 8 : 12) }
  }

  private func forEachEntry(_ body: (Entry) throws(StaleEdit) -> Void) throws(StaleEdit) {
    var offset = 0
    while offset < types.count {
      guard let info = types.integer(at: offset + 4, as: UInt32.self) else { break }
      let entry = Entry(offset: offset, kind: info >> 24 & 0x1F, parts: Int(info & 0xFFFF))
      guard let extra = entry.extra else {
        throw StaleEdit("its BTF has a type of unknown kind \(entry.kind)")
      }
      try body(entry)
      offset += 12 + extra
    }
  }

  private func name(at offset: Int) -> String? {
    guard let place = types.integer(at: offset, as: UInt32.self).map(Int.init), place > 0 else {
      return nil
    }
    let (table, start) = place < base.count ? (base, place) : (strings, place - base.count)
    guard start < table.count, let end = table[start...].firstIndex(of: 0) else { return nil }
    return String(decoding: table[start..<end], as: UTF8.self)
  }

  /// Gives an enumerator another value.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the name.
  mutating func set(enumerator wanted: String, to value: Int32) throws(StaleEdit) {
    var places: [Int] = []
    try forEachEntry { entry in
      guard entry.kind == 6 else { return }
      for index in 0..<entry.parts where name(at: entry.part(index)) == wanted {
        places.append(entry.part(index) + 4)
      }
    }
    guard !places.isEmpty else { throw StaleEdit("its BTF has no enumerator \(wanted)") }
    for place in places { types.put(value, at: place) }
  }

  /// Gives a structure another size, in bytes.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the name.
  mutating func set(sizeOf tag: String, to size: Int) throws(StaleEdit) {
    let entry = try structure(tag)
    types.put(UInt32(size), at: entry.offset + 8)
  }

  /// Moves a member of a structure by some bytes.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the name.
  mutating func move(_ member: String, of tag: String, by bytes: Int) throws(StaleEdit) {
    let place = try part(member, of: tag)
    guard let old = types.integer(at: place + 8, as: UInt32.self) else { return }
    types.put(UInt32(Int(old) + bytes * 8), at: place + 8)
  }

  /// Gives a member of a structure another name.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the name.
  mutating func rename(_ member: String, of tag: String, to name: String) throws(StaleEdit) {
    let place = try part(member, of: tag)
    types.put(add(string: name), at: place)
  }

  /// Gives a structure another tag.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the name.
  mutating func rename(tag: String, to name: String) throws(StaleEdit) {
    let entry = try structure(tag)
    types.put(add(string: name), at: entry.offset)
  }

  /// Gives an enumerator another name.
  ///
  /// - Throws: ``StaleEdit`` where there is none of the name.
  mutating func rename(enumerator wanted: String, to name: String) throws(StaleEdit) {
    var places: [Int] = []
    try forEachEntry { entry in
      guard entry.kind == 6 else { return }
      for index in 0..<entry.parts where self.name(at: entry.part(index)) == wanted {
        places.append(entry.part(index))
      }
    }
    guard !places.isEmpty else { throw StaleEdit("its BTF has no enumerator \(wanted)") }
    let string = add(string: name)
    for place in places { types.put(string, at: place) }
  }

  /// Adds an enumeration.
  mutating func add(enumeration name: String, _ values: [(name: String, value: Int32)]) {
    append(name, kind: 6, parts: values.count, size: 4)
    for (name, value) in values {
      appendWord(add(string: name))
      appendWord(UInt32(bitPattern: value))
    }
  }

  /// Adds a structure, all of whose members have the first type of the kernel.
  mutating func add(structure name: String, size: Int, _ members: [NewMember]) {
    append(name, kind: 4, parts: members.count, size: UInt32(size))
    for member in members {
      appendWord(add(string: member.name))
      appendWord(1)
      appendWord(UInt32(member.offset * 8))
    }
  }

  private mutating func append(_ name: String, kind: UInt32, parts: Int, size: UInt32) {
    appendWord(add(string: name))
    appendWord(kind << 24 | UInt32(parts))
    appendWord(size)
  }

  private mutating func appendWord(_ word: UInt32) {
    types += [0, 0, 0, 0]
    types.put(word, at: types.count - 4)
  }

  private mutating func add(string: String) -> UInt32 {
    defer { strings += Array(string.utf8) + [0] }
    return UInt32(base.count + strings.count)
  }

  private func structure(_ tag: String) throws(StaleEdit) -> Entry {
    var found: Entry?
    try forEachEntry { entry in
      if found == nil, [4, 5].contains(entry.kind), name(at: entry.offset) == tag { found = entry }
    }
    guard let found else { throw StaleEdit("its BTF has no struct \(tag)") }
    return found
  }

  private func part(_ member: String, of tag: String) throws(StaleEdit) -> Int {
    let entry = try structure(tag)
    guard let place = (0..<entry.parts).map(entry.part).first(where: { name(at: $0) == member })
    else { throw StaleEdit("its BTF has no \(tag).\(member)") }
    return place
  }
}
