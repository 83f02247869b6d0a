package import LodgeModel

extension Contract {
  /// QEMU starts all SEV guests of libvirt by the same command, whatever the kernel has.
  package static let sevInitialisation = Contract(
    id: "qemu.sev-initialisation", catalogue: "R16",
    claim: "QEMU starts SEV and SEV-ES domains as their machine says, whatever the kernel offers",
    from: [.qemu], to: [.libvirt, .kernel],
    basis:
      "QEMU qapi/qom.json, legacy-vm-type (9.1): off takes KVM_SEV_INIT2 and fails without it, "
      + "on and auto keep KVM_SEV_INIT and KVM_SEV_ES_INIT; Linux 6.10 has KVM_SEV_INIT2",
    remedy: "take a QEMU whose legacy-vm-type=auto keeps the legacy commands (9.1.0 and later)",
    knownCase: "QEMU 9.1-rc fell back silently (9d38d9dca2): after an upgrade of the host's kernel "
      + "the same guest had another measurement",
    protecting: [.sev, .sevES], reads: [.qom, .libvirtKeys, .btf],
    measured: { type, launches, _ in
      let commands = Dictionary(grouping: launches.launches, by: \.measured.initialisation)
      guard let other = commands["KVM_SEV_INIT2"]?.first else { return .kept }
      let legacy = commands.values.joined().first {
        $0.measured.initialisation != "KVM_SEV_INIT2"
      }
      return .judged([
        Finding(
          legacy == nil ? .warn : .fail,
          "a \(type.title) domain is started by KVM_SEV_INIT2, which nothing in its XML asks for"
            + (legacy.map { ", while \($0.place) is started by \($0.measured.initialisation)" }
              ?? "; older builds start it by the legacy command, and measure otherwise"),
          where: other.place,
          sides: [
            .init(.libvirt, "does not ask for KVM_SEV_INIT2"),
            .init(.qemu, "starts by KVM_SEV_INIT2"),
          ])
      ])
    },
    judge: { type, facts throws(MissingFact) in
      let qom = try facts.qom
      let properties = try qom.settable(on: "sev-guest")
      guard properties["legacy-vm-type"] != nil else {
        return .notApplicable(
          "QEMU's sev-guest has no legacy-vm-type: there is one way to start it")
      }
      guard try facts.libvirtKeys.letters["legacy-vm-type"] != nil else { return .kept }
      let kernel = try facts.btf
      return .judged(
        kernel.enumerator("KVM_SEV_INIT2") != nil
          ? []
          : [
            Finding(
              .fail, "libvirt sets legacy-vm-type, and the kernel has no KVM_SEV_INIT2 for it",
              where: qom.source.at("sev-guest.legacy-vm-type"),
              sides: [
                .init(.libvirt, "sets legacy-vm-type"), .init(.kernel, "has no KVM_SEV_INIT2"),
              ])
          ])
    })
}
