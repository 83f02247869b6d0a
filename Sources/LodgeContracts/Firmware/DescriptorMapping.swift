package import LodgeModel

extension Contract {
  /// Firmware for guests with protected state is loaded into memory.
  package static let descriptorMapping = Contract(
    id: "firmware.descriptor-mapping", catalogue: "R31",
    claim: "Each descriptor that claims SNP or TDX maps its image as memory, not as flash",
    from: [.firmware], to: [.libvirt, .qemu],
    basis: "QEMU docs/interop/firmware.json (mapping.device); the kernel's KVM_CAP_READONLY_MEM "
      + "is 0 for guests with protected state, so QEMU refuses flash (64e0e63ea1)",
    remedy: "write \"device\": \"memory\" in the descriptor's mapping and name a whole image",
    knownCase: "\"pflash with kvm requires KVM readonly memory support\", AMDESE/AMDSEV#223; "
      + "Debian edk2 2026.05-2 set the device of amdsev's descriptor to memory",
    protecting: [.sevSNP, .tdx], reads: [.descriptors]
  ) { type, facts throws(MissingFact) in
    let claims = try facts.descriptors.claiming(type)
    guard !claims.isEmpty else { return .notClaimed(type) }
    return .judged(
      claims.filter { !["memory", "igvm"].contains($0.device) }.map {
        Finding(
          .fail,
          "\($0.name) claims \(type.title), but maps \($0.filename) as \($0.device), "
            + "which QEMU refuses for such a guest",
          where: $0.source.at("mapping.device"),
          sides: [
            Finding.Side(who: $0.name, says: "maps as \($0.device)"),
            .init(.qemu, "loads firmware of \(type.title) guests into memory"),
          ])
      })
  }
}
