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
    /// Whether it is older than the interface, so that its presence says nothing of it.
    var isOlder = false
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
    /// Whether it is older than the interface, so that its presence says nothing of it.
    var isOlder = false
  }

  /// One place where a kernel is not as upstream released it.
  struct Difference: Equatable, Sendable {
    /// A sentence without its full stop.
    var summary: String
    /// What the kernel has.
    var own: String
    /// What upstream released.
    var upstream: String
    /// The place, as findings write it.
    var place: String
  }

  /// What a sentence calls it, such as `SNP commands`.
  var name: String
  /// The header that it is in, such as `asm/kvm.h`.
  var header: String
  var numbers: [Number]
  var layouts: [Layout]

  /// Whether headers have any part that came with the interface.
  func isKnown(to headers: UAPIHeaders) -> Bool {
    numbers.contains { !$0.isOlder && headers.constants[$0.name] != nil }
      || layouts.contains { !$0.isOlder && headers.layouts[$0.tag] != nil }
  }

  /// Where headers differ; what they lack is a difference too.
  fileprivate func differences(in headers: UAPIHeaders) -> [Difference] {
    guard isKnown(to: headers) else {
      let first = numbers[0].name
      return [
        Difference(
          summary: "the kernel's headers have no \(name), such as \(first)",
          own: "headers without \(name)", upstream: "\(first) is \(numbers[0].value)",
          place: headers.place(of: first, from: header))
      ]
    }
    return numbers.compactMap { number in
      let found = headers.constants[number.name]
      if found == nil, number.isLater { return nil }
      return number.difference(from: found, at: headers.place(of: number.name, from: header))
    }
      + layouts.flatMap { layout in
        layout.differences(
          from: headers.layouts[layout.tag], at: headers.place(of: layout.tag, from: header))
      }
  }

  /// Where the compiled kernel differs; what it does not use is not in BTF and no difference.
  fileprivate func differences(in btf: KernelTypes) -> [Difference] {
    numbers.compactMap { number in
      guard let found = btf.enumerator(number.name) else { return nil }
      return number.difference(from: found.value, at: found.source.at(number.name))?.inBTF
    }
      + layouts.flatMap { layout -> [Difference] in
        guard let found = btf.layout(layout.tag) else { return [] }
        return layout.differences(from: found.layout, at: found.source.at(layout.tag)).map(\.inBTF)
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

extension Interface.Difference {
  /// The same, seen in the compiled kernel.
  fileprivate var inBTF: Self {
    var copy = self
    copy.summary = "BTF: \(summary)"
    return copy
  }
}

extension Interface.Number {
  fileprivate func difference(from found: Int64?, at place: String) -> Interface.Difference? {
    guard let found else {
      return .init(
        summary: "the kernel's headers have no \(name), which is \(value) upstream",
        own: "headers without \(name)",
        upstream: "\(name) is \(value)", place: place)
    }
    guard found != value else { return nil }
    return .init(
      summary: "the kernel's \(name) is \(found), which is \(value) upstream",
      own: "\(name) is \(found)", upstream: "\(name) is \(value)", place: place)
  }
}

extension Interface.Layout {
  fileprivate func differences(
    from found: TypeLayout?, at place: String
  ) -> [Interface.Difference] {
    guard let found else {
      return [
        .init(
          summary: "the kernel's headers have no struct \(tag), which upstream has",
          own: "headers without struct \(tag)", upstream: "struct \(tag) of \(size) bytes",
          place: place)
      ]
    }
    let sizes: [Interface.Difference] =
      found.size == size
      ? []
      : [
        .init(
          summary: "the kernel's struct \(tag) is \(found.size) bytes, which is \(size) upstream",
          own: "struct \(tag) of \(found.size) bytes", upstream: "\(size) bytes", place: place)
      ]
    return sizes
      + offsets.sorted { $0.key < $1.key }.compactMap { member, offset in
        let own = found.offset(of: member)
        guard own != offset else { return nil }
        let position = own.map { "at byte \($0)" } ?? "missing"
        return .init(
          summary: "the kernel's \(tag).\(member) is \(position), "
            + "which is at byte \(offset) upstream",
          own: "\(tag).\(member) \(position)", upstream: "at byte \(offset)", place: place)
      }
  }
}

extension Finding {
  /// A difference that makes one side call the other wrongly.
  init(_ difference: Interface.Difference) {
    self.init(
      .fail, difference.summary, where: difference.place,
      sides: [.init(.kernel, difference.own), .upstream(difference.upstream)])
  }
}
