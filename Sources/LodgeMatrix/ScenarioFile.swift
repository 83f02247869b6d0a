import LodgeModel
import LodgePlatform
import LodgeScenarios

/// One file of scenarios: a claim, its steps, and its cases where it has some.
struct ScenarioFile {
  /// One for each case, or the one that the file is.
  let scenarios: [Scenario]

  static let shared = [
    "claim", "platform", "platforms", "needs", "overrides", "template", "parameters", "faults",
    "steps",
  ]

  /// Reads the text of a file; the path is that below the folder, without the ending.
  ///
  /// - Throws: ``MatrixFailure`` naming file and line of what is outside the grammar.
  init(
    yaml text: String, path: String, file: String, templates: [String: DomainTemplate],
    ladder: Ladder
  ) throws(MatrixFailure) {
    let top = try YAMLMapping(document: text, file: file)
    try top.allow(only: Self.shared + ["type", "exclusive", "domains", "cases"])
    let folder = path.split(separator: "/").first.map(String.init) ?? ""
    let type = try top["type"]?.domainType() ?? DomainType(rawValue: folder)
    guard let type else {
      throw MatrixFailure(
        file: file, line: nil, reason: "the folder \(folder) is no type, so the key type is needed")
    }
    let draft = ScenarioDraft(file: file, type: type, templates: templates, ladder: ladder, top)
    guard let cases = try top["cases"]?.mapping() else {
      scenarios = [try draft.scenario(id: path, nil)]
      return
    }
    guard !cases.keys.isEmpty else { throw top.failure("there is no case", at: "cases") }
    scenarios = try cases.keys.map { name throws(MatrixFailure) in
      guard name.isPlain(besides: "._-"), name.first.map({ !"._-".contains($0) }) == true else {
        throw cases.failure("“\(name)” cannot be the name of a case", at: name)
      }
      let keys = try cases.required(name).mapping()
      try keys.allow(only: Self.shared + ["expect"])
      return try draft.scenario(id: "\(path)[\(name)]", keys)
    }
  }
}

/// A file's own keys, to which cases add theirs.
private struct ScenarioDraft {
  let file: String
  let type: DomainType
  let templates: [String: DomainTemplate]
  let ladder: Ladder
  let top: YAMLMapping

  init(
    file: String, type: DomainType, templates: [String: DomainTemplate], ladder: Ladder,
    _ top: YAMLMapping
  ) {
    (self.file, self.type, self.templates) = (file, type, templates)
    (self.ladder, self.top) = (ladder, top)
  }

  /// The scenario of a case, or of the file itself.
  func scenario(id: String, _ own: YAMLMapping?) throws(MatrixFailure) -> Scenario {
    let domains = try domains(own)
    var steps = try StepReader(domains: domains.map(\.label))
      .steps(try value("steps", own))
    if let expect = own?["expect"] { try expect.apply(to: &steps) }
    return Scenario(
      id: id, claim: try value("claim", own).text(), type: type,
      platforms: try platforms(own),
      isExclusive: try top["exclusive"]?.flag() ?? false,
      needs: try (own?["needs"] ?? top["needs"])?.condition() ?? Condition(),
      overrides: try (own?["overrides"] ?? top["overrides"])?.overrides() ?? Scenario.Overrides(),
      domains: domains, steps: steps, file: file)
  }

  /// What a case says, or else the file.
  private func value(_ key: String, _ own: YAMLMapping?) throws(MatrixFailure) -> YAMLValue {
    if let value = own?[key] { return value }
    return try top.required(key)
  }

  private func platforms(_ own: YAMLMapping?) throws(MatrixFailure) -> [String] {
    for keys in [own, top].compactMap(\.self) {
      if let one = keys["platform"] { return [try one.text()] }
      if let several = keys["platforms"] { return try several.texts() }
    }
    guard let platforms = ladder.platforms[type] else {
      throw MatrixFailure(file: file, line: nil, reason: "it names no platform")
    }
    return platforms
  }

  private func domains(_ own: YAMLMapping?) throws(MatrixFailure) -> [Scenario.Domain] {
    guard let domains = try top["domains"]?.mapping() else {
      return [try domain("guest", own: own, nil)]
    }
    guard !domains.keys.isEmpty else { throw top.failure("there is no domain", at: "domains") }
    return try domains.keys.map { label throws(MatrixFailure) in
      guard label.isPlain(besides: "-"), label == label.lowercased(), label != "all" else {
        throw domains.failure("“\(label)” cannot be the name of a domain", at: label)
      }
      let keys = try domains.required(label).mapping()
      try keys.allow(only: ["type", "template", "parameters", "faults"])
      return try domain(label, own: own, keys)
    }
  }

  /// What is said nearest to a domain counts: in the case, then at the domain, then in the file.
  private func domain(
    _ label: String, own: YAMLMapping?, _ keys: YAMLMapping?
  ) throws(MatrixFailure) -> Scenario.Domain {
    let layers = [own, keys, top].compactMap(\.self)
    let type = try keys?["type"]?.domainType() ?? type
    let named = layers.lazy.compactMap { $0["template"] }.first
    let name = try named?.text() ?? type.rawValue
    guard let template = templates[name] else {
      let hint = nearest(to: name, among: templates.keys.sorted()).map { "; did you mean \($0)?" }
      let reason = "there is no template \(name)\(hint ?? "")"
      throw named?.failure(reason) ?? top.failure(reason, at: "type")
    }
    var parameters: [String: ParameterValue] = [:]
    var place: YAMLValue?
    for layer in layers {
      guard let values = layer["parameters"] else { continue }
      place = place ?? values
      parameters.merge(try values.parameters()) { near, _ in near }
    }
    do throws(TemplateFailure) {
      try template.check(parameters)
    } catch {
      throw place?.failure("\(error)") ?? top.failure("\(error)", at: "claim")
    }
    let faults = layers.lazy.compactMap { $0["faults"] }.first
    return Scenario.Domain(
      label: label, type: type, template: template, parameters: parameters,
      faults: try faults?.list().map { item throws(MatrixFailure) in try Fault(item) } ?? [])
  }
}

