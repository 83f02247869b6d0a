package import LodgeModel

extension Contract {
  /// What a guest is measured to be follows from what its owner knows of it.
  package static let launchMeasurement = Contract(
    id: "set.launch-measurement", catalogue: "R17",
    claim: "A launch is measured as its inputs say, and as on the build before",
    from: [.kernel, .qemu, .firmware], to: [.libvirt],
    basis: "AMD SEV API 55766 (LAUNCH_MEASURE), SEV-SNP ABI 56860 (SNP_LAUNCH_UPDATE), Intel TDX "
      + "module base specification 348549 (MRTD): relying parties compare the value with one that "
      + "they computed",
    remedy:
      "tell relying parties the new value before the build is released (lodge measure --predict), "
      + "or take back what changed it",
    knownCase: "virtee/sev-snp-measure#48: KVM_SEV_INIT2 wrote FCW and MXCSR into save areas; "
      + "kernel-wide debug_swap made launches fail with \"Bad measurement\", AMDESE/AMDSEV#195",
    measuring: DomainType.confidential
  ) { _, launches, _ in
    .judged(launches.differingInputs + launches.unknownInputs + launches.driftFindings)
  }
}

extension SetLaunches {
  /// Launches whose inputs give another measurement, told once for each first difference.
  fileprivate var differingInputs: [Finding] {
    grouped(by: \.difference).map { difference, found in
      let first = found[0].measured
      return Finding(
        .fail,
        "\(found.count) of \(launches.count) launches are measured otherwise than their inputs say, "
          + "such as \(found[0].place): \(first.measurement.start) in place of "
          + "\(found[0].expected?.start ?? ""); first difference: \(difference)",
        where: found[0].place,
        sides: [
          Finding.Side(who: "inputs", says: found[0].expected?.start ?? ""),
          Finding.Side(who: "launch", says: first.measurement.start),
        ])
    }
  }

  /// Launches whose inputs do not tell their measurement, told once for each reason.
  fileprivate var unknownInputs: [Finding] {
    grouped(by: \.obscurity).map { why, found in
      Finding(
        .info,
        "the inputs of \(found.count.told("launch", "launches")) do not tell"
          + " \(found.count == 1 ? "its" : "their") measurement: \(why)", where: found[0].place)
    }
  }

  /// What changed since the set before, told once for each first difference.
  fileprivate var driftFindings: [Finding] {
    let (drift, count) = (drift, pairs.count)
    guard let before, !drift.isEmpty else { return [] }
    let groups = Dictionary(grouping: drift, by: \.summary).values.sorted {
      ($1.count, $0[0].now.place) < ($0.count, $1[0].now.place)
    }
    return groups.prefix(Self.groupLimit).map { group in
      let first = group[0]
      return Finding(
        .warn,
        "\(group.count) of \(count) launches are measured otherwise than on \(before.name), such "
          + "as \(first.now.place): \(first.before.measured.measurement.start) is now "
          + "\(first.now.measured.measurement.start); first difference: \(first.summary)",
        where: first.now.place,
        sides: [
          .before(first.before.measured.measurement.start),
          .now(first.now.measured.measurement.start),
        ])
    }
  }

  /// First differences that are told; a change of firmware or processor gives one or two.
  private static let groupLimit = 4
}

extension SetLaunches.Launch {
  /// Where the launch differs first from what its inputs say.
  fileprivate var difference: String? {
    guard case .differs(_, let difference) = measured.predicted else { return nil }
    return difference
  }

  /// The measurement that its inputs give, where that is another.
  fileprivate var expected: String? {
    guard case .differs(let measurement, _) = measured.predicted else { return nil }
    return measurement
  }

  /// Why its inputs do not tell its measurement.
  fileprivate var obscurity: String? {
    guard case .unknown(let why) = measured.predicted else { return nil }
    return why
  }
}

extension String {
  /// The beginning of a measurement, for sentences.
  var start: String { "\(prefix(16))..." }
}
