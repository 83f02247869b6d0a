package import LodgeModel

extension Contract {
  /// The kernel leaves a guest for the reasons that QEMU understands by the same numbers.
  package static let exitNumbers = Contract(
    id: "kernel.exit-numbers", catalogue: "R08",
    claim: "The kernel uses each exit number for the reason for which the set's QEMU takes it",
    from: [.kernel], to: [.qemu],
    basis: "Linux include/uapi/linux/kvm.h: KVM_EXIT_MEMORY_FAULT 39, KVM_EXIT_TDX 40, "
      + "KVM_EXIT_SNP_REQ_CERTS 43; QEMU accel/kvm/kvm-all.c, target/i386/kvm/kvm.c",
    remedy: "take kernel and QEMU from trees that use the released numbers",
    knownCase: "out-of-tree kernels left for TDX with 35, 50 and 41 and for memory faults with "
      + "38 and 100; the exit for SNP certificates was posted as 42 and released as 43",
    protecting: [.sevSNP, .tdx], reads: [.uapi, .qom]
  ) { type, facts throws(MissingFact) in
    let (headers, asker) = (try facts.uapi, try facts.qom.testimony(on: type, by: "QEMU "))
    guard asker.isOffer else {
      return .notApplicable("\(asker.words), so nothing handles its exits")
    }
    let exits = Interface.Number.exits(of: type)
    let findings = exits.compactMap { headers.finding(on: $0) }
    if findings.isEmpty, exits.allSatisfy({ headers.constants[$0.name] == nil }) {
      return .notApplicable("the kernel leaves no guest for any reason of \(type.title)")
    }
    return .judged(findings)
  }
}

extension UAPIHeaders {
  /// An exit of another number, or another exit of this number.
  fileprivate func finding(on exit: Interface.Number) -> Finding? {
    if let own = constants[exit.name] {
      guard own != exit.value else { return nil }
      return Finding(
        .fail, "\(exit.name) is \(own), but QEMU takes \(exit.value) for it",
        where: place(of: exit.name),
        sides: [
          .init(.kernel, "\(exit.name) is \(own)"), .init(.qemu, "takes \(exit.value) for it"),
        ])
    }
    let other = constants.filter { $0.key.hasPrefix("KVM_EXIT_") && $0.value == exit.value }.keys
    return other.min().map {
      Finding(
        .fail, "QEMU takes exit \(exit.value) for \(exit.name), but the kernel uses it for \($0)",
        where: place(of: $0),
        sides: [
          .init(.kernel, "\(exit.value) is \($0)"),
          .init(.qemu, "takes \(exit.value) for \(exit.name)"),
        ])
    }
  }
}
