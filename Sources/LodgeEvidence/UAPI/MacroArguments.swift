/// The arguments of one call, put into the replacement of its macro (C11 6.10.3.1 to 6.10.3.3).
struct MacroArguments {
  /// The most tokens that one call may make.
  private static let maximumTokens = 1_000_000

  private var parameters = Macro.Parameters(names: [], isVariadic: false)
  private var raw: [[HeaderToken]] = []
  private var expanded: [[HeaderToken]] = []

  /// The arguments of an object-like macro: none.
  init() {}

  /// Pairs the arguments, as written and with their macros replaced, with the parameters.
  init(parameters: Macro.Parameters, raw: [[HeaderToken]], expanded: [[HeaderToken]]) {
    (self.parameters, self.raw, self.expanded) = (parameters, raw, expanded)
  }

  /// The replacement of a macro with the arguments in it; its tokens stand where the call does.
  ///
  /// - Throws: ``HeaderFailure`` where it is too large.
  func substituted(in macro: Macro, at place: HeaderPlace) throws(HeaderFailure) -> [HeaderToken] {
    var output: [HeaderToken] = []
    var rest = macro.body[...]
    while let token = rest.popFirst() {
      guard output.count <= Self.maximumTokens else {
        throw HeaderFailure(place, "the call of \(macro.name) makes too much", isLimit: true)
      }
      if macro.parameters != nil, token.isPunctuator("#"), let next = rest.first,
        index(of: next) != nil
      {
        rest.removeFirst()
        // What the string says is all the same: no number is made of it.
        output.append(HeaderToken(kind: .string, text: "\"\"", place: place))
      } else if token.isPunctuator("##"), !output.isEmpty, let next = rest.popFirst() {
        try paste(next, to: &output)
      } else if let index = index(of: token) {
        let isOperand = rest.first?.isPunctuator("##") == true
        output += isOperand ? operand(raw[index], at: place) : expanded[index]
      } else {
        output.append(token)
      }
    }
    return output.compactMap { $0.text.isEmpty ? nil : $0.moved(to: place) }
  }

  private func index(of token: HeaderToken) -> Int? {
    token.kind == .identifier ? parameters.names.firstIndex(of: token.text) : nil
  }

  /// An argument beside `##`; an empty one leaves a token without text to be pasted to.
  private func operand(_ tokens: [HeaderToken], at place: HeaderPlace) -> [HeaderToken] {
    tokens.isEmpty ? [HeaderToken(kind: .other, text: "", place: place)] : tokens
  }

  private func paste(
    _ token: HeaderToken, to output: inout [HeaderToken]
  ) throws(HeaderFailure) {
    guard let left = output.popLast() else { return }
    guard let index = index(of: token) else {
      output += try pasted(left, token)
      return
    }
    let isRest = parameters.isVariadic && index == parameters.names.count - 1
    if isRest, left.isPunctuator(",") {
      // GNU C: the comma goes away with empty variadic arguments.
      if !raw[index].isEmpty { output += [left] + expanded[index] }
      return
    }
    let right = operand(raw[index], at: token.place)
    output += try pasted(left, right[0]) + right.dropFirst()
  }

  private func pasted(
    _ left: HeaderToken, _ right: HeaderToken
  ) throws(HeaderFailure) -> [HeaderToken] {
    if left.text.isEmpty || right.text.isEmpty { return [left.text.isEmpty ? right : left] }
    return try HeaderLexer.tokens(of: left.text + right.text, place: left.place)
  }
}

extension HeaderToken {
  /// The token at the place of the call that made it.
  fileprivate func moved(to place: HeaderPlace) -> Self {
    var token = self
    token.place = place
    return token
  }
}
