import CLibvirt

/// A value of libvirt's typed parameters.
package enum LibvirtValue: Equatable, Sendable {
  case integer(Int64)
  case unsigned(UInt64)
  case number(Double)
  case boolean(Bool)
  case text(String)
}

/// Typed parameters in C's shape, freed with their strings when the value goes away.
@safe struct LibvirtParameters: ~Copyable {
  private(set) var first: virTypedParameterPtr?
  private(set) var count: Int32 = 0

  /// No parameters; a call that returns some fills them in.
  init() {}

  /// Parameters to be given to a call.
  ///
  /// Integers are passed unsigned, as the parameters that libvirt takes here are. Stands on
  /// `virTypedParamsAddString` and its siblings.
  init(_ values: [String: LibvirtValue]) {
    var room: Int32 = 0
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      switch value {
      case .integer(let value):
        _ = unsafe libvirt.virTypedParamsAddLLong(&first, &count, &room, name, value)
      case .unsigned(let value):
        _ = unsafe libvirt.virTypedParamsAddULLong(&first, &count, &room, name, value)
      case .number(let value):
        _ = unsafe libvirt.virTypedParamsAddDouble(&first, &count, &room, name, value)
      case .boolean(let value):
        _ = unsafe libvirt.virTypedParamsAddBoolean(&first, &count, &room, name, value ? 1 : 0)
      case .text(let value):
        _ = unsafe libvirt.virTypedParamsAddString(&first, &count, &room, name, value)
      }
    }
  }

  deinit { unsafe libvirt.virTypedParamsFree(first, count) }

  /// What a call answered; `fill` gets where to put the array and its length.
  mutating func filled(
    by fill: (UnsafeMutablePointer<virTypedParameterPtr?>, UnsafeMutablePointer<Int32>) -> Int32
  ) -> [String: LibvirtValue]? {
    guard unsafe fill(&first, &count) >= 0 else { return nil }
    var values: [String: LibvirtValue] = [:]
    for index in 0..<Int(count) {
      guard let parameter = unsafe first?[index] else { break }
      let name = unsafe withUnsafeBytes(of: parameter.field) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      values[name] = unsafe Self.value(of: parameter)
    }
    return values
  }

  private static func value(of parameter: virTypedParameter) -> LibvirtValue? {
    switch unsafe UInt32(bitPattern: parameter.type) {
    case VIR_TYPED_PARAM_INT.rawValue: unsafe .integer(Int64(parameter.value.i))
    case VIR_TYPED_PARAM_UINT.rawValue: unsafe .unsigned(UInt64(parameter.value.ui))
    case VIR_TYPED_PARAM_LLONG.rawValue: unsafe .integer(parameter.value.l)
    case VIR_TYPED_PARAM_ULLONG.rawValue: unsafe .unsigned(parameter.value.ul)
    case VIR_TYPED_PARAM_DOUBLE.rawValue: unsafe .number(parameter.value.d)
    case VIR_TYPED_PARAM_BOOLEAN.rawValue: unsafe .boolean(parameter.value.b != 0)
    case VIR_TYPED_PARAM_STRING.rawValue:
      unsafe parameter.value.s.map { unsafe .text(String(cString: $0)) }
    default: nil
    }
  }
}
