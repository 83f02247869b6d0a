/// Runs the directives of headers and replaces their macros (C11 6.10).
struct Preprocessor {
  private static let maximumDepth = 32
  /// The most that is read in all; real headers make up 200 KB.
  private static let maximumBytes = 4 << 20

  /// The macros that are defined after all that was read.
  private(set) var macros: [String: Macro]
  /// The text of all that was read, with its macros replaced.
  private(set) var tokens: [HeaderToken] = []
  private var budget = ExpansionBudget()
  private var bytesRead = 0
  private let path: IncludePath

  /// Starts with the macros that a compiler has of itself.
  init(_ path: IncludePath, predefined: [String: Macro]) {
    (self.path, macros) = (path, predefined)
  }

  /// Reads a header as `#include <name>` would, giving its path; nil where there is none.
  ///
  /// - Throws: ``HeaderFailure`` with file and line.
  mutating func include(_ name: String) throws(HeaderFailure) -> String? {
    try include(name, from: nil, at: HeaderPlace(file: name, line: 1), depth: 0)
  }

  /// The replacement of an object-like macro.
  ///
  /// - Throws: ``HeaderFailure`` where it is malformed or makes too much.
  mutating func expansion(of macro: Macro) throws(HeaderFailure) -> [HeaderToken] {
    let name = HeaderToken(kind: .identifier, text: macro.name, place: macro.place)
    return try expand([name])
  }

  private mutating func expand(_ tokens: [HeaderToken]) throws(HeaderFailure) -> [HeaderToken] {
    try MacroExpansion.expand(tokens, macros: macros, budget: &budget)
  }

  private mutating func include(
    _ name: String, from file: String?, at place: HeaderPlace, depth: Int
  ) throws(HeaderFailure) -> String? {
    let found: Header?
    do {
      found = try path.find(name, from: file)
    } catch {
      throw HeaderFailure(place, "\(error)")
    }
    guard let found else { return nil }
    bytesRead += found.bytes.count
    guard depth < Self.maximumDepth, bytesRead <= Self.maximumBytes else {
      throw HeaderFailure(place, "too much is included", isLimit: true)
    }
    try read(found, depth: depth)
    return found.path
  }

  private mutating func read(_ header: Header, depth: Int) throws(HeaderFailure) {
    var conditions = ConditionStack()
    // Text is held back until a directive, for a call of a macro may go over several lines.
    var text: [HeaderToken] = []
    for line in try HeaderLexer.lines(of: header.bytes, file: header.path) {
      guard let first = line.first else { continue }
      if first.isPunctuator("#") {
        if !text.isEmpty { tokens += try expand(text) }
        text = []
        try run(line.dropFirst(), at: first.place, &conditions, depth: depth)
      } else if conditions.isActive {
        try Self.refuseUnterminated(line)
        text += line
      }
    }
    try conditions.close()
    tokens += try expand(text)
  }

  private mutating func run(
    _ line: ArraySlice<HeaderToken>, at place: HeaderPlace, _ conditions: inout ConditionStack,
    depth: Int
  ) throws(HeaderFailure) {
    guard let directive = line.first else { return }
    let rest = line.dropFirst()
    if try runsCondition(directive.text, rest, at: place, &conditions) { return }
    guard conditions.isActive else { return }
    switch directive.text {
    case "define":
      try Self.refuseUnterminated(rest)
      let macro = try Macro(defining: rest, at: place)
      macros[macro.name] = macro
    case "undef":
      if let name = rest.first { macros[name.text] = nil }
    case "include":
      try include(rest, at: place, depth: depth)
    case "error":
      throw HeaderFailure(place, "#error \(rest.map(\.text).joined(separator: " "))")
    case "pragma" where rest.first?.text == "pack":
      throw HeaderFailure(place, "#pragma pack is not understood")
    case "pragma", "warning", "line", "ident":
      break
    default:
      throw HeaderFailure(place, "#\(directive.text) is not understood")
    }
  }

  /// Runs a directive that chooses between texts; false for any other.
  private mutating func runsCondition(
    _ directive: String, _ rest: ArraySlice<HeaderToken>, at place: HeaderPlace,
    _ conditions: inout ConditionStack
  ) throws(HeaderFailure) -> Bool {
    switch directive {
    case "if":
      let holds = conditions.isActive ? try holds(rest, at: place) : false
      conditions.open(holds, at: place)
    case "ifdef", "ifndef":
      let isDefined = conditions.isActive ? try isDefined(rest, at: place) : false
      conditions.open(conditions.isActive && isDefined == (directive == "ifdef"), at: place)
    case "elif":
      // A branch after the one that was taken may not even make sense.
      let holds = conditions.wantsBranch ? try holds(rest, at: place) : false
      try conditions.turn(holds, at: place)
    case "else":
      try conditions.turn(conditions.wantsBranch, isLast: true, at: place)
    case "endif":
      try conditions.end(at: place)
    default:
      return false
    }
    return true
  }

  private mutating func include(
    _ operand: ArraySlice<HeaderToken>, at place: HeaderPlace, depth: Int
  ) throws(HeaderFailure) {
    var operand = Array(operand)
    if operand.first?.kind == .identifier { operand = try expand(operand) }
    // A header that the tree lacks belongs to the C library or the compiler.
    if let first = operand.first, first.kind == .string {
      let name = String(first.text.dropFirst().dropLast())
      _ = try include(name, from: place.file, at: place, depth: depth + 1)
    } else if operand.first?.isPunctuator("<") == true,
      let end = operand.firstIndex(where: { $0.isPunctuator(">") })
    {
      let name = operand[1..<end].map(\.text).joined()
      _ = try include(name, from: nil, at: place, depth: depth + 1)
    } else {
      throw HeaderFailure(place, "#include names no header")
    }
  }

  private func isDefined(
    _ operand: ArraySlice<HeaderToken>, at place: HeaderPlace
  ) throws(HeaderFailure) -> Bool {
    guard let name = operand.first, name.kind == .identifier else {
      throw HeaderFailure(place, "the condition names no macro")
    }
    return macros[name.text] != nil
  }

  /// Whether the expression of an `#if` is not zero.
  private mutating func holds(
    _ expression: ArraySlice<HeaderToken>, at place: HeaderPlace
  ) throws(HeaderFailure) -> Bool {
    try Self.refuseUnterminated(expression)
    let tokens = try expand(answeringDefined(expression, at: place))
    var parser = HeaderParser(tokens, .directive, at: place)
    return try parser.wholeConstant().bits != 0
  }

  /// The expression with `defined X` and `defined(X)` answered, before any macro is replaced.
  private func answeringDefined(
    _ expression: ArraySlice<HeaderToken>, at place: HeaderPlace
  ) throws(HeaderFailure) -> [HeaderToken] {
    var output: [HeaderToken] = []
    var rest = expression
    while let token = rest.popFirst() {
      guard token.kind == .identifier, token.text == "defined" else {
        output.append(token)
        continue
      }
      let isEnclosed = rest.first?.isPunctuator("(") == true
      if isEnclosed { rest.removeFirst() }
      let answer = try isDefined(rest, at: place) ? "1" : "0"
      rest.removeFirst()
      if isEnclosed, rest.popFirst()?.isPunctuator(")") != true {
        throw HeaderFailure(place, "defined( has no end")
      }
      output.append(HeaderToken(kind: .number, text: answer, place: place))
    }
    return output
  }

  private static func refuseUnterminated(
    _ line: some Sequence<HeaderToken>
  ) throws(HeaderFailure) {
    for token in line where token.kind == .unterminated {
      throw HeaderFailure(token.place, "the quote has no end on its line")
    }
  }
}
