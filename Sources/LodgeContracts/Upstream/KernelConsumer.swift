import LodgeModel

/// What in QEMU makes use of a name in the kernel's interface for confidential guests.
struct KernelConsumer: Sendable {
  /// How it is known that QEMU uses a name.
  enum Proof: Sendable {
    /// QEMU has the object of the domain type.
    case object
    /// QEMU's object of the domain type has a property, or its program a text.
    case property(String, orText: String)
    /// QEMU's program has a text of the catalogue.
    case text(String)
    /// Released QEMU never used it, so that nobody misses it; the words say what it is for.
    case nobody(String)
  }

  /// Names of commands, exits and attributes.
  var names: [String]
  var type: DomainType
  var proof: Proof

  /// The whole interface.
  ///
  /// **Source:** Linux arch/x86/include/uapi/asm/kvm.h and include/uapi/linux/kvm.h of 6.1, 6.12 and
  /// 7.2; QEMU target/i386/sev.c, target/i386/kvm/tdx.c and accel/kvm/kvm-all.c of 7.2 to 11.1.
  static let all: [Self] = [
    Self(
      names: [
        "KVM_SEV_INIT", "KVM_SEV_LAUNCH_START", "KVM_SEV_LAUNCH_UPDATE_DATA",
        "KVM_SEV_LAUNCH_MEASURE", "KVM_SEV_LAUNCH_FINISH", "KVM_SEV_GUEST_STATUS",
      ], type: .sev, proof: .object),
    Self(
      names: ["KVM_SEV_LAUNCH_SECRET"], type: .sev, proof: .text("qemu.sev-secret.inject")),
    Self(
      names: ["KVM_SEV_GET_ATTESTATION_REPORT"], type: .sev, proof: .text("qemu.sev.report")),
    Self(
      names: ["KVM_SEV_INIT2", "KVM_X86_SEV_VMSA_FEATURES"], type: .sev,
      proof: .property("legacy-vm-type", orText: "qemu.marker.legacy-vm-type")),
    Self(
      names: [
        "KVM_SEV_SEND_START", "KVM_SEV_SEND_UPDATE_DATA", "KVM_SEV_SEND_UPDATE_VMSA",
        "KVM_SEV_SEND_FINISH", "KVM_SEV_SEND_CANCEL", "KVM_SEV_RECEIVE_START",
        "KVM_SEV_RECEIVE_UPDATE_DATA", "KVM_SEV_RECEIVE_UPDATE_VMSA", "KVM_SEV_RECEIVE_FINISH",
      ], type: .sev, proof: .nobody("migrating guests")),
    Self(
      names: ["KVM_SEV_DBG_DECRYPT", "KVM_SEV_DBG_ENCRYPT"], type: .sev,
      proof: .nobody("debugging guests")),
    Self(
      names: ["KVM_SEV_CERT_EXPORT"], type: .sev, proof: .nobody("nothing; /dev/sev has it")),
    Self(
      names: ["KVM_SEV_ES_INIT", "KVM_SEV_LAUNCH_UPDATE_VMSA"], type: .sevES,
      proof: .text("qemu.sev-es.launch-update-vmsa")),
    Self(
      names: [
        "KVM_SEV_SNP_LAUNCH_START", "KVM_SEV_SNP_LAUNCH_UPDATE", "KVM_SEV_SNP_LAUNCH_FINISH",
      ], type: .sevSNP, proof: .object),
    Self(names: ["KVM_EXIT_MEMORY_FAULT"], type: .sevSNP, proof: .text("qemu.memory.convert")),
    Self(
      names: [
        "KVM_SEV_SNP_ENABLE_REQ_CERTS", "KVM_EXIT_SNP_REQ_CERTS", "KVM_X86_SEV_SNP_REQ_CERTS",
      ], type: .sevSNP, proof: .property("certs-path", orText: "qemu.marker.certs-path")),
    Self(
      names: ["KVM_X86_SNP_POLICY_BITS"], type: .sevSNP,
      proof: .nobody("telling users which policies the kernel takes")),
    Self(
      names: [
        "KVM_TDX_CAPABILITIES", "KVM_TDX_INIT_VM", "KVM_TDX_INIT_VCPU",
        "KVM_TDX_INIT_MEM_REGION", "KVM_TDX_FINALIZE_VM",
      ], type: .tdx, proof: .object),
    Self(names: ["KVM_TDX_GET_CPUID"], type: .tdx, proof: .text("qemu.marker.tdx-get-cpuid")),
    Self(names: ["KVM_EXIT_TDX"], type: .tdx, proof: .text("qemu.tdx.fatal")),
  ]

  /// The names of headers that look like commands, exits or attributes of a domain type and are not
  /// in ``all``.
  static func unknown(in headers: UAPIHeaders, for type: DomainType) -> [String] {
    let known = Set(all.flatMap(\.names))
    return headers.constants.keys.filter { name in
      !known.contains(name) && self.type(ofUnknown: name) == type
    }.sorted()
  }

  private static func type(ofUnknown name: String) -> DomainType? {
    // Sizes, kinds of pages, flags and ends of lists ask nothing of QEMU.
    let isValue =
      ["_PAGE_TYPE_", "_SIZE", "_MEASURE_MEMORY_REGION"].contains(where: name.contains)
      || name.hasSuffix("_NR_MAX") || name.hasPrefix("KVM_X86_") && name.hasSuffix("_VM")
    guard !isValue else { return nil }
    for (starts, type) in [
      (["KVM_SEV_SNP_", "KVM_EXIT_SNP_", "KVM_X86_SNP_", "KVM_X86_SEV_SNP_"], DomainType.sevSNP),
      (["KVM_SEV_", "KVM_EXIT_SEV", "KVM_X86_SEV_"], .sev),
      (["KVM_TDX_", "KVM_EXIT_TDX", "KVM_X86_TDX_"], .tdx),
    ] where starts.contains(where: name.hasPrefix) {
      return type
    }
    return nil
  }
}
