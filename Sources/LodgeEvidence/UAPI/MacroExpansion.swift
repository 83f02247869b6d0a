/// How many more tokens macros may make, over all headers of a root.
struct ExpansionBudget {
  private var tokens: Int

  /// Starts with a number of tokens; real headers need less than 60,000.
  init(tokens: Int = 1_000_000) { self.tokens = tokens }

  /// Takes tokens away.
  ///
  /// - Throws: ``HeaderFailure`` where none are left.
  mutating func spend(_ count: Int, at place: HeaderPlace) throws(HeaderFailure) {
    tokens -= count
    guard tokens >= 0 else {
      throw HeaderFailure(place, "the macros make too many tokens", isLimit: true)
    }
  }
}

/// Replaces the macros in a run of tokens (C11 6.10.3).
///
/// A macro is asleep while its own replacement is read, so none goes on for ever.
struct MacroExpansion {
  /// A replacement, or the text itself, that is being read.
  private struct Frame {
    var tokens: [HeaderToken]
    var next = 0
    /// The macro that wakes once all is read; nil for the text itself.
    var macro: String?
  }

  private static let maximumDepth = 64

  private let macros: [String: Macro]
  private let depth: Int
  private var frames: [Frame]
  private var asleep: Set<String>

  private init(
    _ tokens: [HeaderToken], macros: [String: Macro], asleep: Set<String>, depth: Int
  ) {
    (self.macros, self.asleep, self.depth) = (macros, asleep, depth)
    frames = [Frame(tokens: tokens)]
  }

  /// The tokens with all macros replaced.
  ///
  /// - Throws: ``HeaderFailure`` where a call is not complete or the budget is spent.
  static func expand(
    _ tokens: [HeaderToken], macros: [String: Macro], budget: inout ExpansionBudget
  ) throws(HeaderFailure) -> [HeaderToken] {
    var expansion = Self(tokens, macros: macros, asleep: [], depth: 0)
    return try expansion.run(&budget)
  }

  private mutating func run(
    _ budget: inout ExpansionBudget
  ) throws(HeaderFailure) -> [HeaderToken] {
    var output: [HeaderToken] = []
    while var token = pop() {
      try budget.spend(1, at: token.place)
      guard token.kind == .identifier, !token.isPainted, let macro = macros[token.text] else {
        output.append(token)
        continue
      }
      if asleep.contains(macro.name) {
        token.isPainted = true
        output.append(token)
      } else if let parameters = macro.parameters {
        guard peek()?.isPunctuator("(") == true else {
          output.append(token)
          continue
        }
        let arguments = try arguments(of: macro, parameters, at: token.place, &budget)
        try push(macro, arguments, at: token.place, &budget)
      } else {
        try push(macro, MacroArguments(), at: token.place, &budget)
      }
    }
    return output
  }

  private mutating func pop() -> HeaderToken? {
    guard let token = peek() else { return nil }
    frames[frames.count - 1].next += 1
    return token
  }

  private mutating func peek() -> HeaderToken? {
    while let frame = frames.last {
      if frame.next < frame.tokens.count { return frame.tokens[frame.next] }
      if let macro = frame.macro { asleep.remove(macro) }
      frames.removeLast()
    }
    return nil
  }

  private mutating func push(
    _ macro: Macro, _ arguments: MacroArguments, at place: HeaderPlace,
    _ budget: inout ExpansionBudget
  ) throws(HeaderFailure) {
    let replacement = try arguments.substituted(in: macro, at: place)
    try budget.spend(replacement.count, at: place)
    frames.append(Frame(tokens: replacement, macro: macro.name))
    asleep.insert(macro.name)
  }

  /// Takes the parenthesis and the arguments of a call.
  private mutating func arguments(
    of macro: Macro, _ parameters: Macro.Parameters, at place: HeaderPlace,
    _ budget: inout ExpansionBudget
  ) throws(HeaderFailure) -> MacroArguments {
    var raw = try rawArguments(of: macro, parameters, at: place, &budget)
    // No argument and one empty argument look the same; so do no and empty variadic ones.
    if parameters.names.isEmpty, raw.count == 1, raw[0].isEmpty { raw = [] }
    if parameters.isVariadic, raw.count == parameters.names.count - 1 { raw.append([]) }
    guard raw.count == parameters.names.count else {
      throw HeaderFailure(
        place, "\(macro.name) takes \(parameters.names.count) arguments, not \(raw.count)")
    }
    guard depth < Self.maximumDepth else {
      throw HeaderFailure(place, "the calls of macros are nested too deep", isLimit: true)
    }
    var expanded: [[HeaderToken]] = []
    for argument in raw {
      var inner = Self(argument, macros: macros, asleep: asleep, depth: depth + 1)
      expanded.append(try inner.run(&budget))
    }
    return MacroArguments(parameters: parameters, raw: raw, expanded: expanded)
  }

  private mutating func rawArguments(
    of macro: Macro, _ parameters: Macro.Parameters, at place: HeaderPlace,
    _ budget: inout ExpansionBudget
  ) throws(HeaderFailure) -> [[HeaderToken]] {
    var arguments: [[HeaderToken]] = [[]]
    var open = 0
    while let token = pop() {
      try budget.spend(1, at: place)
      let isRest = parameters.isVariadic && arguments.count == parameters.names.count
      if token.isPunctuator("(") {
        open += 1
        if open == 1 { continue }
      } else if token.isPunctuator(")") {
        open -= 1
        if open == 0 { return arguments }
      } else if open == 1, !isRest, token.isPunctuator(",") {
        arguments.append([])
        continue
      }
      arguments[arguments.count - 1].append(token)
    }
    throw HeaderFailure(place, "the call of \(macro.name) has no end")
  }
}
