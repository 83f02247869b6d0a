package import LodgeModel

extension Contract {
  /// Kernel and QEMU number the types of virtual machine alike.
  package static let vmTypeNumbers = Contract(
    id: "kernel.vm-type-numbers", catalogue: "R04",
    claim: "The kernel numbers each confidential VM type as the QEMU of the set asks for it",
    from: [.kernel], to: [.qemu],
    basis: "Linux arch/x86/include/uapi/asm/kvm.h: KVM_X86_SEV_VM 2, SEV_ES_VM 3, SNP_VM 4, "
      + "TDX_VM 5; QEMU linux-headers/asm-x86/kvm.h",
    remedy: "take kernel and QEMU from trees that use the released numbers",
    knownCase: "TDX_VM was 1 and 2 in out-of-tree kernels before it was 5, SNP_VM was 3: "
      + "\"vm-type tdx not supported by KVM\", intel/tdx-tools#223, canonical/tdx#342",
    protecting: DomainType.confidential, reads: [.uapi, .qom] + .kernelTestimonies
  ) { type, facts throws(MissingFact) in
    guard let number = Interface.Number.vmType(of: type) else { return .kept }
    let (headers, asker) = (try facts.uapi, try facts.qom.testimony(on: type, by: "QEMU "))
    guard asker.isOffer else {
      return .notApplicable("\(asker.words), so nothing asks for \(number.name)")
    }
    switch headers.constants[number.name] {
    case number.value?:
      return .kept
    case let value?:
      return .judged([
        Finding(
          .fail, "\(number.name) is \(value), but QEMU asks for \(number.value)",
          where: headers.place(of: number.name),
          sides: [.init(.kernel, "\(value)"), .init(.qemu, "asks for \(number.value)")])
      ])
    case nil where type == .sev || type == .sevES:
      return .notApplicable(
        "the headers have no \(number.name): such a kernel makes \(type.title) guests without it")
    case nil:
      // What the kernel does not have at all is no difference; other contracts ask for it.
      let kernel = facts.kernelTestimonies(on: type)
      guard !kernel.isEmpty, kernel.allSatisfy(\.isOffer) else {
        return .notApplicable(
          "the headers have no \(number.name), and the kernel "
            + (kernel.first { !$0.isOffer }?.words ?? "is not known to have \(type.title)"))
      }
      return .judged([
        Finding(
          .fail,
          "the kernel has \(type.title), but its headers have no \(number.name), "
            + "for which QEMU asks with \(number.value)",
          where: headers.place(of: number.name),
          sides: [
            .init(.kernel, "has no \(number.name), and \(kernel[0].words)"),
            .init(.qemu, "asks for \(number.value)"),
          ])
      ])
    }
  }
}
