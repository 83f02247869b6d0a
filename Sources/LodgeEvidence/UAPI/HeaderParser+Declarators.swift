/// Declarators (C11 6.7.6), with and without names.
extension HeaderParser {
  /// What a declarator makes of a type.
  struct Declarator {
    /// Nil for an abstract one.
    var name: HeaderToken?
    var type: CType
    var attributes = CAttributes()
  }

  private static let qualifiers: Set<String> = [
    "const", "__const", "volatile", "__volatile__", "restrict", "__restrict", "__restrict__",
    "__extension__",
  ]

  /// Reads a declarator, with the attributes after it.
  ///
  /// - Throws: ``HeaderFailure`` where it is malformed or its type has no size it needs.
  mutating func declarator(of base: CType) throws(HeaderFailure) -> Declarator {
    var found = try nested { (parser) throws(HeaderFailure) in
      try parser.bareDeclarator(of: base)
    }
    found.attributes.merge(try attributes())
    return found
  }

  private mutating func bareDeclarator(of base: CType) throws(HeaderFailure) -> Declarator {
    var found = Declarator(type: base)
    try pointers(&found)
    // A parenthesis holds a declarator, unless it begins the parameters of an abstract one.
    if isNext("("), let inside = second, !inside.isPunctuator(")"), !beginsType(inside) {
      return try enclosedDeclarator(found)
    }
    if let token = next, token.kind == .identifier {
      advance()
      found.name = token
    }
    found.type = try suffixes(of: found.type)
    return found
  }

  private mutating func pointers(_ found: inout Declarator) throws(HeaderFailure) {
    while true {
      if accept("*") {
        found.type = .pointer
      } else if let word = nextWord, Self.qualifiers.contains(word) {
        advance()
      } else if let word = nextWord, Self.beginsAttributes(word) {
        found.attributes.merge(try attributes())
      } else {
        return
      }
    }
  }

  /// Reads `(*name)(int)`: what follows the parentheses belongs to the type inside them.
  private mutating func enclosedDeclarator(
    _ outer: Declarator
  ) throws(HeaderFailure) -> Declarator {
    let inside = position + 1
    try skipBrackets()
    let type = try suffixes(of: outer.type)
    return try reading(from: inside) { (parser) throws(HeaderFailure) in
      var found = try parser.declarator(of: type)
      try parser.expect(")")
      found.attributes.merge(outer.attributes)
      return found
    }
  }

  /// Reads the parameters or dimensions after a name.
  private mutating func suffixes(of type: CType) throws(HeaderFailure) -> CType {
    if isNext("(") {
      try skipBrackets()
      return CType(.unsized)
    }
    guard isNext("[") else { return type }
    var count = 1
    while accept("[") {
      let dimension = isNext("]") ? 0 : try constant().bits
      try expect("]")
      let (product, overflows) = count.multipliedReportingOverflow(by: Int(dimension))
      guard dimension >= 0, !overflows else { throw failure("\(dimension) is no dimension") }
      count = product
    }
    guard let element = scope.measure(type) else {
      throw failure("an array of a type that is not complete")
    }
    let (bytes, overflows) = element.size.multipliedReportingOverflow(by: count)
    guard !overflows, bytes <= CRecord.maximumSize else { throw failure("the array is too large") }
    return CType(.sized(bytes: bytes, alignment: element.alignment))
  }
}
