/// What a `#define` says.
struct Macro: Equatable {
  /// The parameters of a function-like macro.
  struct Parameters: Equatable {
    var names: [String]
    /// Whether the last one takes all arguments that are left.
    var isVariadic: Bool
  }

  let name: String
  /// Nil for an object-like macro.
  let parameters: Parameters?
  let body: [HeaderToken]
  let place: HeaderPlace

  /// Makes a macro that a compiler has of itself.
  init(predefined name: String, body: [HeaderToken]) {
    (self.name, parameters, self.body) = (name, nil, body)
    place = HeaderPlace(file: "the compiler", line: 1)
  }

  /// Reads the tokens after `#define`.
  ///
  /// - Throws: ``HeaderFailure`` where name or parameters are missing.
  init(defining tokens: ArraySlice<HeaderToken>, at place: HeaderPlace) throws(HeaderFailure) {
    guard let first = tokens.first, first.kind == .identifier else {
      throw HeaderFailure(place, "#define has no name")
    }
    (name, self.place) = (first.text, place)
    var rest = tokens.dropFirst()
    // Only a parenthesis that touches the name begins parameters (C11 6.10.3 paragraph 10).
    if let next = rest.first, next.isPunctuator("("), !next.followsSpace {
      parameters = try Parameters(&rest, at: place)
    } else {
      parameters = nil
    }
    body = Array(rest)
  }
}

extension Macro.Parameters {
  /// C11 5.2.4.1 asks for 127.
  private static let maximum = 127

  /// Takes the parameters, from parenthesis to parenthesis, off the tokens.
  fileprivate init(
    _ tokens: inout ArraySlice<HeaderToken>, at place: HeaderPlace
  ) throws(HeaderFailure) {
    guard let end = tokens.firstIndex(where: { $0.isPunctuator(")") }) else {
      throw HeaderFailure(place, "the parameters of #define have no end")
    }
    (names, isVariadic) = ([], false)
    for token in tokens[tokens.startIndex..<end].dropFirst() where !token.isPunctuator(",") {
      switch token.kind {
      case .identifier: names.append(token.text)
      case .punctuator where token.text == "...": isVariadic = true
      default: throw HeaderFailure(place, "\(token.text) is no parameter of #define")
      }
    }
    // In `args...` of GNU C the name stands before the dots; C itself has no name.
    if isVariadic, end > tokens.startIndex + 1 {
      let namesItself = end >= tokens.startIndex + 3 && tokens[end - 2].kind == .identifier
      if !namesItself { names.append("__VA_ARGS__") }
    }
    guard names.count <= Self.maximum else {
      throw HeaderFailure(place, "#define has too many parameters", isLimit: true)
    }
    tokens = tokens[(end + 1)...]
  }
}
