package import LodgeModel

extension Contract {
  /// A SEV-ES guest starts with firmware in flash.
  package static let flashFirmware = Contract(
    id: "qemu.pflash", catalogue: "R46",
    claim: "QEMU starts SEV-ES guests in a way that lets their firmware stand in flash",
    from: [.qemu, .kernel], to: [.firmware, .libvirt],
    basis: "Linux arch/x86/kvm/x86.c: KVM_CAP_READONLY_MEM is 0 for guests with protected state, "
      + "of which SEV-ES is one if KVM_SEV_INIT2 starts it; QEMU hw/i386/pc_sysfw.c (64e0e63ea1)",
    remedy: "keep legacy-vm-type at auto, or map the descriptor's image as memory",
    knownCase: "\"pflash with kvm requires KVM readonly memory support\" for a SEV-ES guest with "
      + "legacy-vm-type=off (51ac358fde)",
    protecting: [.sevES], reads: [.qom, .defaults, .descriptors]
  ) { type, facts throws(MissingFact) in
    let qom = try facts.qom
    let qemu = qom.testimony(on: type, by: "QEMU ")
    guard qemu.isOffer else { return .notApplicable(qemu.words) }
    // Guests of the legacy command have no protected state in KVM's sense.
    guard try qom.settable(on: "sev-guest")["legacy-vm-type"] != nil else { return .kept }
    let defaults = try facts.defaults
    guard let legacy = defaults.objects["sev-guest"]?["legacy-vm-type"] else {
      throw MissingFact(
        name: .defaults, reason: "QEMU did not tell the legacy-vm-type of a fresh sev-guest",
        isUnreadable: false)
    }
    guard legacy == "\"off\"" else { return .kept }
    let place = defaults.source.at("sev-guest.legacy-vm-type")
    return .judged(
      try facts.descriptors.claiming(type).filter { $0.device == "flash" }.map { descriptor in
        Finding(
          .fail,
          "QEMU starts SEV-ES guests by KVM_SEV_INIT2, for which the kernel has no read-only "
            + "memory, and \(descriptor.name) maps \(descriptor.filename) as flash",
          where: place,
          sides: [
            .init(.qemu, "legacy-vm-type is off"),
            Finding.Side(who: descriptor.name, says: "maps as flash"),
          ])
      })
  }.launching("sev-es/firmware").onCalls { type, calls, _ in
    let regions = ["KVM_SET_USER_MEMORY_REGION", "KVM_SET_USER_MEMORY_REGION2"]
      .flatMap { calls.calls(with: "flags", of: $0) }
    return .judged(
      // KVM_MEM_READONLY
      regions.filter { call, _ in call.number & 2 != 0 && call.refusal != nil }.map { call, place in
        Finding(
          .fail, "QEMU maps the flash of a \(type.title) guest, which the kernel refuses",
          where: place,
          sides: [
            .init(.qemu, "sends KVM_MEM_READONLY"),
            .init(.kernel, "answers \(call.refusal ?? "")"),
          ])
      })
  }
}
