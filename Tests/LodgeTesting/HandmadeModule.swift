package import Foundation

/// A small kernel module, put together by hand.
///
/// **Source:** System V ABI, AMD64 supplement; Linux include/linux/moduleparam.h (`struct
/// kernel_param`), include/linux/export-internal.h and include/linux/module.h (`struct
/// modversion_info`).
package struct HandmadeModule {
  /// A parameter: its variable stands in `.bss` where it has no bytes, else in `.data`.
  package struct Parameter {
    var name: String
    var operations: String
    var bytes: [UInt8]?

    package init(_ name: String, _ operations: String, _ bytes: [UInt8]? = nil) {
      (self.name, self.operations, self.bytes) = (name, operations, bytes)
    }
  }

  /// Texts of `.modinfo`, such as `depends=kvm`.
  package var information = ["vermagic=6.12.1 SMP preempt mod_unload modversions "]
  package var parameters: [Parameter] = []
  /// Symbols with their checksums; nil for a kernel without MODVERSIONS.
  package var exports: [(name: String, checksum: UInt32?)] = []
  /// Symbols with their checksums; nil for a kernel without MODVERSIONS.
  package var imports: [(name: String, checksum: UInt32?)] = []
  package var functions: [(name: String, code: [UInt8])] = []

  package init() {}

  private static let names = [
    "", ".modinfo", "__param", ".rela__param", ".data", ".bss", ".rodata", "__ksymtab_gpl",
    ".rela__ksymtab_gpl", "__kcrctab_gpl", "__ksymtab_strings", "__versions", ".text", ".symtab",
    ".strtab", ".shstrtab",
  ]

  /// The bytes of the file.
  package var data: Data {
    let strings = Texts(
      [""] + Array(Set(parameters.map(\.operations))).sorted()
        + imports.map(\.name) + functions.map(\.name))
    let parameterNames = Texts(parameters.map(\.name))
    let exportNames = Texts(exports.map(\.name))
    var (variables, code) = (Data(), Data())
    var (places, entries) = (Data(), Data())
    for (row, parameter) in parameters.enumerated() {
      let start = UInt64(row * 40)
      let target = parameter.bytes == nil ? 2 : 1
      places.add([start, 3 << 32 | 1, UInt64(parameterNames.offsets[parameter.name] ?? 0)])
      places.add([start + 16, symbol(parameter.operations, in: strings) << 32 | 1, 0])
      places.add([
        start + 32, UInt64(target) << 32 | 1, UInt64(target == 2 ? row * 8 : variables.count),
      ])
      variables += (parameter.bytes ?? []) + [UInt8](repeating: 0, count: 8)
    }
    for (row, export) in exports.enumerated() {
      entries.add([
        UInt64(row * 12 + 4), 4 << 32 | 2, UInt64(exportNames.offsets[export.name] ?? 0),
      ])
    }
    var symbols = Data(count: 24)
    for section: UInt16 in [4, 5, 6, 10] { symbols.addSymbol(0, 3, section, 0, 0) }
    for name in strings.names.dropFirst() where !functions.contains(where: { $0.name == name }) {
      symbols.addSymbol(strings.offsets[name] ?? 0, 0x10, 0, 0, 0)
    }
    for function in functions {
      symbols.addSymbol(
        strings.offsets[function.name] ?? 0, 0x12, 12, code.count, function.code.count)
      code += function.code
    }
    let versioned = imports.compactMap { item in item.checksum.map { (item.name, $0) } }
    var versions = Data()
    for (name, checksum) in versioned {
      versions.add([UInt64(checksum)])
      versions += Data(name.utf8) + Data(count: 56 - name.utf8.count)
    }
    var checksums = Data()
    checksums.add(exports.compactMap(\.checksum))
    return Self.file([
      (0, 0, 0, 0, Data()), (1, 2, 0, 0, Texts(information).data),
      (1, 2, 0, 0, Data(count: parameters.count * 40)), (4, 0, 13, 2, places),
      (1, 3, 0, 0, variables), (8, 3, 0, 0, Data(count: 8 * max(parameters.count, 1))),
      (1, 2, 0, 0, parameterNames.data), (1, 2, 0, 0, Data(count: exports.count * 12)),
      (4, 0, 13, 7, entries), (1, 2, 0, 0, checksums), (1, 2, 0, 0, exportNames.data),
      (1, 2, 0, 0, versions), (1, 6, 0, 0, code), (2, 0, 14, 1, symbols),
      (3, 0, 0, 0, strings.data), (3, 0, 0, 0, Texts(Self.names).data),
    ])
  }

  /// The number of a symbol that is taken from elsewhere.
  private func symbol(_ name: String, in strings: Texts) -> UInt64 {
    UInt64((strings.names.firstIndex(of: name) ?? 0) + 4)
  }

  private typealias Section = (type: UInt32, flags: UInt64, link: UInt32, info: UInt32, Data)

  private static func file(_ sections: [Section]) -> Data {
    let texts = Texts(names)
    var (bodies, headers) = (Data(), Data())
    for (section, name) in zip(sections, names) {
      let bytes = section.4
      headers.add([UInt32(texts.offsets[name] ?? 0), section.type])
      headers.add([section.flags, 0, UInt64(64 + bodies.count), UInt64(bytes.count)])
      headers.add([section.link, section.info])
      headers.add([8, section.type == 2 || section.type == 4 ? 24 : 0] as [UInt64])
      // Sections of type 8 have no bytes in the file.
      if section.type != 8 { bodies += bytes + Data(count: -bytes.count & 7) }
    }
    var head = Data([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0]) + Data(count: 8)
    head.add([1, 62] as [UInt16])
    head.add([1] as [UInt32])
    head.add([0, 0, UInt64(64 + bodies.count)])
    head.add([0] as [UInt32])
    head.add([64, 0, 0, 64, UInt16(sections.count), UInt16(sections.count - 1)] as [UInt16])
    return head + bodies + headers
  }

  /// Texts that each end in a zero byte, with where they start.
  private struct Texts {
    let names: [String]
    private(set) var data = Data()
    private(set) var offsets: [String: Int] = [:]

    init(_ names: [String]) {
      self.names = names
      for name in names {
        offsets[name] = data.count
        data += Data(name.utf8) + [0]
      }
    }
  }
}

extension Data {
  fileprivate mutating func add(_ numbers: [some FixedWidthInteger]) {
    for number in numbers {
      Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
  }

  fileprivate mutating func addSymbol(
    _ name: Int, _ info: UInt8, _ section: UInt16, _ value: Int, _ size: Int
  ) {
    add([UInt32(name)])
    self += [info, 0]
    add([section])
    add([UInt64(value), UInt64(size)])
  }
}
