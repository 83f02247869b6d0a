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
    let kernel = try facts.acceptedPolicy(of: type)
    let refused = documented.keys.filter { kernel.mask & (1 << UInt64($0)) == 0 }.sorted()
    return .judged(
      refused.map { bit in
        let sentence = documented[bit] ?? ""
        let meaning = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        return Finding(
          .warn, "libvirt documents policy bit \(bit) of \(type.title), which the kernel refuses",
          where: documentation.source.at("bit \(bit)"),
          sides: [
            .init(.libvirt, "\(bit): \(meaning.prefix(80))"),
            .init(.kernel, "accepts \(kernel.words)"),
          ])
      })
  }
}

/// The bits of a policy that a kernel takes.
private struct AcceptedPolicy {
  var mask: UInt64
  var words: String

  init(_ mask: UInt64, _ words: String) { (self.mask, self.words) = (mask, words) }
}

extension Facts {
  /// What the kernel takes, by what its headers show.
  ///
  /// - Throws: `MissingFact` where there are no headers.
  fileprivate func acceptedPolicy(of type: DomainType) throws(MissingFact) -> AcceptedPolicy {
    guard type == .sevSNP else { return AcceptedPolicy(1 << 28, "bit 28 alone") }
    let uapi = try self.uapi
    // The version of the API, SMT, the reserved bit that must be set, and debugging.
    let first: UInt64 = 0xFFFF | 1 << 16 | 1 << 17 | 1 << 19
    guard uapi.constants["KVM_X86_SNP_POLICY_BITS"] == nil else {
      return AcceptedPolicy(first | 0x3F << 20, "bits 0 to 17 and 19 to 25")
    }
    let release = ifKnown(\.kernel)?.version ?? uapi.version
    // Which release before 6.19 let go of the single socket is not known.
    guard let version = release.flatMap(UpstreamVersion.init), version >= UpstreamVersion(6, 13)
    else { return AcceptedPolicy(first, "bits 0 to 17 and 19") }
    return AcceptedPolicy(first | 1 << 20, "bits 0 to 17, 19 and perhaps 20")
  }
}
