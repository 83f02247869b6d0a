/// Structures, unions and enumerations (C11 6.7.2.1 and 6.7.2.2).
extension HeaderParser {
  /// Reads a structure or union, or the mention of one.
  ///
  /// - Throws: ``HeaderFailure`` where its members are not understood or it was defined before.
  mutating func record() throws(HeaderFailure) -> (type: CType, isAnonymous: Bool) {
    let isUnion = nextWord == "union"
    advance()
    var attributes = try attributes()
    let tag = takeTag()
    guard accept("{") else {
      guard let tag else { throw failure("expected a tag") }
      return (CType(.tagged(tag.text)), false)
    }
    let members = try members()
    attributes.merge(try self.attributes())
    guard let record = CRecord(isUnion: isUnion, members, attributes) else {
      throw failure("the structure is too large")
    }
    guard let type = scope.define(.record(record), as: tag) else {
      throw failure("\(tag?.text ?? "the structure") is defined twice")
    }
    return (type, tag == nil)
  }

  private mutating func takeTag() -> HeaderToken? {
    guard let token = next, token.kind == .identifier else { return nil }
    advance()
    return token
  }

  /// Reads an enumeration, or the mention of one.
  ///
  /// - Throws: ``HeaderFailure`` where a value is no constant or it was defined before.
  mutating func enumeration() throws(HeaderFailure) -> CType {
    advance()
    var attributes = try attributes()
    let tag = takeTag()
    guard accept("{") else {
      guard let tag else { throw failure("expected a tag") }
      return CType(.tagged(tag.text))
    }
    let values = try enumerators()
    attributes.merge(try self.attributes())
    let kind = Self.kind(holding: values, isPacked: attributes.isPacked)
    guard let type = scope.define(.enumeration(kind), as: tag) else {
      throw failure("\(tag?.text ?? "the enumeration") is defined twice")
    }
    return type
  }

  private mutating func enumerators() throws(HeaderFailure) -> [CInteger] {
    var values: [CInteger] = []
    while !accept("}") {
      guard let name = takeTag() else { throw failure("expected an enumerator") }
      _ = try attributes()
      var value = Self.successor(of: values.last)
      if accept("=") { value = try constant() }
      let stored = Self.fits(value) ? value.converted(to: .int) : value
      guard scope.define(name, as: stored) else { throw failure("\(name.text) is defined twice") }
      values.append(stored)
      if !isNext("}") { try expect(",") }
    }
    return values
  }

  private static func successor(of value: CInteger?) -> CInteger {
    guard let value else { return CInteger(0) }
    return CInteger(value.bits &+ 1, CInteger.Kind(bytes: 8, isSigned: value.kind.isSigned))
  }

  private static func fits(_ value: CInteger) -> Bool {
    Int32(exactly: value.bits) != nil && (value.kind.isSigned || value.bits >= 0)
  }

  /// The kind GCC gives to an enumeration: unsigned unless a value is negative, and of 4 bytes
  /// unless one does not fit, or as small as can be where it is packed.
  private static func kind(holding values: [CInteger], isPacked: Bool) -> CInteger.Kind {
    let isSigned = values.contains(where: \.isNegative)
    let widths = isPacked ? [1, 2, 4, 8] : [4, 8]
    let kinds = widths.map { CInteger.Kind(bytes: $0, isSigned: isSigned) }
    return kinds.first { kind in values.allSatisfy { CInteger($0.bits, kind).bits == $0.bits } }
      ?? CInteger.Kind(bytes: 8, isSigned: isSigned)
  }
}
