package import LodgeModel

extension Contract {
  /// The kernel takes the TDX commands that QEMU sends.
  package static let tdxCommands = Contract(
    id: "kernel.tdx-commands", catalogue: "R06",
    claim: "The kernel numbers the TDX commands, and lays out their arguments, as QEMU sends them",
    from: [.kernel], to: [.qemu],
    basis: "Linux arch/x86/include/uapi/asm/kvm.h: enum kvm_tdx_cmd_id and struct kvm_tdx_* as "
      + "released in 6.16; QEMU target/i386/kvm/tdx.c",
    remedy: "take kernel and QEMU from trees that use the released interface",
    knownCase: "KVM_TDX_CAPABILITIES failed with ENOTTY after QEMU 8.2.2 of an archive met "
      + "kernel 6.8.0-1001, canonical/tdx#114; the fifth series had EXTEND_MEMORY in slot 3",
    protecting: [.tdx], reads: .promises + [.uapi, .btf]
  ) { type, facts throws(MissingFact) in
    guard !(try facts.promises(of: type).isEmpty) else { return .notPromised(type) }
    return .judged(try facts.differences(from: .tdxCommands).map(Finding.init))
  }
}
