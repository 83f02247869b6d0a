package import LodgeModel

extension Contract {
  /// Policy bits that libvirt tells users of are bits that the kernel takes.
  package static let documentedPolicy = Contract(
    id: "libvirt.documented-policy", catalogue: "R22",
    claim: "Each policy bit that libvirt's documentation offers is one that the kernel accepts",
    from: [.libvirt], to: [.kernel],
    basis: "libvirt docs/formatdomain.rst (Launch Security); Linux arch/x86/kvm/svm/sev.c "
      + "(SNP_POLICY_MASK_VALID in 6.12, KVM_X86_SNP_POLICY_BITS as of 6.19), "
      + "arch/x86/kvm/vmx/tdx.c (KVM_SUPPORTED_TD_ATTRS)",
    remedy: "tell users which bits this kernel refuses, or take a kernel that accepts them",
    knownCase: "libvirt documents bits 18 and 20 to 24 of the SEV-SNP policy; Linux 6.12 refuses "
      + "all of them and 7.3 still bit 18; AMDESE/AMDSEV 240: policy 0x70000 gives -22",
    protecting: [.sevSNP, .tdx], reads: .promises + [.documentation, .uapi, .kernel]
  ) { type, facts throws(MissingFact) in
    let promises = try facts.promises(of: type)
    guard !promises.isEmpty else { return .notPromised(type) }
    guard let documentation = try facts.ifThere(\.documentation) else {
      return .notApplicable(
        "the set has no documentation of libvirt: libvirt-doc (Debian) or libvirt-docs (Fedora) "
          + "would tell")
    }
    guard let documented = documentation.policyBits[type.launchSecurity] else {
      return .notApplicable("libvirt's documentation has no table of \(type.title) policy bits")
    }
    let accepted = try facts.acceptedPolicy(of: type)
    let refused = documented.keys.filter { accepted & (1 << UInt64($0)) == 0 }.sorted()
    return .judged(
      refused.map { bit in
        let sentence = documented[bit] ?? ""
        let meaning = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        return Finding(
          .warn, "libvirt documents policy bit \(bit) of \(type.title), which the kernel refuses",
          where: documentation.source.at("bit \(bit)"),
          sides: [
            .init(.libvirt, "\(bit): \(meaning.prefix(80))"),
            .init(.kernel, "accepts bits \(accepted.bitsInWords)"),
          ])
      })
  }
}

extension Facts {
  /// The bits of a policy that the kernel takes, by what its headers and its version show.
  ///
  /// - Throws: `MissingFact` where there are no headers.
  fileprivate func acceptedPolicy(of type: DomainType) throws(MissingFact) -> UInt64 {
    guard type == .sevSNP else { return TDXAttributes.takenByKVM }
    let uapi = try self.uapi
    let release = ifKnown(\.kernel)?.version ?? uapi.version
    return SNPPolicyRule(headers: uapi, version: release.flatMap(UpstreamVersion.init)).accepted
  }
}

extension UInt64 {
  /// The numbers of the bits that are set, as `0 to 17, 19`.
  fileprivate var bitsInWords: String {
    let bits = (0..<64).filter { self & (1 << UInt64($0)) != 0 }
    var runs: [ClosedRange<Int>] = []
    for bit in bits {
      if let last = runs.last, last.upperBound == bit - 1 {
        runs[runs.count - 1] = last.lowerBound...bit
      } else {
        runs.append(bit...bit)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }
      .joined(separator: ", ")
  }
}
