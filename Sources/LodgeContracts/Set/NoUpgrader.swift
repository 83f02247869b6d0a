package import LodgeModel

extension Contract {
  /// Nothing in a set replaces its packages behind everybody's back.
  package static let noUpgrader = Contract(
    id: "set.no-upgrader", catalogue: "C11",
    claim: "Nothing in the set installs newer packages without being asked",
    from: Member.allCases, to: Member.allCases,
    basis: "apt.systemd.daily (APT::Periodic::Unattended-Upgrade), dnf-automatic(8), "
      + "rpm-ostreed.conf(5), bootc-fetch-apply-updates(8), systemd.preset(5)",
    remedy: "leave the package out, mask its timer, or hold the packages of the set",
    knownCase: "canonical/tdx 46: an upgrade in the background replaced the patched QEMU of a TDX "
      + "host, and libvirt said \"launch security is not supported with this QEMU binary\"",
    reads: [.hostSettings]
  ) { _, facts throws(MissingFact) in
    let settings = try facts.hostSettings
    return .judged(
      settings.upgraders.map { upgrader in
        Finding(
          .warn, "\(upgrader.name) \(upgrader.words), so packages of the set may be replaced",
          where: upgrader.source.at(),
          sides: [
            .init(who: upgrader.name, says: "installs what is newer"),
            .init(who: "set", says: "is judged as it is now"),
          ])
      }
    )
  }
}
