import Foundation
import LodgeBindings

extension ELFObject {
  /// Symbols that a module gives to others, with their checksums; nil without MODVERSIONS.
  ///
  /// **Source:** Linux include/linux/export-internal.h: entries of 12 bytes with the distance to
  /// the name at 4, and the checksums beside them in the same order; scripts/mod/modpost.c.
  func moduleExports() -> [String: UInt32?] {
    var exports: [String: UInt32?] = [:]
    for kind in ["", "_gpl"] {
      let checksums = sections(named: "__kcrctab\(kind)").first?.section
      for (section, size) in sections(named: "__ksymtab\(kind)") {
        for row in 0..<size / 12 {
          let name = relocation(at: Place(section: section, offset: row * 12 + 4))?.target
            .flatMap { text(at: $0, limit: 512) }
          guard let name else { continue }
          exports[name] = .some(
            checksums.flatMap { checksum(at: Place(section: $0, offset: row * 4)) })
        }
      }
    }
    return exports
  }

  /// A number in the table, or behind a symbol where the linker is to put it there.
  private func checksum(at place: Place) -> UInt32? {
    guard let symbol = relocation(at: place)?.symbol else { return integer(at: place) }
    return symbol.number.map { UInt32(truncatingIfNeeded: $0) }
      ?? symbol.place.flatMap { integer(at: $0) }
  }

  /// Symbols that a module takes, with the checksums that it was built against.
  ///
  /// **Source:** Linux include/linux/module.h, `struct modversion_info` of 64 bytes; with
  /// EXTENDED_MODVERSIONS (6.14) `__version_ext_crcs` beside `__version_ext_names`.
  func moduleImports() -> [String: UInt32?] {
    var imports: [String: UInt32?] = [:]
    for symbol in symbols where symbol.isTaken && !symbol.isWeak {
      imports[symbol.name] = .some(nil)
    }
    for (section, size) in sections(named: "__versions") {
      for entry in stride(from: 0, to: size - 63, by: 64) {
        guard let checksum = integer(at: Place(section: section, offset: entry), as: UInt64.self),
          let name = text(at: Place(section: section, offset: entry + 8), limit: 56), !name.isEmpty
        else { continue }
        imports[name] = .some(UInt32(truncatingIfNeeded: checksum))
      }
    }
    for (name, checksum) in extendedVersions() { imports[name] = .some(checksum) }
    return imports
  }

  private func extendedVersions() -> [(String, UInt32)] {
    guard let names = sections(named: "__version_ext_names").first,
      let checksums = sections(named: "__version_ext_crcs").first,
      let texts = bytes(at: Place(section: names.section, offset: 0), count: names.size)
    else { return [] }
    return texts.split(separator: 0).enumerated().compactMap { row, name in
      integer(at: Place(section: checksums.section, offset: row * 4))
        .map { (String(decoding: name, as: UTF8.self), $0) }
    }
  }
}

extension ELFFile {
  /// Symbols that a kernel gives to modules, as far as they are asked for.
  ///
  /// - Returns: nil where the kernel has no table of them, as one without modules.
  func kernelExports(of wanted: Set<String>) -> [String: UInt32?]? {
    var exports: [String: UInt32?] = [:]
    var isFound = false
    for kind in ["", "_gpl"] {
      guard let table = section("__ksymtab\(kind)"),
        let place = address(ofSection: "__ksymtab\(kind)"),
        let texts = section("__ksymtab_strings"),
        let start = address(ofSection: "__ksymtab_strings")
      else { continue }
      isFound = true
      let (rows, names) = (LittleEndianBytes(table), LittleEndianBytes(texts))
      let checksums = section("__kcrctab\(kind)").map(LittleEndianBytes.init)
      for row in 0..<table.count / 12 {
        guard let distance = rows.integer(at: row * 12 + 4, as: Int32.self) else { break }
        let address = place &+ UInt64(row * 12 + 4) &+ UInt64(bitPattern: Int64(distance))
        guard let offset = Int(exactly: address &- start),
          let name = names.text(at: offset, limit: 512), wanted.contains(name)
        else { continue }
        exports[name] = .some(checksums?.integer(at: row * 4))
      }
    }
    return isFound ? exports : nil
  }

  /// What a kernel of a release asks of the `vermagic` of modules; nil where it is not found.
  ///
  /// **Source:** Linux include/linux/vermagic.h, `VERMAGIC_STRING`.
  func vermagic(of release: String) -> String? {
    guard let texts = section(".rodata") else { return nil }
    let start = Data("\(release) ".utf8)
    var rest = texts[...]
    while let found = rest.firstRange(of: start) {
      let text = rest[found.lowerBound...].prefix(256).prefix { $0 != 0 }
      let words = String(decoding: text, as: UTF8.self)
      if words.contains(" mod_unload ") || words.contains(" SMP ") && !words.contains("(") {
        return words.trimmed
      }
      rest = rest[found.upperBound...]
    }
    return nil
  }
}

extension StringProtocol {
  /// The words without the blank that the kernel puts at the end of `vermagic`.
  var trimmed: String { String(self).trimmingCharacters(in: .whitespaces) }
}
