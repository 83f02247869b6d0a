/// What a value is on the wire between libvirt and QEMU.
enum ValueKind: Equatable, Sendable {
  case text
  case flag
  case number(bits: Int)
  case structure

  /// What a type letter of libvirt's `virJSONValueObjectAdd` stands for; nil for an unknown one.
  ///
  /// **Source:** libvirt src/util/virjson.c, virJSONValueObjectAddVArgs.
  init?(letter: String) {
    switch letter {
    case "s", "S": self = .text
    case "b", "B", "T": self = .flag
    case "i", "j", "k", "z", "y", "u", "p": self = .number(bits: 32)
    case "I", "J", "K", "Z", "Y", "U", "P": self = .number(bits: 64)
    case "a", "A": self = .structure
    default: return nil
    }
  }

  /// What a QOM property of this type takes; QEMU's enumerations are text, the rest structures.
  init(property type: String) {
    switch type {
    case "string", "str", "OnOffAuto": self = .text
    case "bool": self = .flag
    case "uint8", "int8": self = .number(bits: 8)
    case "uint16", "int16": self = .number(bits: 16)
    case "uint32", "int32": self = .number(bits: 32)
    case "uint64", "int64", "int", "size": self = .number(bits: 64)
    default: self = .structure
    }
  }
}
