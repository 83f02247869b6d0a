/// Reads C from tokens whose macros are replaced.
///
/// Its topics have a file each: constants, types, tags, attributes, declarators, declarations.
struct HeaderParser {
  /// What is read.
  enum Dialect {
    /// The expression of an `#if`: names are 0 and all numbers have 64 bits (C11 6.10.1).
    case directive
    /// Declarations, and the constants that macros stand for.
    case declarations
  }

  private static let maximumDepth = 64

  let dialect: Dialect
  var scope: CScope
  private let tokens: [HeaderToken]
  private let start: HeaderPlace
  private(set) var position = 0
  private var depth = 0

  /// Reads tokens; `place` is where an error is if there are none.
  init(
    _ tokens: [HeaderToken], _ dialect: Dialect, scope: CScope = CScope(), at place: HeaderPlace
  ) {
    (self.tokens, self.dialect, self.scope, start) = (tokens, dialect, scope, place)
  }

  /// The next token; nil at the end.
  var next: HeaderToken? { position < tokens.count ? tokens[position] : nil }

  /// The token after the next one.
  var second: HeaderToken? { position + 1 < tokens.count ? tokens[position + 1] : nil }

  /// Whether the next token is a punctuator.
  func isNext(_ punctuator: String) -> Bool { next?.isPunctuator(punctuator) == true }

  /// The next token if it is a name or keyword.
  var nextWord: String? {
    guard let token = next, token.kind == .identifier else { return nil }
    return token.text
  }

  /// Passes a token.
  mutating func advance() { position += 1 }

  /// Passes a punctuator if it is the next token.
  mutating func accept(_ punctuator: String) -> Bool {
    guard isNext(punctuator) else { return false }
    advance()
    return true
  }

  /// Passes a punctuator.
  ///
  /// - Throws: ``HeaderFailure`` where something else stands there.
  mutating func expect(_ punctuator: String) throws(HeaderFailure) {
    guard accept(punctuator) else { throw failure("expected \(punctuator)") }
  }

  /// The failure to understand the next token.
  func failure(_ reason: String) -> HeaderFailure {
    guard let token = next else {
      return HeaderFailure(tokens.last?.place ?? start, "\(reason) at the end")
    }
    return HeaderFailure(token.place, "\(reason) before \(token.text.prefix(80))")
  }

  /// Reads something that may hold itself.
  ///
  /// - Throws: ``HeaderFailure`` where it is nested too deep for the stack.
  mutating func nested<Value>(
    _ read: (inout Self) throws(HeaderFailure) -> Value
  ) throws(HeaderFailure) -> Value {
    guard depth < Self.maximumDepth else { throw failure("nested too deep") }
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  /// Passes a bracket with all up to its fellow.
  ///
  /// - Throws: ``HeaderFailure`` where it has none.
  mutating func skipBrackets() throws(HeaderFailure) {
    var open = 0
    while let token = next {
      if token.kind == .punctuator {
        if ["(", "[", "{"].contains(token.text) { open += 1 }
        if [")", "]", "}"].contains(token.text) { open -= 1 }
      }
      advance()
      if open == 0 { return }
    }
    throw failure("a bracket is not closed")
  }

  /// Reads again from a position that was passed, then goes on where it is now.
  mutating func reading<Value>(
    from earlier: Int, _ read: (inout Self) throws(HeaderFailure) -> Value
  ) throws(HeaderFailure) -> Value {
    let here = position
    position = earlier
    let value = try read(&self)
    position = here
    return value
  }
}
