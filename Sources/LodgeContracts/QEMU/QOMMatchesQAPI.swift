package import LodgeModel

extension Contract {
  /// QEMU's schema and its objects tell the same properties.
  package static let qomMatchesQAPI = Contract(
    id: "qemu.qom-matches-qapi", catalogue: "R25",
    claim: "QEMU's schema names exactly the properties that its confidential-guest objects have",
    from: [.qemu], to: [.libvirt],
    basis: "QEMU qapi/qom.json (SevGuestProperties, SevSnpGuestProperties, TdxGuestProperties) "
      + "against qom-list-properties of the same binary",
    remedy: "take a QEMU release in which both agree, and report the difference upstream",
    knownCase: "QEMU 9.1-rc: the object had vcek-required, the schema vcek-disabled (d4392415c3)",
    protecting: DomainType.confidential, reads: [.qom, .qmp]
  ) { type, facts throws(MissingFact) in
    let qom = try facts.qom
    guard let object = QOMTypes.guestObject(for: type), qom.names.contains(object) else {
      return .notApplicable(qom.testimony(on: type, by: "QEMU ").words)
    }
    let (schema, properties) = (try facts.qmp, Set(try qom.settable(on: object).keys))
    guard let arm = schema.objects[object] else {
      return .judged([
        Finding(
          .fail, "QEMU has \(object), but object-add in its schema does not",
          where: schema.source.at("object-add"),
          sides: [
            Finding.Side(who: "QOM", says: "has \(object)"),
            Finding.Side(who: "QAPI", says: "object-add has no \(object)"),
          ])
      ])
    }
    let members = Set(arm.keys)
    return .judged(
      properties.subtracting(members).sorted().map {
        Finding(
          .fail, "\(object) has the property \($0), but its schema has not",
          where: schema.source.at("object-add/\(object)/\($0)"),
          sides: [
            Finding.Side(who: "QOM", says: "has \(object).\($0)"),
            Finding.Side(who: "QAPI", says: "has no \($0)"),
          ])
      }
        + members.subtracting(properties).sorted().map {
          Finding(
            .fail, "the schema of \(object) has \($0), but the object has no such property",
            where: qom.source.at("\(object).\($0)"),
            sides: [
              Finding.Side(who: "QOM", says: "has no \(object).\($0)"),
              Finding.Side(who: "QAPI", says: "has \($0)"),
            ])
        })
  }
}
