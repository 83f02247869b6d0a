extension ArgumentVector {
  /// What another libvirt makes of the same domain: an option that came, went or changed.
  package enum Difference: Equatable, Sendable, CustomStringConvertible {
    case added(String)
    case removed(String)
    /// The members of one argument that are not the same, with what each was and is.
    case changed(String, [Change])

    /// A member that is not the same; nil where it is not there.
    package struct Change: Equatable, Sendable {
      package var member: String
      package var before: String?
      package var after: String?
    }

    package var description: String {
      switch self {
      case .added(let argument): "\(argument) is new"
      case .removed(let argument): "\(argument) is gone"
      case .changed(let argument, let changes):
        argument + ": "
          + changes.map { "\($0.member) was \($0.before ?? "absent"), is \($0.after ?? "absent")" }
          .joined(separator: "; ")
      }
    }
  }

  /// The differences from another command line, ordered by argument; paths that name a run's domain
  /// and numbers of open files count as equal.
  package func difference(from other: ArgumentVector) -> [Difference] {
    let (now, before) = (members, other.members)
    return Set(now.keys).union(before.keys).sorted().compactMap { argument in
      guard let new = now[argument] else { return .removed(argument) }
      guard let old = before[argument] else { return .added(argument) }
      let changes = Set(new.keys).union(old.keys).sorted().filter { new[$0] != old[$0] }.map {
        Difference.Change(member: $0, before: old[$0], after: new[$0])
      }
      return changes.isEmpty ? nil : .changed(argument, changes)
    }
  }

  /// The members of each argument, flat; arguments are known by their option and their id.
  package var members: [String: [String: String]] {
    var members: [String: [String: String]] = [:]
    for argument in arguments {
      let flat = argument.flatMembers.mapValues(\.withoutRun)
        .merging(argument.ofTheRun) { $1 }
      let id = ["id", "node-name"].lazy.compactMap { flat[$0] }.first
      var name = (["-\(argument.option)"] + [id].compactMap(\.self)).joined(separator: " ")
      // Without an id, what stands twice is told apart by its place.
      let place = (2...).lazy.map { "\(name) (\($0))" }.first { members[$0] == nil }
      if members[name] != nil, let place { name = place }
      members[name] = flat
    }
    return members
  }
}

extension ArgumentVector.Argument {
  fileprivate var flatMembers: [String: String] {
    guard let value else { return [:] }
    if value.hasPrefix("{"), let json = JSONText(parsing: value) { return json.flat }
    guard value.contains("=") || value.contains(",") else { return ["value": value] }
    let list = KeyValues(value)
    var members = Dictionary(list.pairs, uniquingKeysWith: { $1 })
    if let first = list.first { members["value"] = first }
    return members
  }
}

extension ArgumentVector.Argument {
  /// The members that hold what libvirt draws anew for each run, masked: numbers of open files,
  /// network addresses and the identity of a domain that its XML does not name.
  fileprivate var ofTheRun: [String: String] {
    let drawn = ["fd", "vhostfd", "fds", "vhostfds", "mac"]
    return flatMembers.filter { drawn.contains($0.key) || option == "uuid" }.mapValues { _ in "*" }
  }
}

extension JSONText {
  /// Members by their path, with values as text.
  fileprivate var flat: [String: String] {
    switch self {
    case .null: ["": "null"]
    case .boolean(let value): ["": value ? "true" : "false"]
    case .integer(let digits): ["": digits]
    case .number(let value): ["": "\(value)"]
    case .string(let text): ["": text]
    case .array(let values): nested(values.enumerated().map { ("\($0)", $1) })
    case .object(let members): nested(members.map { ($0.key, $0.value) })
    }
  }

  private func nested(_ parts: [(String, JSONText)]) -> [String: String] {
    var members: [String: String] = [:]
    for (name, part) in parts {
      for (path, value) in part.flat { members[path.isEmpty ? name : "\(name).\(path)"] = value }
    }
    return members
  }
}

extension String {
  /// The text without the number that libvirt gives a running domain, such as in `domain-3-name` and
  /// in the folders of its memory.
  fileprivate var withoutRun: String {
    replacing(/domain-+\d+-/, with: "domain-*-").replacing(/channel\/-?\d+-/, with: "channel/*-")
      .replacing(/libvirt\/qemu\/(ram\/)?-?\d+-/) { "libvirt/qemu/\($0.1 ?? "")*-" }
  }
}
