package import LodgeModel

extension Contract {
  /// libvirt can validate the domains that its schema describes.
  package static let domainSchema = Contract(
    id: "libvirt.domain-schema", catalogue: "R81",
    claim: "libvirt's schema of domains is whole, and leads from its start to launchSecurity",
    from: [.libvirt], to: [.libvirt],
    basis:
      "libvirt src/conf/domain_conf.c validates a domain by domain.rng where it is asked to, as "
      + "virsh edit and virt-install do; RELAX NG specification, 4.7 and 4.18",
    remedy: "ship all files of libvirt's schemas from one build",
    knownCase:
      "a libvirt whose schema lacks a part says \"Unable to parse RelaxNG schema\" of each "
      + "domain, and one whose schema does not lead to an element \"XML document failed to validate "
      + "against schema\"",
    reads: [.launchSecurity]
  ) { _, facts throws(MissingFact) in
    let schema = try facts.launchSecurity
    return .judged(
      (schema.flaws ?? []).map { flaw in
        Finding(
          .fail, "libvirt cannot validate domains for confidential guests: \(flaw)",
          where: schema.source.at("launchSecurity"),
          sides: [
            Finding.Side(who: "schema", says: flaw),
            .init(.libvirt, "validates domains by domain.rng"),
          ])
      })
  }
}
