import LodgeModel

/// A place in a JSON argument that does not fit the schema.
struct Misfit: Equatable {
  /// Members down to the place, such as `cache.direct`; empty for the argument itself.
  var path: [String]
  var words: String
  var isDeprecation = false
}

extension QMPSchema.Shapes {
  /// Nested deeper than this, values are not looked at; QEMU's parser stops at 1024.
  private static let depthLimit = 32

  /// What does not fit in the arguments of a command.
  func misfits(of value: JSONText, asArgumentsOf command: String) -> [Misfit] {
    guard let type = commands[command] else { return [] }
    return misfits(of: value, as: type, at: [])
  }

  private func misfits(of value: JSONText, as type: String, at path: [String]) -> [Misfit] {
    guard path.count <= Self.depthLimit, let shape = types[type] else { return [] }
    switch shape {
    case .builtin(let name): return value.fits(builtin: name) ? [] : [mistyped(value, name, path)]
    case .enumeration(let names):
      guard let text = value.text else { return [mistyped(value, "string", path)] }
      return names.contains(text) ? [] : [unknownWord(text, names, path)]
    case .array(let element):
      guard case .array(let values) = value else { return [mistyped(value, "array", path)] }
      return values.enumerated().flatMap { index, value in
        misfits(of: value, as: element, at: path + ["\(index)"])
      }
    case .object:
      guard case .object(let given) = value else { return [mistyped(value, "object", path)] }
      return misfits(of: given, as: type, at: path)
    case .alternate(let choices):
      // The JSON type alone picks the choice.
      let results = choices.filter { isPossible(value, as: $0) }.map {
        misfits(of: value, as: $0, at: path)
      }
      let words = choices.compactMap { types[$0]?.jsonType }.joined(separator: " or ")
      return results.min { $0.count < $1.count } ?? [mistyped(value, words, path)]
    }
  }

  private func misfits(
    of given: [String: JSONText], as type: String, at path: [String]
  ) -> [Misfit] {
    let members = members(of: type, for: given)
    var misfits: [Misfit] = []
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let member = members.known[name] else {
        if members.isComplete { misfits.append(unknownMember(name, members.known, path)) }
        continue
      }
      misfits += self.misfits(of: value, as: member.type, at: path + [name])
      if member.isDeprecated {
        misfits.append(Misfit(path: path + [name], words: "is deprecated", isDeprecation: true))
      }
    }
    for (name, member) in members.known.sorted(by: { $0.key < $1.key })
    where !member.isOptional && given[name] == nil {
      misfits.append(Misfit(path: path, words: "has no \(name), which is required"))
    }
    return misfits
  }

  /// The members that an object of a type may have, with those of the arm that its tag picks.
  ///
  /// They are not complete where the tag picks no arm: then only the tag is wrong.
  private func members(
    of type: String, for given: [String: JSONText]
  ) -> (known: [String: QMPSchema.ShapeMember], isComplete: Bool) {
    guard case .object(var members, let tag, let arms) = types[type] else { return ([:], false) }
    guard let tag else { return (members, true) }
    guard let picked = given[tag]?.text, let tagType = members[tag]?.type,
      case .enumeration(let values) = types[tagType], values.contains(picked)
    else { return (members, false) }
    // A value without an arm adds no members.
    if let arm = arms[picked] {
      guard case .object(let more, _, _) = types[arm] else { return (members, false) }
      let nested = self.members(of: arm, for: given)
      members.merge(nested.known.isEmpty ? more : nested.known) { first, _ in first }
      return (members, nested.isComplete)
    }
    return (members, true)
  }

  private func isPossible(_ value: JSONText, as type: String) -> Bool {
    switch types[type] {
    case .builtin(let name): value.fits(builtin: name)
    case .enumeration: value.text != nil
    case .array: value.typeName == "array"
    case .object: value.typeName == "object"
    case .alternate, nil: true
    }
  }

  private func mistyped(_ value: JSONText, _ wanted: String, _ path: [String]) -> Misfit {
    Misfit(path: path, words: "is of type \(value.typeName), not \(wanted)")
  }

  private func unknownWord(_ word: String, _ known: [String], _ path: [String]) -> Misfit {
    Misfit(path: path, words: "does not know \(word)" + suggestion(for: word, among: known))
  }

  private func unknownMember(
    _ name: String, _ known: [String: QMPSchema.ShapeMember], _ path: [String]
  ) -> Misfit {
    Misfit(
      path: path, words: "has no member \(name)" + suggestion(for: name, among: known.keys.sorted())
    )
  }
}

/// Words that name the nearest known name; empty where none is near.
func suggestion(for name: String, among known: some Sequence<String>) -> String {
  nearest(to: name, among: known).map { "; the nearest is \($0)" } ?? ""
}

extension QMPSchema.Shape {
  /// The JSON type of all values of the type; nil for an alternate.
  fileprivate var jsonType: String? {
    switch self {
    case .builtin(let name): name
    case .enumeration: "string"
    case .array: "array"
    case .object: "object"
    case .alternate: nil
    }
  }
}

extension JSONText {
  /// Whether the value is of a type that the schema has built in; every integer is a number.
  fileprivate func fits(builtin name: String) -> Bool {
    name == "value" || name == typeName || (name == "number" && typeName == "int")
  }
}
