package import LodgeModel

extension Contract {
  /// QEMU and libvirt ask for the VM types under the number that the kernel answers to.
  package static let vmTypesCapability = Contract(
    id: "kernel.vm-types-capability", catalogue: "R05",
    claim: "The kernel tells its VM types under the capability number that QEMU and libvirt ask",
    from: [.kernel], to: [.qemu, .libvirt],
    basis: "Linux include/uapi/linux/kvm.h: KVM_CAP_VM_TYPES 235 (6.8); QEMU "
      + "target/i386/kvm/kvm.c; libvirt src/qemu/qemu_capabilities.c, which asks /dev/kvm itself",
    remedy: "take kernel and QEMU from trees that use the released number",
    knownCase: "out-of-tree kernels answered under 1000 and 216, so that a QEMU built for "
      + "another number saw no support",
    protecting: [.sevSNP, .tdx], reads: [.uapi, .qom]
  ) { type, facts throws(MissingFact) in
    let number = Interface.Number.vmTypesCapability
    let (headers, asker) = (try facts.uapi, try facts.qom.testimony(on: type, by: "QEMU "))
    guard asker.isOffer else {
      return .notApplicable("\(asker.words), so nothing asks for \(number.name)")
    }
    let found = headers.constants[number.name]
    guard found != number.value else { return .kept }
    return .judged([
      Finding(
        .fail,
        "\(found.map { "\(number.name) is \($0)" } ?? "the kernel has no \(number.name)"), "
          + "while \(asker.words) and asks for \(number.value)",
        where: headers.place(of: number.name),
        sides: [
          .init(.kernel, found.map { "\(number.name) is \($0)" } ?? "has no \(number.name)"),
          .init(.qemu, "asks for \(number.value)"),
        ])
    ])
  }
}
