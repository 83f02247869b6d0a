import LodgeModel

extension CScope {
  /// How many types deep members are listed, as for BTF, so that both can be compared.
  private static let maximumDepth = 4
  /// Far above any structure of KVM; keeps a hostile one from growing without end.
  private static let maximumMembers = 2048

  /// The layout of a structure or union with its nested members; nil where there are too many.
  func layout(of tag: String) -> TypeLayout? {
    guard case .record(let record) = tags[tag] else { return nil }
    var members: [TypeLayout.Member] = []
    addMembers(of: record, to: &members, at: 0, named: "", depth: 0)
    guard members.count <= Self.maximumMembers else { return nil }
    return TypeLayout(size: record.measure.size, members: members)
  }

  private func addMembers(
    of record: CRecord, to members: inout [TypeLayout.Member], at start: Int, named prefix: String,
    depth: Int
  ) {
    guard depth < Self.maximumDepth else { return }
    for member in record.members where members.count <= Self.maximumMembers {
      let offset = start + member.offset
      var inner = prefix
      if let name = member.name {
        members.append(.init(name: prefix + name, offset: offset, size: member.size))
        inner = "\(prefix)\(name)."
      }
      guard let nested = self.record(member.type) else { continue }
      addMembers(of: nested, to: &members, at: offset, named: inner, depth: depth + 1)
    }
  }
}