extension YAMLMapping {
  /// A failure at the line of a key; at no line where the key is not there.
  fileprivate func failure(_ reason: String, at key: String) -> MatrixFailure {
    self[key]?.failure(reason) ?? place.failure(reason, nil)
  }
}

extension YAMLValue {
  /// One text, or a list of texts.
  func texts() throws(MatrixFailure) -> [String] {
    if scalar != nil { return [try text()] }
    let texts = try list().map { item throws(MatrixFailure) in try item.text() }
    guard !texts.isEmpty else { throw failure("at least one is expected here") }
    return texts
  }

  func globs() throws(MatrixFailure) -> [Glob] { try texts().map { Glob($0) } }

  /// Patterns by name.
  func patterns() throws(MatrixFailure) -> [String: Glob] {
    let keys = try mapping()
    var patterns: [String: Glob] = [:]
    for key in keys.keys { patterns[key] = Glob(try keys.required(key).text()) }
    return patterns
  }

  /// One of the words of an enumeration.
  func word<Words: RawRepresentable & CaseIterable>(
    of words: Words.Type, _ noun: String
  ) throws(MatrixFailure) -> Words where Words.RawValue == String {
    let text = try text()
    guard let word = Words(rawValue: text) else {
      let known = Words.allCases.map(\.rawValue)
      let hint = nearest(to: text, among: known).map { "did you mean \($0)?" }
      throw failure(
        "\(text) is no \(noun); " + (hint ?? "known are \(known.joined(separator: ", "))"))
    }
    return word
  }

  func domainType() throws(MatrixFailure) -> DomainType { try word(of: DomainType.self, "type") }

  func condition() throws(MatrixFailure) -> Condition {
    Condition(
      try texts().map { text throws(MatrixFailure) in
        do throws(AbilityFailure) {
          return try Condition.Demand(text)
        } catch {
          throw failure("\(error)")
        }
      })
  }

  fileprivate func parameters() throws(MatrixFailure) -> [String: ParameterValue] {
    let keys = try mapping()
    var parameters: [String: ParameterValue] = [:]
    for key in keys.keys {
      let value = try keys.required(key)
      guard let text = value.scalar else { throw value.failure("a text is expected here") }
      guard let parameter = ParameterValue(text) else {
        throw value.failure(
          "\(text) is no file of a set; there are @kernel, @initrd and @firmware.TYPE")
      }
      parameters[key] = parameter
    }
    return parameters
  }

  fileprivate func overrides() throws(MatrixFailure) -> Scenario.Overrides {
    let keys = try mapping()
    try keys.allow(only: ["settings", "capabilities", "without"])
    var overrides = Scenario.Overrides()
    if let settings = try keys["settings"]?.mapping() {
      for name in settings.keys {
        overrides.settings[name] = try settings.required(name).scalar ?? ""
      }
    }
    if let capabilities = try keys["capabilities"]?.mapping() {
      for name in capabilities.keys {
        overrides.capabilities[name] = try capabilities.required(name).number(in: 0...Int64.max)
      }
    }
    overrides.withoutConstants = Set(try keys["without"]?.texts() ?? [])
    do throws(ModelFailure) {
      try ModelOverrides(
        capabilities: overrides.capabilities, withoutConstants: overrides.withoutConstants,
        settings: overrides.settings
      ).check()
    } catch {
      throw failure("\(error)")
    }
    return overrides
  }
}

extension Fault {
  fileprivate init(_ value: YAMLValue) throws(MatrixFailure) {
    let keys = try value.mapping()
    try keys.allow(only: ["call", "nth", "count", "errno", "fw", "hw", "served"])
    let call = try keys.required("call")
    let errno = try keys["errno"]?.text()
    let codes = [
      try keys["fw"]?.number(in: 0...UInt64(UInt32.max)),
      try keys["hw"]?.number(in: 0...UInt64.max),
    ]
    guard errno.map({ $0.wholeMatch(of: /E[A-Z0-9]{2,15}/) != nil }) ?? true else {
      throw value.failure("\(errno ?? "") is no errno; write a name such as EIO")
    }
    guard errno != nil || codes.contains(where: { $0 != nil }) else {
      throw value.failure("a fault has an errno, a code of the firmware (fw, hw), or both")
    }
    let name = try call.text()
    guard name.wholeMatch(of: /[A-Z][A-Z0-9_]{2,63}/) != nil else {
      throw call.failure("\(name) is no call; write a name such as KVM_SEV_LAUNCH_START")
    }
    self.init(
      call: name, nth: try keys["nth"]?.number(in: 1...1_000_000) ?? 1,
      repetition: try keys["count"]?.repetition() ?? .times(1), errno: errno,
      firmwareCode: codes[0], hardwareCode: codes[1],
      isServed: try keys["served"]?.flag() ?? false)
  }
}

extension YAMLValue {
  fileprivate func repetition() throws(MatrixFailure) -> Fault.Repetition {
    scalar == "always" ? .always : .times(try number(in: 1...1_000_000))
  }
}

extension String {
  /// Whether the text holds letters and digits of ASCII and some other signs alone, and any.
  ///
  /// A regular expression would be compiled again for each of hundreds of names.
  fileprivate func isPlain(besides others: String) -> Bool {
    !isEmpty
      && unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: others.unicodeScalars.contains(scalar)
        }
      }
  }
}
