/// Constant expressions (C11 6.6).
extension HeaderParser {
  /// Reads a constant expression that all tokens make up.
  ///
  /// - Throws: ``HeaderFailure`` where they are none.
  mutating func wholeConstant() throws(HeaderFailure) -> CInteger {
    let value = try constant()
    guard next == nil else { throw failure("no constant expression") }
    return value
  }

  /// Reads a constant expression.
  ///
  /// - Throws: ``HeaderFailure`` where there is none.
  mutating func constant() throws(HeaderFailure) -> CInteger {
    let value = try nested { (parser) throws(HeaderFailure) in try parser.conditional() }
    guard let value else { throw failure("the expression has no value") }
    return value
  }

  /// Values are nil where C defines none: that matters only if the value is used.
  private mutating func conditional() throws(HeaderFailure) -> CInteger? {
    let condition = try binary(above: 0)
    guard accept("?") else { return condition }
    let (yes, no) = try nested { (parser) throws(HeaderFailure) in
      let yes = try parser.conditional()
      try parser.expect(":")
      return (yes, try parser.conditional())
    }
    guard let condition, let chosen = condition.bits != 0 ? yes : no else { return nil }
    let kinds = (yes ?? chosen).kind.common(with: (no ?? chosen).kind)
    return chosen.converted(to: kinds)
  }

  private static let strengths: [String: Int] = [
    "||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, ">": 7, "<=": 7,
    ">=": 7, "<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "%": 10,
  ]

  private mutating func binary(above weaker: Int) throws(HeaderFailure) -> CInteger? {
    var left = try unary()
    while let token = next, token.kind == .punctuator,
      let strength = Self.strengths[token.text], strength > weaker
    {
      advance()
      let right = try binary(above: strength)
      left = Self.combine(left, token.text, right)
    }
    return left
  }

  private static func combine(_ left: CInteger?, _ binary: String, _ right: CInteger?) -> CInteger?
  {
    guard let left else { return nil }
    switch binary {
    case "&&" where left.bits == 0: return CInteger(false)
    case "||" where left.bits != 0: return CInteger(true)
    case "&&", "||": return right.map { CInteger($0.bits != 0) }
    default: return right.flatMap { left.applying(binary, $0) }
    }
  }

  private mutating func unary() throws(HeaderFailure) -> CInteger? {
    guard let token = next else { throw failure("expected a value") }
    if token.kind == .punctuator, ["+", "-", "~", "!"].contains(token.text) {
      advance()
      let operand = try nested { (parser) throws(HeaderFailure) in try parser.unary() }
      return operand?.applying(token.text)
    }
    if dialect == .declarations {
      if token.isPunctuator("("), let word = second, beginsType(word) { return try cast() }
      if let measure = Self.measures[token.text] { return try self.measure(measure) }
    }
    return try primary(token)
  }

  private mutating func primary(_ token: HeaderToken) throws(HeaderFailure) -> CInteger? {
    let value: CInteger?
    switch token.kind {
    case .number: value = CInteger(literal: token.text)
    case .character: value = CInteger(character: token.text)
    case .identifier where dialect == .directive: value = CInteger(0)
    case .identifier: value = scope.enumerators[token.text]?.value
    case .punctuator where token.text == "(":
      advance()
      let inner = try nested { (parser) throws(HeaderFailure) in try parser.conditional() }
      try expect(")")
      return inner
    default: value = nil
    }
    guard let value else { throw failure("no integer constant") }
    advance()
    guard dialect == .directive else { return value }
    let isUnsigned = value.bits < 0 || token.text.lowercased().hasSuffix("u")
    return value.converted(to: isUnsigned ? .unsignedLong : .long)
  }

  private mutating func cast() throws(HeaderFailure) -> CInteger? {
    try expect("(")
    let type = try nested { (parser) throws(HeaderFailure) in try parser.typeName() }
    try expect(")")
    guard let kind = scope.integerKind(type) else { throw failure("a cast to no integer type") }
    return try nested { (parser) throws(HeaderFailure) in try parser.unary() }?.converted(to: kind)
  }

  private static let measures: [String: any KeyPath<CMeasure, Int> & Sendable] = [
    "sizeof": \.size, "_Alignof": \.alignment, "__alignof__": \.alignment,
  ]

  private mutating func measure(
    _ property: KeyPath<CMeasure, Int>
  ) throws(HeaderFailure) -> CInteger? {
    advance()
    var type: CType?
    if isNext("("), let word = second, beginsType(word) {
      advance()
      type = try nested { (parser) throws(HeaderFailure) in try parser.typeName() }
      try expect(")")
    } else {
      let operand = try nested { (parser) throws(HeaderFailure) in try parser.unary() }
      type = operand.map { CType(.integer($0.kind)) }
    }
    guard let type, let measure = scope.measure(type) else {
      throw failure("the size of a type that is not complete")
    }
    return CInteger(Int64(measure[keyPath: property]), .unsignedLong)
  }
}
