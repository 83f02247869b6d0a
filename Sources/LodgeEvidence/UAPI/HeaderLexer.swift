import Foundation

/// Cuts a header into logical lines of tokens: translation phases 1 to 3 (C11 5.1.1.2).
struct HeaderLexer {
  /// The longest name or number, in bytes; those of the kernel stay below 64.
  private static let maximumLength = 512

  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  private var line = 1

  private init(_ bytes: [UInt8], place: HeaderPlace) {
    (self.bytes, file, line) = (bytes, place.file, place.line)
  }

  /// The tokens of each logical line that has any; its continuations are joined to it.
  ///
  /// - Throws: ``HeaderFailure`` for a comment without an end or a name without measure.
  static func lines(
    of bytes: some Sequence<UInt8>, file: String
  ) throws(HeaderFailure) -> [[HeaderToken]] {
    var lexer = Self(joiningLines(of: bytes), place: HeaderPlace(file: file, line: 1))
    var lines: [[HeaderToken]] = []
    while lexer.position < lexer.bytes.count {
      let line = try lexer.nextLine()
      if !line.isEmpty { lines.append(line) }
    }
    return lines
  }

  /// The tokens of a text made by the operator `##`.
  static func tokens(of text: String, place: HeaderPlace) throws(HeaderFailure) -> [HeaderToken] {
    var lexer = Self(Array(text.utf8), place: place)
    return try lexer.nextLine()
  }

  /// The bytes without backslash and line end, which are made up for after the logical line, so
  /// that the lines below keep their numbers.
  private static func joiningLines(of bytes: some Sequence<UInt8>) -> [UInt8] {
    var joined: [UInt8] = []
    joined.reserveCapacity(bytes.underestimatedCount)
    var owed = 0
    for byte in bytes where byte != Ascii.carriageReturn {
      guard byte == Ascii.newline else {
        joined.append(byte)
        continue
      }
      if joined.last == Ascii.backslash {
        joined.removeLast()
        owed += 1
      } else {
        joined.append(contentsOf: repeatElement(Ascii.newline, count: owed + 1))
        owed = 0
      }
    }
    return joined
  }

  private mutating func nextLine() throws(HeaderFailure) -> [HeaderToken] {
    var tokens: [HeaderToken] = []
    var followsSpace = false
    while let byte = peek() {
      if byte == Ascii.newline {
        position += 1
        line += 1
        break
      }
      if try skipsSpace(byte) {
        followsSpace = true
        continue
      }
      tokens.append(try nextToken(byte, followsSpace: followsSpace))
      followsSpace = false
    }
    return tokens
  }

  private func peek(_ ahead: Int = 0) -> UInt8? {
    position + ahead < bytes.count ? bytes[position + ahead] : nil
  }

  private mutating func skipsSpace(_ byte: UInt8) throws(HeaderFailure) -> Bool {
    switch (byte, peek(1)) {
    case (Ascii.space, _), (0x09, _), (0x0b, _), (0x0c, _):
      position += 1
    case (Ascii.slash, Ascii.slash):
      while let next = peek(), next != Ascii.newline { position += 1 }
    case (Ascii.slash, Ascii.star):
      try skipComment()
    default:
      return false
    }
    return true
  }

  private mutating func skipComment() throws(HeaderFailure) {
    let start = HeaderPlace(file: file, line: line)
    position += 2
    while let byte = peek() {
      if byte == Ascii.star, peek(1) == Ascii.slash {
        position += 2
        return
      }
      if byte == Ascii.newline { line += 1 }
      position += 1
    }
    throw HeaderFailure(start, "the comment has no end")
  }

  private mutating func nextToken(
    _ byte: UInt8, followsSpace: Bool
  ) throws(HeaderFailure) -> HeaderToken {
    let start = position
    let place = HeaderPlace(file: file, line: line)
    let kind = advance(over: byte)
    let mayBeLong = kind == .string || kind == .unterminated
    guard mayBeLong || position - start <= Self.maximumLength else {
      throw HeaderFailure(place, "a name is too long", isLimit: true)
    }
    return HeaderToken(
      kind: kind, text: String(decoding: bytes[start..<position], as: UTF8.self), place: place,
      followsSpace: followsSpace)
  }

  private mutating func advance(over byte: UInt8) -> HeaderToken.Kind {
    if Ascii.startsIdentifier(byte) {
      while let next = peek(), Ascii.continuesIdentifier(next) { position += 1 }
      return .identifier
    }
    if Ascii.isDigit(byte) || byte == Ascii.dot && peek(1).map(Ascii.isDigit) == true {
      skipNumber()
      return .number
    }
    switch byte {
    case Ascii.quote: return skipLiteral(until: byte) ? .character : .unterminated
    case Ascii.doubleQuote: return skipLiteral(until: byte) ? .string : .unterminated
    default: return skipPunctuator(byte) ? .punctuator : .other
    }
  }

  /// Passes a preprocessing number, which is wider than any constant of C (C11 6.4.8).
  private mutating func skipNumber() {
    var last = UInt8(0)
    while let next = peek() {
      let isSign = next == UInt8(ascii: "+") || next == UInt8(ascii: "-")
      let follows = isSign ? Ascii.isExponent(last) : Ascii.continuesIdentifier(next)
      guard follows || next == Ascii.dot else { return }
      last = next
      position += 1
    }
  }

  private mutating func skipLiteral(until quote: UInt8) -> Bool {
    position += 1
    while let next = peek(), next != Ascii.newline {
      position += 1
      if next == quote { return true }
      if next == Ascii.backslash, let escaped = peek(), escaped != Ascii.newline { position += 1 }
    }
    return false
  }

  private mutating func skipPunctuator(_ byte: UInt8) -> Bool {
    let two = UInt32(byte) << 8 | UInt32(peek(1) ?? 0)
    let length =
      Self.longPunctuators.contains(two << 8 | UInt32(peek(2) ?? 0))
      ? 3 : Self.longPunctuators.contains(two) ? 2 : 1
    position += length
    return length > 1 || Self.punctuators.contains(byte)
  }

  private static let punctuators = Set("[](){}.&*+-~!/%<>^|?:;=,#".utf8)
  /// Those of two and three bytes, as big-endian numbers.
  private static let longPunctuators = Set(
    [
      "...", "<<=", ">>=", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||",
      "*=", "/=", "%=", "+=", "-=", "&=", "^=", "|=", "##",
    ].map { $0.utf8.reduce(0) { $0 << 8 | UInt32($1) } })
}

/// The bytes that the lexer knows by name.
private enum Ascii {
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let backslash = UInt8(ascii: "\\")
  static let slash = UInt8(ascii: "/")
  static let star = UInt8(ascii: "*")
  static let dot = UInt8(ascii: ".")
  static let quote = UInt8(ascii: "'")
  static let doubleQuote = UInt8(ascii: "\"")

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// GNU C adds the dollar sign; bytes above 0x7f are letters of other scripts.
  static func startsIdentifier(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...: true
    default: false
    }
  }

  static func continuesIdentifier(_ byte: UInt8) -> Bool {
    startsIdentifier(byte) || isDigit(byte)
  }

  static func isExponent(_ byte: UInt8) -> Bool {
    [UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "p"), UInt8(ascii: "P")].contains(byte)
  }
}
