package import LodgeModel

/// What each member of a set offers for each confidential domain type.
///
/// Ordered by domain type, then by member. A contract says whether promises fit together; this
/// says only who makes them.
package func support(of evidence: Evidence) -> [Support] {
  let facts = Facts(evidence, reading: FactName.allCases)
  return DomainType.confidential.flatMap { type in
    Member.allCases.map { member in
      do throws(MissingFact) {
        let testimony = try facts.testimony(of: member, on: type)
        return Support(
          type: type, member: member, answer: testimony.isOffer ? .offered : .notOffered,
          reason: testimony.words)
      } catch {
        return Support(type: type, member: member, answer: .unknown, reason: "\(error)")
      }
    }
  }
}

extension Facts {
  /// What a member says of a domain type, in sum.
  ///
  /// - Throws: `MissingFact` where nothing that was read tells.
  fileprivate func testimony(
    of member: Member, on type: DomainType
  ) throws(MissingFact) -> Testimony {
    switch member {
    case .kernel: try kernelTestimony(on: type)
    case .qemu: try self.qom.testimony(on: type)
    case .libvirt: try self.launchSecurity.testimony(on: type)
    case .firmware: try firmwareTestimony(on: type)
    }
  }

  /// One denial outweighs all offers: a kernel lacks what any one of its parts lacks.
  private func kernelTestimony(on type: DomainType) throws(MissingFact) -> Testimony {
    let all = kernelTestimonies(on: type)
    if let denial = all.first(where: { !$0.isOffer }) { return denial }
    guard let first = all.first else {
      _ = try self.kconfig
      _ = try self.modules
      throw MissingFact(name: .btf, reason: "it says nothing of \(type.title)", isUnreadable: false)
    }
    return .shows(all.map(\.words).joined(separator: "; "), at: first.place)
  }

  /// A descriptor's claim comes first, then what an image could do without one.
  private func firmwareTestimony(on type: DomainType) throws(MissingFact) -> Testimony {
    let claim = ifKnown(\.descriptors)?.testimony(on: type)
    if let claim, claim.isOffer { return claim }
    return try self.firmware.testimony(on: type)
  }
}
