package import LodgeModel

extension Contract {
  /// libvirt reads of a running SEV guest what QEMU tells.
  package static let querySEVShape = Contract(
    id: "qemu.query-sev-shape", catalogue: "R45",
    claim: "QEMU answers query-sev with the members that libvirt reads for each SEV type",
    from: [.qemu], to: [.libvirt],
    basis: "QEMU qapi/misc-i386.json, SevInfo: a union on sev-type since 9.1, of which sev-snp has "
      + "snp-policy; libvirt src/qemu/qemu_monitor_json.c, qemuMonitorJSONGetSEVInfo (10.5)",
    remedy: "take libvirt 10.5 or later for SNP guests of QEMU 9.1 and later",
    knownCase: "an SNP guest has no policy but snp-policy: libvirt before 59d3740cb4 (10.5.0) "
      + "says that the query-sev reply was missing some data",
    protecting: [.sev, .sevES, .sevSNP],
    reads: [.qom, .qmp, .libvirt, .launchSecurity, .texts]
  ) { type, facts throws(MissingFact) in
    let qemu = try facts.qom.testimony(on: type, by: "QEMU ")
    guard qemu.isOffer else { return .notApplicable(qemu.words) }
    let schema = try facts.qmp
    guard let told = schema.membersOfSEVInfo(for: type) else {
      throw MissingFact(
        name: .qmp, reason: "it does not say what query-sev answers", isUnreadable: false)
    }
    let wanted = QMPSchema.readOfSEVInfo(for: type)
    let missing = wanted.filter { !told.contains($0) }
    let lacks =
      missing.isEmpty
      ? []
      : [
        Finding(
          .fail, "query-sev tells no \(missing.listed()) of \(type.title) guests",
          where: schema.source.at("query-sev"),
          sides: [
            .init(.qemu, "tells \(told.listed())"), .init(.libvirt, "reads \(wanted.listed())"),
          ])
      ]
    return .judged(lacks + (type == .sevSNP ? try facts.unreadPolicy : []))
  }
}

extension Facts {
  /// A libvirt that starts SNP guests and does not read their policy.
  fileprivate var unreadPolicy: [Finding] {
    get throws(MissingFact) {
      guard try self.launchSecurity.allows(.sevSNP) else { return [] }
      let library = try self.libvirt
      let texts = ifKnown(\.texts)
      let knows: Bool
      if let found = texts?.has("libvirt.marker.snp-policy", in: .libvirt) {
        knows = found
      } else {
        // The driver was not searched; upstream reads it since 10.5.
        knows = UpstreamVersion(library.version).map { $0 >= UpstreamVersion(10, 5) } ?? true
      }
      guard !knows else { return [] }
      return [
        Finding(
          .fail, "libvirt \(library.version) starts SNP guests, but does not know their snp-policy",
          where: library.source.at("snp-policy"),
          sides: [
            .init(.qemu, "tells snp-policy"), .init(.libvirt, "reads no snp-policy"),
          ])
      ]
    }
  }
}

extension QMPSchema {
  /// What libvirt reads of a guest.
  ///
  /// **Source:** libvirt src/qemu/qemu_monitor_json.c, qemuMonitorJSONGetSEVInfo.
  fileprivate static func readOfSEVInfo(for type: DomainType) -> [String] {
    DriverWord.readOfGuests.map(\.rawValue)
      + (type == .sevSNP ? ["snp-policy"] : ["handle", "policy"])
  }

  /// What query-sev tells of a guest, ordered; nil where the schema does not say.
  fileprivate func membersOfSEVInfo(for type: DomainType) -> [String]? {
    guard case .object(let members, _, let arms) = shapes.answer(to: "query-sev") else {
      return nil
    }
    let arm = arms[type == .sevSNP ? "sev-snp" : "sev"].flatMap { shapes.types[$0] }
    guard case .object(let more, _, _) = arm else { return members.keys.sorted() }
    return members.merging(more) { own, _ in own }.keys.sorted()
  }
}
