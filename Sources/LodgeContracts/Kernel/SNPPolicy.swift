package import LodgeModel

extension Contract {
  /// The policy that QEMU gives an SNP guest by itself is one that the kernel takes.
  package static let snpPolicy = Contract(
    id: "kernel.snp-policy", catalogue: "R21",
    claim: "The kernel takes the policy that QEMU gives an SNP guest where nobody says another",
    from: [.qemu], to: [.kernel],
    basis: "Linux arch/x86/kvm/svm/sev.c, snp_launch_start: bits 16 and 17 required and 20 refused "
      + "up to 6.16, bits 21 to 25 known since 6.19 (KVM_X86_SNP_POLICY_BITS), 18 never; QEMU "
      + "target/i386/sev.c, DEFAULT_SEV_SNP_POLICY 0x30000",
    remedy: "give the domain a policy within what the kernel takes, such as 0x30000",
    knownCase: "policy 0x70000 and the SEV-style 0x007f given to SNP guests: SNP_LAUNCH_START "
      + "ret=-22, AMDESE/AMDSEV 240, 223 and 253",
    protecting: [.sevSNP], reads: [.qom, .defaults, .uapi, .kernel]
  ) { type, facts throws(MissingFact) in
    let qemu = try facts.qom.testimony(on: type, by: "QEMU ")
    guard qemu.isOffer else { return .notApplicable(qemu.words) }
    let headers = try facts.uapi
    guard Interface.snpCommands.isKnown(to: headers) else {
      return .notApplicable("the kernel's headers have no SNP commands")
    }
    let defaults = try facts.defaults
    guard let policy = defaults.number(of: "policy", on: "sev-snp-guest") else {
      throw MissingFact(
        name: .defaults, reason: "QEMU did not tell the policy of a fresh sev-snp-guest",
        isUnreadable: false)
    }
    let kernel = try facts.snpPolicyRule
    let place = defaults.source.at("sev-snp-guest.policy")
    return .judged(
      kernel.objections(to: policy).map { words, says in
        Finding(
          .fail, "QEMU's own SNP policy \(policy.hexadecimal) \(words)", where: place,
          sides: [.init(.qemu, "\(policy.hexadecimal)"), .init(.kernel, says)])
      })
  }.onCalls([.uapi, .kernel]) { type, calls, facts throws(MissingFact) in
    let kernel = try facts.snpPolicyRule
    let sent = calls.calls(with: "policy", of: "KVM_SEV_SNP_LAUNCH_START")
    return .judged(
      sent.flatMap { call, place in
        // What an owner asks for is the owner's business, and the kernel's to refuse.
        guard let asked = call.asked else {
          return kernel.objections(to: call.number).map { words, says in
            Finding(
              .fail,
              "the policy \(call.number.hexadecimal) of an SNP guest that asks for none \(words)",
              where: place, sides: [.init(.qemu, call.number.hexadecimal), .init(.kernel, says)])
          }
        }
        return asked == call.number ? [] : [.altered("policy", asked, call, place)]
      })
  }
}

extension Facts {
  /// What the kernel takes, by its headers and its own version.
  fileprivate var snpPolicyRule: SNPPolicyRule {
    get throws(MissingFact) {
      SNPPolicyRule(
        headers: try self.uapi, version: ifKnown(\.kernel)?.version.flatMap(UpstreamVersion.init))
    }
  }
}

extension Finding {
  /// QEMU launched a guest otherwise than its owner asked.
  static func altered(
    _ what: String, _ asked: UInt64, _ call: SentCalls.Call, _ place: String
  ) -> Self {
    Finding(
      .fail,
      "QEMU launches a \(call.type.title) guest with \(what) \(call.number.hexadecimal), whose "
        + "domain asks for \(asked.hexadecimal)",
      where: place,
      sides: [
        .init(.libvirt, "takes \(asked.hexadecimal)"),
        .init(.qemu, "sends \(call.number.hexadecimal)"),
      ])
  }
}

/// Which policies of SNP guests a kernel takes.
struct SNPPolicyRule: Equatable, Sendable {
  /// Bits that must be set.
  var required: UInt64
  /// Bits that may be.
  var accepted: UInt64

  /// Judges by the headers' attribute first, and by the version where that is not there.
  ///
  /// **Source:** Linux arch/x86/kvm/svm/sev.c: 6.11 to 6.16 refuse a policy without SMT (16) and one
  /// with single socket (20), which 9f4701e05fae and 24be2b7956a5 of 6.17 leave to the firmware; 6.19
  /// made the mask an attribute and added bits 21 to 25.
  init(headers: UAPIHeaders, version: UpstreamVersion?) {
    let hasMask = headers.constants["KVM_X86_SNP_POLICY_BITS"] != nil
    let isStrict = !hasMask && (version.map { $0 < UpstreamVersion(6, 17) } ?? true)
    required = 1 << 17 | (isStrict ? 1 << 16 : 0)
    accepted = 0xFFFF | 0b1011 << 16 | (isStrict ? 0 : 1 << 20) | (hasMask ? 0b11111 << 21 : 0)
  }

  /// What is wrong with a policy, with what the kernel says to it.
  fileprivate func objections(to policy: UInt64) -> [(words: String, says: String)] {
    let (lacking, excess) = (required & ~policy, policy & ~accepted)
    // The host may then read the guest's memory.
    let isOpen = policy & 1 << 19 != 0
    return [
      lacking == 0 ? nil : ("lacks \(lacking.hexadecimal)", "requires \(required.hexadecimal)"),
      excess == 0
        ? nil : ("has \(excess.hexadecimal), which is refused", "takes \(accepted.hexadecimal)"),
      isOpen ? ("lets the host debug the guest", "lets the host read guests of bit 19") : nil,
    ].compactMap(\.self)
  }
}
