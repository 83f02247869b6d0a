import LodgeModel

extension KernelTypes {
  /// The tags that both the compiled kernel and its headers define.
  func commonTags(with headers: UAPIHeaders) -> [String] {
    headers.layouts.keys.filter { layout($0) != nil }.sorted()
  }

  /// Each size and member that only one of both has, or that is elsewhere in the other.
  func disagreements(with headers: UAPIHeaders) -> [String] {
    commonTags(with: headers).flatMap { tag -> [String] in
      guard let own = layout(tag)?.layout, let other = headers.layouts[tag] else { return [] }
      let sizes = own.size == other.size ? [] : ["\(tag): \(own.size) not \(other.size) bytes"]
      let members = own.members(of: tag).difference(from: other.members(of: tag))
      return sizes
        + members.map { change in
          switch change {
          case .insert(_, let member, _): "BTF alone has \(tag).\(member)"
          case .remove(_, let member, _): "the headers alone have \(tag).\(member)"
          }
        }
    }
  }
}

extension TypeLayout {
  /// What the source says otherwise to the kernel than to all others, whom the package is for.
  ///
  /// **Source:** Linux include/uapi/linux/kvm.h, `__KERNEL__` in `struct kvm_run`.
  private static let perReader: [String: Set<String>] = [
    "kvm_run": [
      "immediate_exit", "immediate_exit__unsafe", "hypercall.longmode", "system_event.flags",
    ]
  ]

  fileprivate func members(of tag: String) -> [Member] {
    members.filter { Self.perReader[tag]?.contains($0.name) != true }
  }
}
