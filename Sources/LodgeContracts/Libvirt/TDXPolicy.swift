package import LodgeModel

extension Contract {
  /// What libvirt lets an owner ask of a TDX guest can be had.
  package static let tdxPolicy = Contract(
    id: "libvirt.tdx-policy", catalogue: "R23",
    claim: "Every TDX policy that libvirt takes is launched, or refused before the domain is there",
    from: [.qemu, .kernel], to: [.libvirt],
    basis: "libvirt docs/formatdomain.rst, qemu_validate.c (bits 0 and 28); QEMU "
      + "target/i386/kvm/tdx.c, TDX_SUPPORTED_TD_ATTRS (28, 30, 63); Linux arch/x86/kvm/vmx/tdx.c, "
      + "KVM_SUPPORTED_TD_ATTRS (28)",
    remedy: "leave the policy out, or set bit 28 alone: 0x10000000",
    knownCase: "libvirt 11.6 to 12.8 take the debug bit; QEMU 10.1 to 11.1 end with: Some QEMU "
      + "unsupported TD attribute bits being requested",
    protecting: [.tdx], reads: .promises + [.documentation]
  ) { type, facts throws(MissingFact) in
    guard !(try facts.promises(of: type).isEmpty) else { return .notPromised(type) }
    guard try facts.launchSecurity.allows(type) else {
      return .notApplicable("libvirt does not accept type='tdx', so nobody gives it a policy")
    }
    guard let documentation = facts.ifKnown(\.documentation),
      let bits = documentation.policyBits["tdx"]
    else { return .kept }
    return .judged(
      bits.keys.sorted().filter { $0 != TDXAttributes.septVEDisable }.map { bit in
        let takesQEMU = TDXAttributes.takenByQEMU.contains(bit)
        return Finding(
          .warn,
          "libvirt's documentation offers policy bit \(bit) (\(bits[bit] ?? "")), with which no "
            + "TDX domain starts",
          where: documentation.source.at("bit \(bit)"),
          sides: [
            .init(.libvirt, "documents bit \(bit)"),
            .init(.qemu, takesQEMU ? "sends bit \(bit) on" : "refuses bit \(bit)"),
            .init(.kernel, "takes bit \(TDXAttributes.septVEDisable) alone"),
          ])
      })
  }.launching("tdx/policy")
}
