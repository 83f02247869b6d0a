package import LodgeModel

extension Transcript {
  /// The first place where the calls made to one object differ.
  package struct Difference: Equatable, Sendable, CustomStringConvertible {
    /// What is different there.
    package enum Kind: Equatable, Sendable {
      /// The same call with other values: the member (`answer` for the result), before and after.
      case value(of: String, in: String, before: String, after: String)
      /// Another call stands in its place.
      case call(before: String, after: String)
      /// There was a call, and there is none.
      case gone(String)
      /// There is a call, and there was none.
      case added(String)
    }

    package var object: String
    /// The place among the calls of the object, from 1.
    package var place: Int
    package var kind: Kind

    package var description: String {
      let what =
        switch kind {
        case .value(let member, let call, let before, let after):
          "\(call): \(member) was \(before), is \(after)"
        case .call(let before, let after): "was \(before), is \(after)"
        case .gone(let call): "\(call) is not made any more"
        case .added(let call): "\(call) is new"
        }
      return "\(object), call \(place): \(what)"
    }
  }

  /// The first difference of each object, in the order of the objects; empty for equal transcripts.
  package func difference(from other: Transcript) -> [Difference] {
    normalised.difference(from: other.normalised)
  }
}

extension Transcript.Normalised {
  /// The first difference of each object, in the order of the objects; empty for equal transcripts.
  package func difference(from other: Self) -> [Transcript.Difference] {
    let before = Dictionary(
      other.sections.map { ($0.object, $0.calls) }, uniquingKeysWith: { first, _ in first })
    let objects = Set(sections.map(\.object))
    var differences = sections.compactMap { section in
      section.difference(from: before[section.object] ?? [])
    }
    for section in other.sections where !objects.contains(section.object) {
      let none = Section(object: section.object, calls: [])
      if let difference = none.difference(from: section.calls) { differences.append(difference) }
    }
    return differences
  }
}

extension Transcript.Normalised.Section {
  fileprivate func difference(from before: [Transcript.Call]) -> Transcript.Difference? {
    let first = zip(calls, before).enumerated().first { $0.element.0 != $0.element.1 }
    let place = first?.offset ?? min(calls.count, before.count)
    func difference(_ kind: Transcript.Difference.Kind) -> Transcript.Difference {
      Transcript.Difference(object: object, place: place + 1, kind: kind)
    }
    guard let (now, old) = first?.element else {
      if place < calls.count { return difference(.added(calls[place].name)) }
      if place < before.count { return difference(.gone(before[place].name)) }
      return nil
    }
    guard now.name == old.name, now.call == old.call else {
      // A call that comes back right behind was not replaced: something was put before it.
      if calls.dropFirst(place + 1).first == old { return difference(.added(now.name)) }
      if before.dropFirst(place + 1).first == now { return difference(.gone(old.name)) }
      return difference(.call(before: old.name, after: now.name))
    }
    let (member, was, new) = now.firstDifference(from: old)
    return difference(.value(of: member, in: now.name, before: was, after: new))
  }
}

extension Transcript.Call {
  /// The first member that is not the same, with its value before and now.
  fileprivate func firstDifference(from other: Self) -> (String, String, String) {
    let pairs = [(fields, other.fields), (outputs, other.outputs)]
    for (now, before) in pairs {
      for (name, value, old) in paired(now, before) where value != old {
        return (name, old ?? "absent", value ?? "absent")
      }
    }
    if answer != other.answer { return ("answer", "\(other.answer)", "\(answer)") }
    if created != other.created {
      return ("object made", other.created ?? "none", created ?? "none")
    }
    return ("refusal", other.refusal?.text ?? "none", refusal?.text ?? "none")
  }

  /// The values by name, those of now in their order, then those that are gone.
  private func paired(
    _ now: [Transcript.Field], _ before: [Transcript.Field]
  ) -> [(String, String?, String?)] {
    func value(_ name: String, in fields: [Transcript.Field]) -> String? {
      fields.first { $0.name == name }?.value.description
    }
    let gone = before.map(\.name).filter { value($0, in: now) == nil }
    return now.map { ($0.name, $0.value.description, value($0.name, in: before)) }
      + gone.map { ($0, nil, value($0, in: before)) }
  }
}

extension Transcript.Refusal {
  fileprivate var text: String { "\(who.rawValue): \(reason)" }
}

extension Transcript.Difference {
  /// The difference for a comparison of two sets: told, not judged.
  package func finding(in program: String) -> Finding {
    Finding(.info, "\(self)", where: program)
  }
}
