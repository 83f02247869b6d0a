package import LodgeModel

extension Contract {
  /// The headers of the set describe the kernel of the set.
  package static let headersMatch = Contract(
    id: "kernel.headers-match", catalogue: "R59",
    claim: "The UAPI headers of the set describe the very kernel that the set ships",
    from: [.kernel], to: [.qemu, .libvirt],
    basis: "Linux include/uapi/linux/version.h and the banner of the kernel image; enumerators "
      + "and structures of the compiled kernel in BTF",
    remedy: "take headers and kernel from one source version",
    knownCase: "a headers package of another source version makes every judgement by header "
      + "weak: SNP certificates were 42 in the posted headers and 43 in the released kernel",
    reads: [.kernel, .uapi, .btf]
  ) { _, facts throws(MissingFact) in
    let (kernel, headers) = (try facts.kernel, try facts.uapi)
    let types = facts.ifKnown(\.btf)
    if let types {
      let contradictions = types.contradictions(of: headers)
      if !contradictions.isEmpty { return .judged(contradictions) }
    }
    let (own, described) = (try kernel.upstreamVersion, try headers.upstreamVersion)
    guard own != described else { return .kept }
    return .judged([
      Finding(
        .warn,
        "the headers are of Linux \(described), the kernel is \(own): what headers prove is weak"
          + (types == nil ? ", and no BTF confirms it" : ", though BTF contradicts none of it"),
        where: headers.source.at("LINUX_VERSION_CODE"),
        sides: [
          Finding.Side(who: "headers", says: "are of Linux \(described)"),
          .init(.kernel, "is Linux \(own)"),
        ])
    ])
  }
}

extension KernelBuild {
  fileprivate var upstreamVersion: UpstreamVersion {
    get throws(MissingFact) {
      guard let version = version.flatMap(UpstreamVersion.init) else {
        throw MissingFact(
          name: .kernel, reason: "the banner of \(source.file) names no version",
          isUnreadable: false)
      }
      return version
    }
  }
}

extension UAPIHeaders {
  fileprivate var upstreamVersion: UpstreamVersion {
    get throws(MissingFact) {
      guard let version = version.flatMap(UpstreamVersion.init) else {
        throw MissingFact(
          name: .uapi, reason: "linux/version.h names no version", isUnreadable: false)
      }
      return version
    }
  }
}

extension KernelTypes {
  /// Where the compiled kernel gives another number or size than headers do.
  ///
  /// Looks at confidential guests only, and not at the counts that grow with each list.
  fileprivate func contradictions(of headers: UAPIHeaders) -> [Finding] {
    let numbers = headers.constants.keys.sorted().filter(\.isConfidential).compactMap { name in
      contradiction(of: headers.constants[name], by: enumerator(name), at: headers.place(of: name))
      {
        "\(name) is \($0) in the headers, but \($1) in the kernel"
      }
    }
    let sizes = headers.layouts.keys.sorted().filter(\.isConfidential).compactMap { tag in
      contradiction(
        of: headers.layouts[tag].map { Int64($0.size) },
        by: layout(tag).map { (Int64($0.layout.size), $0.source) }, at: headers.place(of: tag)
      ) {
        "struct \(tag) is \($0) bytes in the headers, but \($1) in the kernel"
      }
    }
    return numbers + sizes
  }

  private func contradiction(
    of header: Int64?, by own: (value: Int64, source: Source)?, at place: String,
    summary: (Int64, Int64) -> String
  ) -> Finding? {
    guard let header, let own, header != own.value else { return nil }
    return Finding(
      .fail, summary(header, own.value), where: place,
      sides: [
        Finding.Side(who: "headers", says: "\(header)"),
        .init(.kernel, "\(own.value) in \(own.source.file)"),
      ])
  }
}

extension String {
  /// Whether a name of the kernel's interface belongs to SEV, TDX or guest memory.
  fileprivate var isConfidential: Bool {
    let stem = lowercased()
    return !stem.hasSuffix("_max")
      && ["kvm_sev_", "kvm_tdx_", "kvm_create_guest_memfd", "kvm_memory_attributes", "sev_ret_"]
        .contains(where: stem.hasPrefix)
  }
}
