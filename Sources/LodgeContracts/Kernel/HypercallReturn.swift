package import LodgeModel

extension Contract {
  /// A guest whose memory was converted hears that it was.
  package static let hypercallReturn = Contract(
    id: "kernel.hypercall-return", catalogue: "R49",
    claim: "The kernel answers a conversion of memory with zero where QEMU leaves the answer alone",
    from: [.kernel], to: [.qemu],
    basis: "Linux include/uapi/linux/kvm.h: kvm_run.hypercall.ret at byte 88, which "
      + "arch/x86/kvm/svm/sev.c, vmx/tdx.c and x86.c zero before KVM_EXIT_HYPERCALL; QEMU through "
      + "11.1 never writes it",
    remedy: "take a kernel that sets run->hypercall.ret to 0 before it leaves for "
      + "KVM_HC_MAP_GPA_RANGE",
    knownCase: "kernels prepared for an answer of QEMU's own met QEMU 9.2, which gives none; the "
      + "comment in Linux arch/x86/kvm/vmx/tdx.c tells of it",
    protecting: [.sevSNP, .tdx], reads: .promises + [.modules]
  ) { type, facts throws(MissingFact) in
    guard !(try facts.promises(of: type).isEmpty) else { return .notPromised(type) }
    let modules = try facts.modules.byName
    let own = type == .tdx ? "kvm_intel" : "kvm_amd"
    guard modules[own] != nil else { return .notApplicable("the kernel has no \(own)") }
    let exits = ["kvm", own].flatMap { name in
      (modules[name]?.hypercallExits ?? []).map { (module: modules[name], exit: $0) }
    }
    let isZeroed = exits.contains { $0.exit.answer == 0 }
    return .judged(
      exits.compactMap { module, exit in
        guard let place = module?.source.at(exit.function) else { return nil }
        let qemu = Finding.Side(.qemu, "leaves it alone")
        if let answer = exit.answer, answer != 0 {
          return Finding(
            .fail,
            "\(exit.function) answers each conversion of memory with \(answer), an error, "
              + "unless QEMU says otherwise", where: place,
            sides: [.init(.kernel, "sets hypercall.ret to \(answer)"), qemu])
        }
        guard !exit.isAnswered, isZeroed else { return nil }
        return Finding(
          .warn,
          "\(exit.function) leaves hypercall.ret as it was, while other exits of this kernel "
            + "set it: the guest may get what an earlier exit left", where: place,
          sides: [.init(.kernel, "\(exit.function) does not set hypercall.ret"), qemu])
      })
  }.onHost(
    .metal, needs: "a host on which a guest has memory converted from private to shared and back")
}
