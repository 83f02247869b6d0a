import LodgeBindings

extension ELFObject {
  /// What must be known of a module to read its parameters and its interface.
  static let moduleSections: Set<String> = [
    "__param", "__ksymtab", "__ksymtab_gpl", "__kcrctab", "__kcrctab_gpl",
  ]

  /// Values of a module's parameters before anybody sets them, by name.
  ///
  /// Left out are those of kinds that a module makes itself, and those that are no number.
  ///
  /// **Source:** Linux include/linux/moduleparam.h, `struct kernel_param`: 40 bytes with pointers
  /// to the name at 0, the operations at 16 and the variable at 32; kernel/params.c for how each
  /// kind is written.
  func parameterDefaults() -> [String: String] {
    var defaults: [String: String] = [:]
    for (section, size) in sections(named: "__param") {
      for entry in stride(from: 0, to: size - 39, by: 40) {
        func pointer(_ offset: Int) -> Relocation? {
          relocation(at: Place(section: section, offset: entry + offset))
        }
        guard let name = pointer(0)?.target.flatMap({ text(at: $0, limit: 256) }),
          let kind = pointer(16).flatMap({ Kind($0.symbol.name) }),
          let variable = pointer(32)?.target, let value = value(at: variable, of: kind)
        else { continue }
        defaults[name] = value
      }
    }
    return defaults
  }

  private func value(at place: Place, of kind: Kind) -> String? {
    switch kind {
    case .flag: integer(at: place, as: UInt8.self).map { $0 == 0 ? "N" : "Y" }
    case .invertedFlag: integer(at: place, as: UInt8.self).map { $0 == 0 ? "Y" : "N" }
    case .byte: integer(at: place, as: UInt8.self).map(\.description)
    case .short: integer(at: place, as: Int16.self).map(\.description)
    case .unsignedShort: integer(at: place, as: UInt16.self).map(\.description)
    case .integer: integer(at: place, as: Int32.self).map(\.description)
    case .unsignedInteger: integer(at: place, as: UInt32.self).map(\.description)
    case .long: integer(at: place, as: Int64.self).map(\.description)
    case .unsignedLong: integer(at: place, as: UInt64.self).map(\.description)
    }
  }

  /// How the variable behind a parameter is kept.
  private enum Kind {
    case flag, invertedFlag, byte, short, unsignedShort, integer, unsignedInteger
    case long, unsignedLong

    /// The kind with these operations; nil for others than the kernel's own.
    init?(_ operations: String) {
      switch operations {
      case "param_ops_bool", "param_ops_bool_enable_only": self = .flag
      case "param_ops_invbool": self = .invertedFlag
      case "param_ops_byte": self = .byte
      case "param_ops_short": self = .short
      case "param_ops_ushort": self = .unsignedShort
      case "param_ops_int", "param_ops_bint": self = .integer
      case "param_ops_uint", "param_ops_hexint": self = .unsignedInteger
      case "param_ops_long": self = .long
      case "param_ops_ulong", "param_ops_ullong": self = .unsignedLong
      default: return nil
      }
    }
  }
}
