package import LodgeModel

extension Contract {
  /// QEMU and the kernel mean the same quirk.
  package static let guestPAT = Contract(
    id: "qemu.guest-pat", catalogue: "R56",
    claim: "The kernel has the quirk that QEMU's honor-guest-pat switches, under QEMU's number",
    from: [.kernel], to: [.qemu],
    basis: "Linux arch/x86/include/uapi/asm/kvm.h: KVM_X86_QUIRK_IGNORE_GUEST_PAT 1<<9 (6.16), "
      + "forced off for TDX; QEMU accel/kvm, honor-guest-pat (11.0, 5dacb3b8fa)",
    remedy: "take kernel and QEMU from trees that use the released number",
    knownCase: "QEMU 11.0 brought honor-guest-pat; where the number is of another quirk, that one "
      + "is switched for every guest",
    reads: [.qom, .uapi]
  ) { _, facts throws(MissingFact) in
    let (qom, headers) = (try facts.qom, try facts.uapi)
    guard qom.properties["kvm-accel"]?["honor-guest-pat"] != nil else {
      return .notApplicable("QEMU has no honor-guest-pat, and so does not switch the quirk")
    }
    let name = "KVM_X86_QUIRK_IGNORE_GUEST_PAT"
    switch headers.constants[name] {
    case 1 << 9: return .kept
    case nil:
      return .judged([
        Finding(
          .info, "QEMU has honor-guest-pat, and the kernel no quirk that it could switch",
          where: headers.place(of: name))
      ])
    case let value?:
      return .judged([
        Finding(
          .fail, "\(name) is \(value), but QEMU switches 512", where: headers.place(of: name),
          sides: [.init(.kernel, "\(value)"), .init(.qemu, "switches 512")])
      ])
    }
  }
}
