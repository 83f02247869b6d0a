package import LodgeModel

extension Contract {
  /// A host that has the set's sources keeps the set.
  package static let nothingOutranks = Contract(
    id: "set.nothing-outranks", catalogue: "R68",
    claim:
      "On a host with the set's archives and repositories, a plain upgrade leaves its members as "
      + "they are",
    from: Member.allCases, to: Member.allCases,
    basis: "apt_preferences(5): of the same priority the higher version wins; dnf.conf(5), "
      + "priority and excludepkgs; apt's policy and libsolv's upgrade without the matrix's pins",
    remedy: "pin the set's source on hosts, raise the epoch or release of its builds, or "
      + "exclude the package in the other source",
    knownCase: "an apt upgrade replaced a patched QEMU by the archive's own, and TDX was gone, "
      + "canonical/tdx#46; tests ran with a newer stock package than the one built, tmt#1075",
    types: [],
    reads: .promises + .kernelTestimonies + [.closure, .kernel, .qemu, .libvirt]
  ) { _, facts throws(MissingFact) in
    guard let rivals = try facts.closure.rivals else {
      return .notApplicable("the set names no archive or repository that could have other versions")
    }
    // What is built from one source is upgraded together.
    let groups = Dictionary(grouping: rivals) { Upgrade(built: $0.builtWith, from: $0.from) }
      .values.sorted { $0[0].package < $1[0].package }
    return .judged(groups.map(facts.finding))
  }
}

/// Packages that are upgraded together.
private struct Upgrade: Hashable {
  let built: [String]
  let from: String
}

extension Facts {
  /// What an upgrade to a rival would do to a host.
  fileprivate func finding(on rivals: [SetClosure.Rival]) -> Finding {
    // The package that the program or library is in says more than those of its data.
    let owners = Member.allCases.compactMap(owner)
    let rival = rivals.first { owners.contains($0.package) } ?? rivals[0]
    let others = rivals.count - 1
    let lost = rivals.map(abilitiesLost).max { $0.count < $1.count } ?? []
    let place = rival.source.isEmpty ? "loose files" : rival.source
    let deed =
      "an upgrade replaces \(rival.package)"
      + (others == 0 ? "" : " and \(others) more of its source")
      + " by \(rival.version) of \(rival.from)"
    return Finding(
      lost.isEmpty ? .warn : .fail,
      lost.isEmpty ? deed : "\(deed), which upstream has no \(lost.listed()) at that version",
      where: rival.package,
      sides: [
        .init(who: "the set", says: "\(rival.package) of \(place)"),
        .init(who: rival.from, says: rival.version),
      ])
  }

  /// Types that the set's build offers though upstream had them only after the rival's version: what
  /// was carried back to it is nothing that the rival is known to have.
  private func abilitiesLost(to rival: SetClosure.Rival) -> [String] {
    guard let version = rival.upstreamVersion else { return [] }
    return DomainType.confidential.filter { type in
      Member.allCases.contains { member in
        guard let owner = owner(of: member), rival.builtWith.contains(owner),
          let first = member.firstVersion(with: type), version < first
        else { return false }
        return isOffered(type, by: member)
      }
    }.map(\.title)
  }

  /// Name and version of the package that is a member.
  private func owner(of member: Member) -> String? {
    switch member {
    case .kernel: ifKnown(\.kernel)?.source.package
    case .qemu: ifKnown(\.qemu)?.source.package
    case .libvirt: ifKnown(\.libvirt)?.source.package
    case .firmware: nil
    }
  }

  private func isOffered(_ type: DomainType, by member: Member) -> Bool {
    switch member {
    case .kernel:
      let all = kernelTestimonies(on: type)
      return !all.isEmpty && all.allSatisfy(\.isOffer)
    case .qemu: return ifKnown(\.qom)?.testimony(on: type, by: "QEMU ").isOffer ?? false
    case .libvirt:
      return ifKnown(\.launchSecurity)?.testimony(on: type, by: "libvirt ").isOffer ?? false
    case .firmware: return false
    }
  }
}

extension SetClosure.Rival {
  /// The upstream part of the version, without an epoch.
  fileprivate var upstreamVersion: UpstreamVersion? {
    let bare = version.split(separator: " ").last?.split(separator: ":").last
    return bare.map(String.init).flatMap(UpstreamVersion.init)
  }
}

extension Member {
  /// The first upstream release that offers a type to the member above.
  ///
  /// **Source:** first releases: Linux 6.11 (SNP) and 6.16 (TDX), QEMU 9.1 and 10.1, libvirt 10.5 and
  /// 11.6; SEV and SEV-ES are older than any of today's packages.
  fileprivate func firstVersion(with type: DomainType) -> UpstreamVersion? {
    switch (self, type) {
    case (.kernel, .sevSNP): UpstreamVersion(6, 11)
    case (.kernel, .tdx): UpstreamVersion(6, 16)
    case (.qemu, .sevSNP): UpstreamVersion(9, 1)
    case (.qemu, .tdx): UpstreamVersion(10, 1)
    case (.libvirt, .sevSNP): UpstreamVersion(10, 5)
    case (.libvirt, .tdx): UpstreamVersion(11, 6)
    default: nil
    }
  }
}
