import LodgeModel
import LodgeScenarios
import LodgeXML

/// Reads the steps of a scenario.
struct StepReader {
  /// The labels of the scenario's domains; the first is meant where a step names none.
  let domains: [String]

  private static let modifiers =
    ["on", "within", "if", "anyway", "or"] + YAMLMapping.expectationKeys
  private static let words = [
    "define", "round-trip", "domcapabilities", "xml", "argv", "start", "start-again", "suspend",
    "resume", "reboot", "reset", "shutdown", "destroy", "undefine", "state", "event", "qmp",
    "launch-security-info", "launch-security-secret", "vcpus", "attach", "detach", "save",
    "migrate-to-file", "transcript", "nothing-left", "still-alive",
  ]

  func steps(_ value: YAMLValue) throws(MatrixFailure) -> [Step] {
    let items = try value.list()
    guard !items.isEmpty else { throw value.failure("at least one step is expected here") }
    var steps: [Step] = []
    for item in items { steps += try read(item) }
    return steps
  }

  /// One step for each domain that it is for.
  private func read(_ item: YAMLValue) throws(MatrixFailure) -> [Step] {
    if let word = item.scalar {
      let action = try action(word, nil, at: item)
      return [Step(action, domain: domains.first ?? "")]
    }
    let keys = try item.mapping()
    let found = keys.keys.filter { !Self.modifiers.contains($0) }
    guard found.count == 1, let word = found.first, let value = keys[word] else {
      throw item.failure(
        found.isEmpty
          ? "a step is expected here" : "\(found.joined(separator: " and ")) are more than one step"
      )
    }
    let action = try action(word, value.isNothing ? nil : value, at: item)
    let deadline = try keys["within"]?.number(in: 1...600)
    let condition = try keys["if"]?.condition() ?? Condition()
    let anyway = try keys["anyway"]?.flag() ?? false
    let expectations = try keys.expectations()
    let alternatives = try keys["or"]?.alternatives() ?? []
    return try labels(keys["on"]).map { label in
      Step(
        action, domain: label, deadline: deadline.map { .seconds($0) }, condition: condition,
        isDoneAnyway: anyway, expectations: expectations, alternatives: alternatives)
    }
  }

  private func labels(_ value: YAMLValue?) throws(MatrixFailure) -> [String] {
    guard let value else { return Array(domains.prefix(1)) }
    if value.scalar == "all" { return domains }
    let labels = try value.texts()
    for label in labels where !domains.contains(label) {
      let hint = nearest(to: label, among: domains).map { "; did you mean \($0)?" }
      throw value.failure(
        "there is no domain \(label)\(hint ?? "; there are \(domains.joined(separator: ", "))")")
    }
    return labels
  }

  private func action(
    _ word: String, _ value: YAMLValue?, at item: YAMLValue
  ) throws(MatrixFailure) -> Action {
    if let plain = Self.plain[word] {
      guard value == nil else { throw item.failure("\(word) takes nothing") }
      return plain
    }
    let keys = value?.scalar == nil ? try value?.mapping() : nil
    switch (word, value) {
    case ("define", _):
      try keys?.allow(only: ["validate"])
      return .define(validating: try keys?["validate"]?.flag() ?? false)
    case ("start", _):
      try keys?.allow(only: ["paused"])
      return .start(paused: try keys?["paused"]?.flag() ?? false)
    case ("state", let value?): return .state(Glob(try value.text()))
    case ("event", let value?): return .event(Glob(try value.text()))
    case ("vcpus", let value?):
      return .processors(try value.number(in: 1...UInt32.max))
    case ("attach", let value?): return .attach(try value.xml())
    case ("detach", let value?): return .detach(try value.xml())
    case ("qmp", let value?): return .monitor(try value.question())
    case ("domcapabilities", let value?): return .domainCapabilities(try value.xmlPattern())
    case ("xml", let value?): return .description(try value.xmlPattern())
    case ("launch-security-info", let value?): return .launchSecurityInfo(try value.patterns())
    case ("launch-security-secret", _): return try Self.secret(keys, at: item)
    case ("argv", _): return try Self.arguments(keys, at: item)
    case ("transcript", _): return try Self.transcript(keys, at: item)
    default:
      guard Self.words.contains(word) else {
        let hint = nearest(to: word, among: Self.words).map { "did you mean \($0)?" }
        throw item.failure(
          "unknown step \(word); " + (hint ?? "known are \(Self.words.joined(separator: ", "))"))
      }
      throw item.failure("\(word) needs a value")
    }
  }

  /// Steps that take nothing.
  private static let plain: [String: Action] = [
    "round-trip": .roundTrip, "start-again": .startAgain, "suspend": .suspend, "resume": .resume,
    "reboot": .reboot, "reset": .reset, "shutdown": .shutdown, "destroy": .destroy,
    "undefine": .undefine, "save": .save, "migrate-to-file": .migrateToFile,
    "nothing-left": .nothingLeft, "still-alive": .stillAlive,
  ]

  private static func secret(
    _ keys: YAMLMapping?, at item: YAMLValue
  ) throws(MatrixFailure) -> Action {
    guard let keys else { throw item.failure("secret is expected here") }
    try keys.allow(only: ["header", "secret", "address"])
    let secret = try keys.required("secret").text()
    let header = try keys["header"]?.text()
    return .launchSecuritySecret(
      header.map { .given(header: $0, secret: secret) } ?? .ofTheOwner(secret),
      address: try keys["address"]?.number(in: 0...UInt64.max))
  }

