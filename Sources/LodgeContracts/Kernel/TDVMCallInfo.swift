package import LodgeModel

extension Contract {
  /// The kernel tells which calls of TDX guests are served where QEMU looks for it.
  package static let tdvmcallInfo = Contract(
    id: "kernel.tdvmcallinfo", catalogue: "R07",
    claim: "The kernel tells the calls of TDX guests that are served in the words QEMU reads",
    from: [.kernel], to: [.qemu],
    basis: "Linux arch/x86/include/uapi/asm/kvm.h: struct kvm_tdx_capabilities as released in "
      + "6.16, with four words of TDVMCALL information from byte 16; QEMU target/i386/kvm/tdx.c "
      + "(10.1)",
    remedy: "take a kernel with TDX as released in 6.16 or later",
    knownCase: "the words were carved out of reserved[254] within the release candidates of 6.16, "
      + "so that QEMU 10.1 took the headers twice (25c98a1350 after 688b0756ad)",
    protecting: [.tdx], reads: .promises + [.uapi, .btf, .vendoredHeaders]
  ) { type, facts throws(MissingFact) in
    guard !(try facts.promises(of: type).isEmpty) else { return .notPromised(type) }
    guard try facts.qom.testimony(on: type).isOffer else {
      return .notApplicable("QEMU has no tdx-guest, so nothing reads the words")
    }
    let headers = try facts.uapi
    let expected = facts.ifKnown(\.vendoredHeaders)?.layouts[tag]
    let compiled = facts.ifKnown(\.btf)?.layout(tag)
    let layouts = [
      headers.layouts[tag].map { (layout: $0, place: headers.place(of: tag), prefix: "") },
      compiled.map { ($0.layout, $0.source.at(tag), "BTF: ") },
    ].compactMap(\.self)
    guard !layouts.isEmpty else {
      return .notApplicable("the kernel has no struct \(tag), so it tells QEMU nothing of TDX")
    }
    return .judged(
      layouts.compactMap { layout, place, prefix in
        layout.finding(against: expected, at: place, prefix: prefix)
      })
  }
}

private let tag = "kvm_tdx_capabilities"

/// The words, each with its place as released in Linux 6.16.
private let words = [
  ("kernel_tdvmcallinfo_1_r11", 16), ("user_tdvmcallinfo_1_r11", 24),
  ("kernel_tdvmcallinfo_1_r12", 32), ("user_tdvmcallinfo_1_r12", 40),
]

extension TypeLayout {
  /// The first word that is not where QEMU, or upstream where its headers are not known, has it.
  fileprivate func finding(
    against expected: TypeLayout?, at place: String, prefix: String
  ) -> Finding? {
    // A QEMU that was built before the words does not read them.
    for (word, released) in words where expected?.offset(of: word) != nil || expected == nil {
      let wanted = expected?.offset(of: word) ?? released
      let found = offset(of: word)
      guard found != wanted else { continue }
      let own = found.map { "has \(word) at byte \($0)" } ?? "has no \(word)"
      return Finding(
        found == nil ? .warn : .fail,
        "\(prefix)the kernel's struct \(tag) \(own), where QEMU reads byte \(wanted)"
          + (found == nil ? ": guests are told that nothing but the basic calls is served" : ""),
        where: place,
        sides: [.init(.kernel, own), .init(.qemu, "reads it at byte \(wanted)")])
    }
    return nil
  }
}
