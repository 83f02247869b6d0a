package import LodgeModel

extension Contract {
  /// QEMU asks for private memory of kinds that the kernel has.
  package static let guestMemfdFlags = Contract(
    id: "qemu.guest-memfd-flags", catalogue: "R14",
    claim: "The kernel knows every flag with which QEMU makes the private memory of a guest",
    from: [.kernel], to: [.qemu],
    basis: "Linux virt/kvm/guest_memfd.c, kvm_gmem_create: flags that are not known are EINVAL; "
      + "KVM_CAP_GUEST_MEMFD_FLAGS (244) tells them since 6.18",
    remedy: "take a kernel of 6.18 or later, or a QEMU that makes private memory without flags",
    knownCase: "containers/libkrun#479: EINVAL for flags 0 on arm64; rust-vmm/kvm#361: the flags "
      + "were missing among the constants",
    protecting: [.sevSNP, .tdx], reads: .promises + [.uapi]
  ) { type, facts throws(MissingFact) in
    guard !(try facts.promises(of: type).isEmpty) else { return .notPromised(type) }
    let headers = try facts.uapi
    return .judged(
      numbers.compactMap { name, number in
        guard let own = headers.constants[name], own != number else { return nil }
        return Finding(
          .fail, "the kernel's \(name) is \(own), which is \(number) upstream",
          where: headers.place(of: name),
          sides: [.init(.kernel, "\(own)"), .upstream("\(number)")])
      })
  }.onCalls([.uapi]) { type, calls, facts throws(MissingFact) in
    let headers = try facts.uapi
    let known = numbers.filter { $0.name.hasPrefix("GUEST_MEMFD_FLAG_") }
      .compactMap { headers.constants[$0.name] }.reduce(0) { $0 | UInt64($1) }
    let tells = headers.constants["KVM_CAP_GUEST_MEMFD_FLAGS"] != nil
    return .judged(
      calls.numbers(in: "flags", of: "KVM_CREATE_GUEST_MEMFD").compactMap { flags, place in
        let unknown = tells ? flags & ~known : flags
        guard unknown != 0 else { return nil }
        return Finding(
          .fail,
          "QEMU makes the memory of \(type.title) guests with flags \(unknown.hexadecimal), which the kernel "
            + "does not know",
          where: headers.source.at("KVM_CREATE_GUEST_MEMFD"),
          sides: [
            .init(
              .kernel, tells ? "knows flags \(known.hexadecimal)" : "knows no flags"),
            .init(.qemu, "sends \(flags.hexadecimal): \(place)"),
          ])
      })
  }

  /// **Source:** Linux include/uapi/linux/kvm.h, 6.18.
  private static let numbers: [(name: String, number: Int64)] = [
    ("KVM_CAP_GUEST_MEMFD_FLAGS", 244), ("GUEST_MEMFD_FLAG_MMAP", 1),
    ("GUEST_MEMFD_FLAG_INIT_SHARED", 2),
  ]
}