  private static func arguments(
    _ keys: YAMLMapping?, at item: YAMLValue
  ) throws(MatrixFailure) -> Action {
    guard let keys else { throw item.failure("has or lacks is expected here") }
    try keys.allow(only: ["has", "lacks"])
    return .arguments(has: try keys["has"]?.globs() ?? [], lacks: try keys["lacks"]?.globs() ?? [])
  }

  private static func transcript(
    _ keys: YAMLMapping?, at item: YAMLValue
  ) throws(MatrixFailure) -> Action {
    guard let keys else { throw item.failure("has or lacks is expected here") }
    try keys.allow(only: ["has", "lacks"])
    return .transcript(
      has: try keys["has"]?.calls() ?? [], lacks: try keys["lacks"]?.calls() ?? [])
  }
}

extension YAMLMapping {
  fileprivate static let expectationKeys = ["refused", "crashes", "hangs"]

  /// What is expected of a step, the first that applies first.
  fileprivate func expectations() throws(MatrixFailure) -> [Expectation] {
    var expectations: [Expectation] = []
    if let refused = self["refused"] { expectations += try refused.refusals() }
    if let crashes = self["crashes"] {
      expectations.append(Expectation(.crash(signal: Glob(try crashes.text()))))
    }
    if let hangs = self["hangs"], try hangs.flag() { expectations.append(Expectation(.silence)) }
    return expectations
  }
}

extension YAMLValue {
  /// Whether nothing is written: an empty place, `~` or `{}`.
  fileprivate var isNothing: Bool {
    if let scalar { return scalar.isEmpty || scalar == "~" || scalar == "null" }
    return (try? mapping().keys.isEmpty) ?? false
  }

  /// `success`, `hangs`, `{refused: ...}` or `{crashes: ...}`; one, or a list of them.
  fileprivate func alternatives() throws(MatrixFailure) -> [Expectation.Wanted] {
    if isList {
      var wanted: [Expectation.Wanted] = []
      for item in try list() { wanted += try item.alternatives() }
      return wanted
    }
    switch scalar {
    case "success": return [.success]
    case "hangs": return [.silence]
    case nil:
      let keys = try mapping()
      try keys.allow(only: ["refused", "crashes"])
      return try keys.expectations().map(\.wanted)
    case let other?:
      throw failure("\(other) is no answer; there are success, hangs, refused and crashes")
    }
  }

  /// `ladder`, one refusal, or a list of refusals for different abilities.
  fileprivate func refusals() throws(MatrixFailure) -> [Expectation] {
    if let scalar {
      guard scalar == "ladder" else {
        throw failure("“ladder”, a refusal or a list of refusals is expected here")
      }
      return [Expectation(.asTheLadderSays)]
    }
    if isList {
      return try list().map { item throws(MatrixFailure) in try item.refusal() }
    }
    return [try refusal()]
  }

  private func refusal() throws(MatrixFailure) -> Expectation {
    let keys = try mapping()
    try keys.allow(only: ["by", "message", "when"])
    return Expectation(
      .refusal(
        RefusalPattern(
          by: try keys.required("by").layers(), messages: try keys["message"]?.globs() ?? [])),
      when: try keys["when"]?.condition() ?? Condition())
  }

  /// Puts the expectations of a case upon its steps, which are named by their words.
  func apply(to steps: inout [Step]) throws(MatrixFailure) {
    let keys = try mapping()
    for key in keys.keys {
      let value = try keys.required(key)
      let place = steps.firstIndex { step in
        key == step.action.word || key == "\(step.domain).\(step.action.word)"
      }
      guard let place else {
        let words = Set(steps.map(\.action.word)).sorted()
        let hint = nearest(to: key, among: words).map { "did you mean \($0)?" }
        throw value.failure(
          "there is no step \(key); " + (hint ?? "there are \(words.joined(separator: ", "))"))
      }
      let wanted = try value.mapping()
      try wanted.allow(only: YAMLMapping.expectationKeys)
      steps[place].expectations = try wanted.expectations()
    }
  }

  fileprivate func xml() throws(MatrixFailure) -> String {
    let text = try text()
    do throws(XMLFailure) {
      _ = try XMLElement(parsing: text)
    } catch {
      throw failure("it is no XML: \(error)")
    }
    return text
  }

  fileprivate func xmlPattern() throws(MatrixFailure) -> XMLPattern {
    let keys = try mapping()
    try keys.allow(only: ["has", "lacks"])
    return XMLPattern(
      has: try keys["has"]?.places() ?? [], lacks: try keys["lacks"]?.places() ?? [])
  }

  private func places() throws(MatrixFailure) -> [XMLPattern.Place] {
    try patterns().sorted { $0.key < $1.key }.map { XMLPattern.Place($0.key, $0.value) }
  }

  fileprivate func question() throws(MatrixFailure) -> MonitorQuestion {
    if scalar != nil { return MonitorQuestion(try text(matching: /[a-z0-9_-]+/, "a QMP command")) }
    let keys = try mapping()
    try keys.allow(only: ["command", "arguments", "returns"])
    return MonitorQuestion(
      try keys.required("command").text(matching: /[a-z0-9_-]+/, "a QMP command"),
      arguments: try keys["arguments"]?.json(), returns: try keys["returns"]?.patterns() ?? [:])
  }

  /// Calls by name, or with patterns for their fields.
  fileprivate func calls() throws(MatrixFailure) -> [CallPattern] {
    try list().map { item throws(MatrixFailure) in
      if item.scalar != nil { return CallPattern(Glob(try item.text())) }
      let keys = try item.mapping()
      guard let name = keys.keys.first, keys.keys.count == 1 else {
        throw item.failure("one call with its fields is expected here")
      }
      return CallPattern(Glob(name), fields: try keys.required(name).patterns())
    }
  }
}
