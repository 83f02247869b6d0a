package import LodgeModel

extension Contract {
  /// QEMU gives a TD the attributes that KVM and Linux guests need.
  package static let tdxAttributes = Contract(
    id: "qemu.tdx-attributes", catalogue: "R24",
    claim: "QEMU gives a TD SEPT_VE_DISABLE, without debugging, where nobody says otherwise",
    from: [.qemu], to: [.kernel],
    basis: "QEMU qapi/qom.json (TdxGuestProperties, attributes 0x10000000); Linux "
      + "arch/x86/coco/tdx/tdx.c: a TD without SEPT_VE_DISABLE does not boot; KVM takes bit 28 only",
    remedy: "take a QEMU whose tdx-guest has the attributes 0x10000000 by default",
    knownCase: "attributes=0 overwrites QEMU's default and clears SEPT_VE_DISABLE: Linux stops "
      + "with \"TD misconfiguration: SEPT_VE_DISABLE attribute must be set\"",
    protecting: [.tdx], reads: [.qom, .defaults]
  ) { type, facts throws(MissingFact) in
    let qemu = try facts.qom.testimony(on: type, by: "QEMU ")
    guard qemu.isOffer else { return .notApplicable(qemu.words) }
    let defaults = try facts.defaults
    guard let attributes = defaults.number(of: "attributes", on: "tdx-guest") else {
      throw MissingFact(
        name: .defaults, reason: "QEMU did not tell the attributes of a fresh tdx-guest",
        isUnreadable: false)
    }
    let place = defaults.source.at("tdx-guest.attributes")
    let wanted = TDXAttributes.takenByKVM
    let others = attributes & ~wanted
    let lacking = Finding(
      .fail, "QEMU's own TD attributes \(attributes.hexadecimal) lack SEPT_VE_DISABLE (bit 28)",
      where: place,
      sides: [
        .init(.qemu, "\(attributes.hexadecimal)"),
        Finding.Side(who: "Linux guest", says: "stops without bit 28"),
      ])
    let excess = Finding(
      .fail, "QEMU's own TD attributes have \(others.hexadecimal), which KVM refuses", where: place,
      sides: [
        .init(.qemu, "\(attributes.hexadecimal)"), .init(.kernel, "takes \(wanted.hexadecimal)"),
      ])
    return .judged(
      (attributes & wanted == 0 ? [lacking] : []) + (others == 0 ? [] : [excess]))
  }.onCalls { _, calls, _ in
    let wanted = TDXAttributes.takenByKVM
    let sent = calls.calls(with: "attributes", of: "KVM_TDX_INIT_VM")
    return .judged(
      sent.flatMap { call, place -> [Finding] in
        let excess = call.number & ~(wanted | (call.asked ?? 0))
        let beyond = Finding(
          .fail,
          "QEMU gives a TD the attributes \(excess.hexadecimal), which its domain does not ask for",
          where: place,
          sides: [
            .init(.qemu, "sends \(call.number.hexadecimal)"),
            .init(.kernel, "takes \(wanted.hexadecimal)"),
          ])
        let others = excess == 0 ? [] : [beyond]
        if let asked = call.asked {
          return asked & ~call.number == 0
            ? others
            : [.altered("attributes", asked, call, place)] + others
        }
        guard call.number & wanted == 0 else { return others }
        return others + [
          Finding(
            .fail,
            "a TD whose domain asks for no attributes gets \(call.number.hexadecimal), without bit 28",
            where: place,
            sides: [
              .init(.qemu, "sends \(call.number.hexadecimal)"),
              Finding.Side(who: "Linux guest", says: "stops without bit 28"),
            ])
        ]
      })
  }
}
