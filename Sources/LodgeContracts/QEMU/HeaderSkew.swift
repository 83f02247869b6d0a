package import LodgeModel

extension Contract {
  /// QEMU knows the kernel interface about as far as the kernel of the set has it.
  package static let headerSkew = Contract(
    id: "qemu.header-skew", catalogue: "R15",
    claim:
      "QEMU was built with headers of the kernel's time, so that neither has features that the "
      + "other does not know",
    from: [.kernel], to: [.qemu],
    basis: "the highest KVM_CAP_ and KVM_EXIT_ numbers of both headers; without QEMU's source, the "
      + "kernel that linux-headers of each QEMU release were taken from",
    remedy: "take kernel and QEMU of about one time; a newer QEMU is the safer side of the two",
    knownCase: "QEMU 10.0 carries the constant KVM_X86_TDX_VM and has no tdx-guest: a number in "
      + "headers is no support",
    types: [], reads: [.uapi, .vendoredHeaders, .qemu]
  ) { _, facts throws(MissingFact) in
    let (kernel, qemu) = (try facts.uapi, try facts.qemu)
    guard let copy = facts.ifKnown(\.vendoredHeaders) else {
      return .judged(kernel.skewByVersion(of: qemu))
    }
    return .judged(kernel.skew(of: copy))
  }
}

extension UAPIHeaders {
  /// What one side has beyond the other.
  fileprivate func skew(of copy: UAPIHeaders) -> [Finding] {
    let exits = exits.filter { copy.constants[$0] == nil }
    // Other architectures number theirs in the same list, and no guest of x86 meets them.
    let confidential = exits.filter { name in
      ["SNP", "SEV", "TDX", "MEMORY_FAULT"].contains { name.contains($0) }
    }
    var findings = confidential.map { name in
      Finding(
        .warn, "the kernel can leave a guest for \(name), which QEMU was built without",
        where: place(of: name),
        sides: [
          .init(.kernel, "\(name) is \(constants[name] ?? 0)"),
          .init(.qemu, "knows exits up to \(copy.highest("KVM_EXIT_") ?? 0)"),
        ],
        remedy: "leave off what makes the kernel leave for it, or take a newer QEMU")
    }
    if let own = highest("KVM_CAP_"), let its = copy.highest("KVM_CAP_"), own != its {
      let isOlder = own < its
      findings.append(
        Finding(
          .info,
          isOlder
            ? "QEMU's headers are newer than the kernel: what they add stays unused"
            : "QEMU's headers are older than the kernel: it uses nothing that came since",
          where: copy.source.at(),
          sides: [
            .init(.qemu, "capabilities up to \(its)"), .init(.kernel, "capabilities up to \(own)"),
          ]))
    }
    return findings
  }

  private var exits: [String] {
    constants.keys.filter { name in
      // Flags and reasons within an exit have names of the same beginning.
      name.hasPrefix("KVM_EXIT_") && !name.contains("_FLAG") && !name.contains("_VALID")
        && constants[name].map { (0..<256).contains($0) } == true
    }.sorted()
  }

  private func highest(_ prefix: String) -> Int64? {
    constants.filter { $0.key.hasPrefix(prefix) && (0..<1024).contains($0.value) }.values.max()
  }

  /// The same by versions, which vendors' backports make weak.
  fileprivate func skewByVersion(of qemu: QEMUBuild) -> [Finding] {
    guard let own = version.flatMap(UpstreamVersion.init),
      let built = UpstreamVersion(qemu.version),
      let taken = Self.taken.last(where: { $0.qemu <= built })?.kernel
    else { return [] }
    // Kernels of one line, such as 6.12 and 6.12.117, are of one time.
    let line = own.line
    guard line != taken else { return [] }
    return [
      Finding(
        .info,
        line < taken
          ? "by its version, QEMU's headers are newer than the kernel: what they add stays unused"
          : "by its version, QEMU's headers are older than the kernel: it uses nothing since",
        where: qemu.source.at(),
        sides: [
          .init(.qemu, "\(built), with headers of Linux \(taken)"), .init(.kernel, "\(own)"),
        ])
    ]
  }

  /// The kernel that the headers of each QEMU release were taken from.
  ///
  /// **Source:** QEMU's history of linux-headers, the last update before each release.
  private static let taken: [(qemu: UpstreamVersion, kernel: UpstreamVersion)] = [
    (.init(7, 2), .init(6, 0)), (.init(8, 0), .init(6, 2)), (.init(8, 1), .init(6, 5)),
    (.init(8, 2), .init(6, 6)), (.init(9, 0), .init(6, 8)), (.init(9, 1), .init(6, 11)),
    (.init(9, 2), .init(6, 12)), (.init(10, 0), .init(6, 14)), (.init(10, 1), .init(6, 16)),
    (.init(10, 2), .init(6, 18)), (.init(11, 0), .init(6, 19)), (.init(11, 1), .init(7, 2)),
  ]
}
