import LodgeModel

/// Numbers and structures of a kernel interface, as upstream released them.
///
/// Both sides of an interface compile these in: QEMU carries its own copy of the headers, so a
/// kernel that numbers them otherwise is called wrongly, whatever the versions are.
struct Interface: Sendable {
  /// A constant or enumerator.
  struct Number: Sendable {
    /// The name in the headers.
    var name: String
    var value: Int64
    /// Whether older kernels do without it, so that its absence is no difference.
    var isLater = false
  }

  /// A structure.
  struct Layout: Sendable {
    /// The name after `struct`.
    var tag: String
    /// Bytes.
    var size: Int
    /// Offsets that callers rely on, in bytes by member.
    var offsets: [String: Int] = [:]
  }

  /// One place where a kernel is not as upstream released it.
  struct Difference: Equatable, Sendable {
    /// A sentence without its full stop.
    var summary: String
    /// The place, as findings write it.
    var place: String
  }

  var numbers: [Number]
  var layouts: [Layout]

  /// Whether headers have any part of the interface.
  func isKnown(to headers: UAPIHeaders) -> Bool {
    numbers.contains { headers.constants[$0.name] != nil }
      || layouts.contains { headers.layouts[$0.tag] != nil }
  }

  /// Where headers differ; what they lack is a difference too.
  fileprivate func differences(in headers: UAPIHeaders) -> [Difference] {
    numbers.compactMap { number in
      let found = headers.constants[number.name]
      if found == nil, number.isLater { return nil }
      return number.difference(from: found).map {
        Difference(summary: $0, place: headers.place(of: number.name))
      }
    }
      + layouts.flatMap { layout in
        layout.differences(from: headers.layouts[layout.tag]).map {
          Difference(summary: $0, place: headers.place(of: layout.tag))
        }
      }
  }

  /// Where the compiled kernel differs; what it does not use is not in BTF and no difference.
  fileprivate func differences(in btf: KernelTypes) -> [Difference] {
    numbers.compactMap { number in
      guard let found = btf.enumerator(number.name) else { return nil }
      return number.difference(from: found.value).map {
        Difference(summary: "BTF: \($0)", place: found.source.at(number.name))
      }
    }
      + layouts.flatMap { layout -> [Difference] in
        guard let found = btf.layout(layout.tag) else { return [] }
        return layout.differences(from: found.layout).map {
          Difference(summary: "BTF: \($0)", place: found.source.at(layout.tag))
        }
      }
  }
}

extension Facts {
  /// Where the headers, and the compiled kernel as far as its types are known, differ.
  ///
  /// - Throws: `MissingFact` without headers.
  func differences(from interface: Interface) throws(MissingFact) -> [Interface.Difference] {
    try interface.differences(in: self.uapi)
      + (ifKnown(\.btf).map(interface.differences(in:)) ?? [])
  }
}

extension Interface.Number {
  fileprivate func difference(from found: Int64?) -> String? {
    guard let found else { return "the kernel has no \(name), which is \(value) upstream" }
    return found == value ? nil : "the kernel's \(name) is \(found), which is \(value) upstream"
  }
}

extension Interface.Layout {
  fileprivate func differences(from found: TypeLayout?) -> [String] {
    guard let found else { return ["the kernel has no struct \(tag), which upstream has"] }
    let sizes =
      found.size == size
      ? [] : ["the kernel's struct \(tag) is \(found.size) bytes, which is \(size) upstream"]
    return sizes
      + offsets.sorted { $0.key < $1.key }.compactMap { member, offset in
        let own = found.offset(of: member)
        return own == offset
          ? nil
          : "the kernel's \(tag).\(member) is \(own.map { "at byte \($0)" } ?? "missing"), "
            + "which is at byte \(offset) upstream"
      }
  }
}

extension Finding {
  /// A difference that makes one side call the other wrongly.
  init(_ difference: Interface.Difference) {
    self.init(.fail, difference.summary, where: difference.place)
  }
}
