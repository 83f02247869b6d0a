package import LodgeModel

extension Contract {
  /// libvirt's driver knows how to speak with QEMU of each type that its schema accepts.
  package static let driverWords = Contract(
    id: "libvirt.driver-words", catalogue: "R77",
    claim:
      "libvirt's driver has each word of QEMU that it needs for a type that its schema accepts",
    from: [.libvirt], to: [.qemu, .libvirt],
    basis:
      "libvirt src/qemu/qemu_command.c (objects) and qemu_monitor_json.c (commands and members "
      + "of answers), found as strings of the driver",
    remedy: "take schema and driver of libvirt from one build, and keep upstream's words in it",
    knownCase: "libvirt before 10.5.0 (59d3740cb4) had no snp-policy: of an SNP guest it said that "
      + "the query-sev reply was missing some data",
    protecting: DomainType.confidential, reads: [.launchSecurity, .libvirt, .libvirtKeys]
  ) { type, facts throws(MissingFact) in
    let schema = try facts.launchSecurity
    let promise = schema.testimony(on: type, by: "libvirt ")
    guard promise.isOffer else { return .notApplicable(promise.words) }
    let (driver, library) = (try facts.libvirtKeys, try facts.libvirt)
    guard let words = driver.words else {
      throw MissingFact(
        name: .libvirtKeys, reason: "the driver was not searched for words", isUnreadable: false)
    }
    let missing = Need.all(of: type).filter { need in
      !words.contains(need.word) && need.isExpected(in: library.version)
    }
    return .judged(
      missing.map { need in
        Finding(
          .fail,
          "\(promise.words), but its driver has no \(need.word.rawValue), \(need.purpose)",
          where: driver.source.at(need.word.rawValue),
          sides: [
            Finding.Side(who: "schema", says: schema.testimony(on: type).words),
            Finding.Side(who: "driver", says: "has no \(need.word.rawValue)"),
          ])
      })
  }
}

extension DriverWord {
  /// What libvirt reads of the answer to query-sev-capabilities.
  ///
  /// **Source:** libvirt src/qemu/qemu_monitor_json.c, qemuMonitorJSONGetSEVCapabilities.
  static let readOfCapabilities: [Self] = [
    .encryptionBit, .certificateChain, .platformKey, .reducedBits,
  ]

  /// What libvirt reads of the answer to query-sev, whatever the type.
  ///
  /// **Source:** libvirt src/qemu/qemu_monitor_json.c, qemuMonitorJSONGetSEVInfo.
  static let readOfGuests: [Self] = [.apiMajor, .apiMinor, .buildID]
}

/// A word of the driver, and what for.
private struct Need {
  let word: DriverWord
  /// A clause that goes on the word.
  let purpose: String
  /// The release of libvirt that brought it; nil where it came with the type.
  var since: UpstreamVersion?

  init(_ word: DriverWord, _ purpose: String, since: UpstreamVersion? = nil) {
    (self.word, self.purpose, self.since) = (word, purpose, since)
  }

  func isExpected(in version: String) -> Bool {
    guard let since, let version = UpstreamVersion(version) else { return true }
    return version >= since
  }

  /// **Source:** the drivers of 9.0.0, 11.3.0 and 12.8.0; libvirt NEWS: 4.5.0 for SEV, 8.0.0 for
  /// virDomainSetLaunchSecurityState and what virDomainGetLaunchSecurityInfo tells of running
  /// guests, 10.5.0 for SEV-SNP, 11.6.0 for TDX.
  static func all(of type: DomainType) -> [Need] {
    let support = [
      Need(
        .guestSupport, "by which it gives the object to the machine", since: UpstreamVersion(8, 0)),
      Need(
        .guestSupportOfMachines, "by which it knows machines that take the object",
        since: UpstreamVersion(8, 0)),
    ]
    let host = [
      Need(.sevDevice, "the device that it lets QEMU open"),
      Need(
        .sevParameter, "by which it notices that the host came to have SEV",
        since: UpstreamVersion(9, 0)),
    ]
    let capabilities =
      [Need(.queryCapabilities, "by which it asks what the host can do")]
      + DriverWord.readOfCapabilities.map { Need($0, "which it reads of what the host can do") }
    let information = ([.querySEV] + DriverWord.readOfGuests).map {
      Need($0, "by which it tells of a running guest", since: UpstreamVersion(8, 0))
    }
    switch type {
    case .plain: return []
    case .sev, .sevES:
      return [Need(.sevGuest, "the object of such guests")] + support + host + capabilities
        + information + [
          Need(.queryMeasurement, "by which it asks for the measurement"),
          Need(
            .injectSecret, "by which it hands secrets to guests", since: UpstreamVersion(8, 0)),
        ]
    case .sevSNP:
      return [Need(.snpGuest, "the object of such guests")] + support + host + capabilities
        + information + [
          Need(.typeOfSEV, "by which it tells SEV-SNP from SEV"),
          Need(.policyOfSNP, "by which it tells of a running guest"),
        ]
    case .tdx:
      return [Need(.tdxGuest, "the object of such guests")] + support + [
        Need(
          .tdxParameter, "by which it notices that the host came to have TDX",
          since: UpstreamVersion(12, 8))
      ]
    }
  }
}
