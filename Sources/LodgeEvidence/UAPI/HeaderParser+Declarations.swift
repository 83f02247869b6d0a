/// Declarations (C11 6.7) of a header and of a structure's members.
extension HeaderParser {
  private static let asides: Set<String> = ["_Static_assert", "__asm__", "asm", "__asm"]

  /// Reads all declarations into the scope; functions and variables are passed by.
  ///
  /// - Throws: ``HeaderFailure`` at the first that is not understood.
  mutating func declarations() throws(HeaderFailure) {
    while next != nil { try declaration() }
  }

  private mutating func declaration() throws(HeaderFailure) {
    if try skipsAside() { return }
    let specifiers = try specifiers()
    if accept(";") { return }
    repeat {
      let declared = try declarator(of: specifiers.type)
      if specifiers.isTypedef, let name = declared.name {
        var type = declared.type
        let alignment = declared.attributes.alignment ?? specifiers.attributes.alignment
        type.alignment = alignment ?? type.alignment
        scope.define(typedef: name.text, as: type)
      }
      if let word = nextWord, Self.asides.contains(word) {
        advance()
        try skipBrackets()
      }
      _ = try attributes()
      if isNext("{") {
        // The body of a function, after which no semicolon stands.
        try skipBrackets()
        return
      }
      if accept("=") { try skipInitializer() }
    } while accept(",")
    try expect(";")
  }

  private mutating func skipsAside() throws(HeaderFailure) -> Bool {
    if accept(";") { return true }
    guard let word = nextWord, Self.asides.contains(word) else { return false }
    advance()
    try skipBrackets()
    try expect(";")
    return true
  }

  private mutating func skipInitializer() throws(HeaderFailure) {
    while next != nil, !isNext(","), !isNext(";") {
      if isNext("(") || isNext("[") || isNext("{") {
        try skipBrackets()
      } else {
        advance()
      }
    }
  }

  /// Reads the members of a structure or union, with the brace that ends them.
  ///
  /// - Throws: ``HeaderFailure`` where one is not understood or has no size.
  mutating func members() throws(HeaderFailure) -> [CRecord.Declaration] {
    var members: [CRecord.Declaration] = []
    while !accept("}") {
      if try skipsAside() { continue }
      let specifiers = try specifiers()
      guard !accept(";") else {
        if specifiers.isAnonymousRecord { members.append(try member(of: specifiers)) }
        continue
      }
      repeat {
        members.append(try member(of: specifiers, declares: true))
      } while accept(",")
      try expect(";")
    }
    return members
  }

  private mutating func member(
    of specifiers: Specifiers, declares: Bool = false
  ) throws(HeaderFailure) -> CRecord.Declaration {
    var declared = Declarator(type: specifiers.type)
    if declares, !isNext(":") { declared = try declarator(of: specifiers.type) }
    guard let measure = scope.measure(declared.type) else {
      throw failure("the member \(declared.name?.text ?? "") has a type that is not complete")
    }
    let bits = try declares && accept(":") ? width(in: measure) : nil
    var attributes = specifiers.attributes
    attributes.merge(declared.attributes)
    attributes.merge(try self.attributes())
    return CRecord.Declaration(
      name: declared.name?.text, type: declared.type, measure: measure, attributes: attributes,
      bits: bits)
  }

  private mutating func width(in measure: CMeasure) throws(HeaderFailure) -> Int {
    let bits = try constant().bits
    guard (0...Int64(measure.size * 8)).contains(bits) else {
      throw failure("\(bits) is no width of its bit field")
    }
    return Int(bits)
  }
}
