package import LodgeModel

extension Contract {
  /// libvirt finds firmware for SNP that keeps no variables.
  package static let statelessSelection = Contract(
    id: "firmware.stateless-selection", catalogue: "R34",
    claim: "libvirt chooses each descriptor that claims SNP without being told its mode",
    from: [.libvirt], to: [.firmware],
    basis: "libvirt src/qemu/qemu_firmware.c, qemuFirmwareMatchDomain: up to 11.7 flash without "
      + "<loader stateless='yes'/> must be split; NEWS 11.8, \"Fix selection of "
      + "stateless/combined firmware\"",
    remedy: "take libvirt 11.8 or later, map the image as memory, or write <loader "
      + "stateless='yes'/> into each domain",
    knownCase: "libvirt 11.3 passes over the stateless descriptors of confidential firmware; NEWS "
      + "11.8: \"A stateless firmware will now be correctly chosen when appropriate\"",
    protecting: [.sevSNP], reads: [.descriptors, .libvirt]
  ) { type, facts throws(MissingFact) in
    let claims = try facts.descriptors.claiming(type)
    guard !claims.isEmpty else { return .notClaimed(type) }
    let stateless = claims.filter { $0.device == "flash" && $0.mode == "stateless" }
    guard !stateless.isEmpty else { return .kept }
    let libvirt = try facts.libvirt
    guard let version = UpstreamVersion(libvirt.version) else {
      throw MissingFact(
        name: .libvirt, reason: "\(libvirt.version) is no version", isUnreadable: false)
    }
    guard version < UpstreamVersion(11, 8) else { return .kept }
    return .judged(
      stateless.map {
        Finding(
          .warn,
          "\($0.name) claims \(type.title) with mode stateless, which libvirt \(version) passes "
            + "over unless the domain asks for a stateless loader",
          where: $0.source.at("mapping.mode"),
          sides: [
            Finding.Side(who: $0.name, says: "mode is stateless"),
            .init(.libvirt, "\(version) chooses split flash only"),
          ])
      })
  }
}
