package import Foundation

/// An ELF file in memory.
package struct ELFFile: Sendable {
  private let bytes: Data
  /// Where each section is, by name.
  private let sections: [String: ELFReader.Section]

  /// Reads the section headers.
  ///
  /// - Throws: ``ELFFailure`` for bytes that are no ELF file, or one that is cut.
  package init(_ bytes: Data) throws(ELFFailure) {
    self.bytes = bytes
    sections = try ELFReader.read(bytes) { reader throws(ELFFailure) in try reader.placedSections()
    }
  }

  /// The bytes of a section; nil where the file has none of the name.
  package func section(_ name: String) -> Data? {
    sections[name].map { Data(bytes.dropFirst($0.file.lowerBound).prefix($0.file.count)) }
  }

  /// The bytes of all sections whose names begin in one way, in the order of the names.
  package func sections(startingWith start: String) -> [Data] {
    sections.keys.filter { $0.hasPrefix(start) }.sorted().compactMap(section)
  }

  /// Where a section is in the memory of a running program; nil where the file has none of the
  /// name.
  package func address(ofSection name: String) -> UInt64? { sections[name]?.address }

  /// Version nodes by symbol that the library defines for others, such as
  /// `virNodeGetSEVInfo: LIBVIRT_4.5.0`.
  ///
  /// Of a symbol with several versions the default one is given; symbols without a version are
  /// left out.
  ///
  /// - Throws: ``ELFFailure`` where the tables are damaged.
  package func definedDynamicSymbols() throws(ELFFailure) -> [String: String] {
    try ELFReader.read(bytes) { reader throws(ELFFailure) in try reader.versionedSymbols() }
  }
}

/// Why bytes cannot be read as an ELF file.
package enum ELFFailure: Error, Equatable, CustomStringConvertible {
  case notELF
  case damaged(String)

  package var description: String {
    switch self {
    case .notELF: "not an ELF file"
    case .damaged(let reason): "damaged ELF file: \(reason)"
    }
  }
}
