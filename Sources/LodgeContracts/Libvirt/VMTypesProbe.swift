package import LodgeModel

extension Contract {
  /// The kernel answers the question for VM types that libvirt asks itself.
  package static let vmTypesProbe = Contract(
    id: "libvirt.vm-types-probe", catalogue: "R43",
    claim: "The kernel answers libvirt's own question for its VM types by the numbers libvirt uses",
    from: [.kernel], to: [.libvirt],
    basis: "libvirt src/qemu/qemu_capabilities.c, virQEMUCapsKVMSupportsVMTypeTDX (11.10): "
      + "KVM_CHECK_EXTENSION of KVM_CAP_VM_TYPES, 235, on /dev/kvm; Linux 6.8 and later answer",
    remedy: "take a kernel that tells its VM types under the released number, 6.8 or later",
    knownCase: "libvirt 11.6 to 11.9 showed TDX on AMD hosts; 11.10 asks the kernel, and shows no "
      + "TDX where the kernel does not answer",
    protecting: [.tdx], reads: [.uapi, .launchSecurity, .texts]
  ) { type, facts throws(MissingFact) in
    let offer = try facts.launchSecurity.testimony(on: type, by: "libvirt ")
    guard offer.isOffer else { return .notApplicable(offer.words) }
    let texts = try facts.texts
    switch texts.has("libvirt.marker.tdx-probe", in: .libvirt) {
    case true?: break
    case false?: return .notApplicable("libvirt does not ask the kernel for its VM types itself")
    case nil:
      throw MissingFact(
        name: .texts, reason: "libvirt's driver was not searched", isUnreadable: false)
    }
    let headers = try facts.uapi
    let place = texts.place(of: .libvirtDriver, "cannot check TDX")
    return .judged(
      [Interface.Number.vmTypesCapability, tdxVMType].compactMap { number in
        let found = headers.constants[number.name]
        guard found != number.value else { return nil }
        let says = found.map { "\(number.name) is \($0)" } ?? "has no \(number.name)"
        return Finding(
          .fail,
          "libvirt asks for \(number.name) as \(number.value), but the kernel "
            + "\(found.map { "has it as \($0)" } ?? "has none"), so libvirt shows no TDX",
          where: headers.place(of: number.name),
          sides: [
            .init(.kernel, says), .init(.libvirt, "asks for \(number.value) in \(place)"),
          ])
      })
  }

  private static let tdxVMType = Interface.Number(name: "KVM_X86_TDX_VM", value: 5)
}
