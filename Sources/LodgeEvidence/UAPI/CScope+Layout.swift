import LodgeModel

extension CScope {
  /// Far above any structure of KVM; keeps a hostile one from growing without end.
  private static let maximumMembers = 2048

  /// The layout of a structure or union with its nested members; nil where there are too many.
  func layout(of tag: String) -> TypeLayout? {
    guard case .record(let record) = tags[tag] else { return nil }
    var members: [TypeLayout.Member] = []
    addMembers(of: record, to: &members, at: 0, named: "", parts: 1)
    guard members.count <= Self.maximumMembers else { return nil }
    return TypeLayout(size: record.measure.size, members: members)
  }

  private func addMembers(
    of record: CRecord, to members: inout [TypeLayout.Member], at start: Int, named prefix: String,
    parts: Int
  ) {
    for member in record.members where members.count <= Self.maximumMembers {
      let offset = start + member.offset
      let nested = self.record(member.type)
      guard let name = member.name else {
        if let nested {
          addMembers(of: nested, to: &members, at: offset, named: prefix, parts: parts)
        }
        continue
      }
      let path = prefix + name
      members.append(.init(name: path, offset: offset, size: member.size))
      if let nested, parts < TypeLayout.maximumNameParts {
        addMembers(of: nested, to: &members, at: offset, named: "\(path).", parts: parts + 1)
      }
    }
  }
}
