import CLibbpf
import LodgeModel

/// One type in a ``BTF``.
///
/// libbpf has checked that what belongs to a type lies inside the type section; the numbers of
/// other types and the offsets of names are checked at each use.
@safe struct BTFType {
  private let object: BTF
  private let type: UnsafePointer<btf_type>

  /// Looks up a type by its number; stands on btf__type_by_id().
  init?(_ number: UInt32, of object: BTF) {
    guard let type = unsafe btf__type_by_id(object.handle, number) else { return nil }
    self.object = object
    unsafe self.type = unsafe type
  }

  /// Whether it is a structure or a union.
  var isComposite: Bool { unsafe btf_is_composite(type) }

  /// The tag; nil for an anonymous type.
  var name: String? { name(unsafe type.pointee.name_off) }

  /// The size and members of a structure or union; each declaration looked at takes one from the
  /// budget.
  ///
  /// - Throws: ``BTFFailure`` where the budget is spent, or anonymous types are nested without end.
  func layout(within budget: inout Int) throws(BTFFailure) -> TypeLayout {
    var members: [TypeLayout.Member] = []
    try addMembers(to: &members, Position(), within: &budget)
    return TypeLayout(size: Int(unsafe type.pointee.size), members: members)
  }

  /// Calls a closure with the name and value of each enumerator.
  ///
  /// **Source:** Documentation/bpf/btf.rst, 2.2.6 and 2.2.19: the kind flag means signed.
  func forEachEnumerator(_ body: (String, Int64) -> Void) {
    let isSigned = unsafe btf_kflag(type)
    let count = Int(unsafe btf_vlen(type))
    if unsafe btf_is_enum(type), let first = unsafe btf_enum(type) {
      for index in 0..<count {
        let entry = unsafe first[index]
        guard let name = name(entry.name_off) else { continue }
        body(name, isSigned ? Int64(entry.val) : Int64(UInt32(bitPattern: entry.val)))
      }
    } else if unsafe btf_is_enum64(type) {
      // struct btf_enum64, which not every header declares: name, low half, high half.
      let words = unsafe UnsafeRawPointer(type + 1).assumingMemoryBound(to: UInt32.self)
      for index in 0..<count {
        let entry = unsafe words + 3 * index
        guard let name = name(unsafe entry[0]) else { continue }
        let value = unsafe UInt64(entry[1]) | UInt64(entry[2]) << 32
        body(name, Int64(bitPattern: value))
      }
    }
  }

  /// Stands on btf__name_by_offset().
  private func name(_ offset: UInt32) -> String? {
    guard let name = unsafe btf__name_by_offset(object.handle, offset), unsafe name[0] != 0 else {
      return nil
    }
    return unsafe String(nameAt: name)
  }
}

extension BTFType {
  /// Where a type stands inside the one whose members are listed.
  private struct Position {
    /// Bytes from the start of the outermost type.
    var offset = 0
    /// The names of the members around it, each with its dot.
    var prefix = ""
    var nameParts = 1
    /// How many anonymous types are around it.
    var anonymity = 0
  }

  /// Five times what the kernel nests; a hostile anonymous type could hold itself.
  private static let deepestAnonymity = 16

  /// Lists members, those of members held by value among them.
  private func addMembers(
    to members: inout [TypeLayout.Member], _ position: Position, within budget: inout Int
  ) throws(BTFFailure) {
    for index in 0..<UInt32(unsafe btf_vlen(type)) {
      guard budget > 0 else { throw .tooManyMembers }
      budget -= 1
      guard let field = field(index) else { continue }
      var inner = position
      inner.offset += field.offset
      if let name = field.name {
        let path = position.prefix + name
        members.append(.init(name: path, offset: inner.offset, size: field.size))
        guard position.nameParts < TypeLayout.maximumNameParts else { continue }
        (inner.prefix, inner.nameParts) = ("\(path).", position.nameParts + 1)
      } else {
        guard position.anonymity < Self.deepestAnonymity else { throw .tooDeep }
        inner.anonymity += 1
      }
      try field.type?.addMembers(to: &members, inner, within: &budget)
    }
  }

  /// One member as it is declared.
  private struct Field {
    var name: String?
    /// Bytes from the start of the structure it is declared in.
    var offset: Int
    var size: Int
    /// The structure or union it holds by value.
    var type: BTFType?
  }

  /// Reads a member; nil for bit fields and members whose type has no size.
  ///
  /// Stands on btf__resolve_size() and btf__resolve_type().
  private func field(_ index: UInt32) -> Field? {
    let bits = unsafe btf_member_bit_offset(type, index)
    guard bits % 8 == 0, unsafe btf_member_bitfield_size(type, index) == 0,
      let member = unsafe btf_members(type)?[Int(index)]
    else { return nil }
    let size = unsafe btf__resolve_size(object.handle, member.type)
    guard size >= 0 else { return nil }
    let resolved = UInt32(exactly: unsafe btf__resolve_type(object.handle, member.type))
    let inner = resolved.flatMap { BTFType($0, of: object) }
    return Field(
      name: name(member.name_off), offset: Int(bits / 8), size: Int(size),
      type: inner?.isComposite == true ? inner : nil)
  }
}
