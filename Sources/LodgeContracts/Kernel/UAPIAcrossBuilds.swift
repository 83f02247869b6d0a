package import LodgeModel

extension Contract {
  /// Programs that were built with the headers before still call the kernel rightly.
  package static let uapiAcrossBuilds = Contract(
    id: "kernel.uapi-across-builds", catalogue: "R70",
    claim: "Numbers and structures of confidential guests are what they were on the build before",
    from: [.kernel], to: [.qemu, .libvirt],
    basis: "Linux include/uapi/linux/kvm.h, psp-sev.h, sev-guest.h, tdx-guest.h and "
      + "arch/x86/include/uapi/asm/kvm.h: what is released keeps its number and its place",
    remedy: "keep released numbers and places; what is new gets a new number or a reserved place",
    knownCase: "kernels of one vendor numbered KVM_X86_TDX_VM and the SNP commands otherwise from "
      + "one build to the next, so that the QEMU of the build before met \"not supported by KVM\"",
    comparing: [.uapi]
  ) { _, now, before throws(MissingFact) in
    let (headers, old) = (try now.uapi, try before.uapi)
    let added = headers.constants.keys.filter { old.constants[$0] == nil && $0.isConfidential }
    let findings =
      headers.numberFindings(before: old) + headers.layoutFindings(before: old)
      + headers.findings(onAdded: added.sorted())
    return .judged(findings)
  }
}

extension UAPIHeaders {
  /// Numbers that changed, whatever they are of; of confidential guests also those that are gone.
  fileprivate func numberFindings(before: Self) -> [Finding] {
    let other = before.constants.filter { constants[$0.key] != $0.value && $0.key.isNumbered }
    return other.sorted { $0.key < $1.key }.compactMap { name, old in
      if let new = constants[name] {
        return Finding(
          .fail, "\(name) was \(old) and is \(new)", where: place(of: name),
          sides: [.before("\(name) is \(old)"), .now("\(name) is \(new)")])
      }
      guard name.isConfidential else { return nil }
      return Finding(
        .warn, "\(name), which was \(old), is gone", where: before.place(of: name),
        sides: [.before("\(name) is \(old)"), .now("has no \(name)")])
    }
  }

  /// Structures of confidential guests that grew, shrank, moved a member or are gone.
  fileprivate func layoutFindings(before: Self) -> [Finding] {
    let other = before.layouts.filter { $0.key.isConfidentialTag && layouts[$0.key] != $0.value }
    return other.sorted { $0.key < $1.key }.compactMap { tag, old in
      guard let new = layouts[tag] else {
        return Finding(
          .warn, "struct \(tag) is gone", where: before.place(of: tag),
          sides: [.before("has struct \(tag) of \(old.size) bytes"), .now("has no struct \(tag)")])
      }
      if new.size != old.size {
        return Finding(
          .fail, "struct \(tag) was \(old.size) bytes and is \(new.size)", where: place(of: tag),
          sides: [.before("\(old.size) bytes"), .now("\(new.size) bytes")])
      }
      return new.finding(before: old, of: tag, at: place(of: tag))
    }
  }

  fileprivate func findings(onAdded names: [String]) -> [Finding] {
    guard let first = names.first else { return [] }
    return [
      Finding(
        .info, "the headers have new names for confidential guests: \(names.few)",
        where: place(of: first))
    ]
  }
}

extension TypeLayout {
  /// The first member that is elsewhere, of another size, or gone; what only fills does not count.
  fileprivate func finding(before: Self, of tag: String, at place: String) -> Finding? {
    for old in before.members where !old.isFilling {
      let new = members.first { $0.name == old.name }
      guard new != old else { continue }
      let sides: [Finding.Side] = [
        .before("\(old.name) at byte \(old.offset), \(old.size) bytes"),
        .now(new.map { "at byte \($0.offset), \($0.size) bytes" } ?? "has no \(old.name)"),
      ]
      guard let new else {
        // The union in kvm_run is renamed member by member as exits come and go.
        return Finding(.warn, "\(tag).\(old.name) is gone", where: place, sides: sides)
      }
      let change =
        new.offset == old.offset
        ? "was \(old.size) bytes and is \(new.size)"
        : "was at byte \(old.offset) and is at byte \(new.offset)"
      return Finding(.fail, "\(tag).\(old.name) \(change)", where: place, sides: sides)
    }
    return nil
  }
}

extension TypeLayout.Member {
  /// Whether it only keeps place for others.
  fileprivate var isFilling: Bool {
    let last = name.split(separator: ".").last ?? ""
    let stem = last.drop { $0 == "_" }
    return ["pad", "reserved", "rsvd", "unused", "empty_entries"].contains { stem.hasPrefix($0) }
  }
}

extension String {
  /// Whether a name stands for a number that never changes, rather than for how many there are or
  /// which are known.
  fileprivate var isNumbered: Bool {
    let isOfKernel = ["KVM_", "SEV_", "SNP_", "TDX_", "GUEST_MEMFD_"].contains { hasPrefix($0) }
    return isOfKernel && !hasSuffix("_MAX") && !hasSuffix("_MASK") && !contains("_NR_")
      && !contains("_NUM_")
      && !contains("VALID") && !hasSuffix("_SIZE")
  }

  /// Whether a name is of SEV, TDX or guest memory.
  fileprivate var isConfidential: Bool {
    let words = [
      "SEV", "SNP", "TDX", "MEMORY_ENCRYPT", "GUEST_MEMFD", "MEMORY_ATTRIBUTE", "MAP_GPA_RANGE",
      "MEMORY_EXIT_FLAG", "EXIT_HYPERCALL",
    ]
    return isNumbered && words.contains { contains($0) }
      || ["KVM_CAP_VM_TYPES", "KVM_EXIT_MEMORY_FAULT", "KVM_EXIT_HYPERCALL"].contains(self)
  }

  /// Whether a structure is one that confidential guests are made with.
  fileprivate var isConfidentialTag: Bool {
    let exact = [
      "kvm_run", "kvm_enc_region", "kvm_create_guest_memfd", "kvm_memory_attributes",
      "kvm_userspace_memory_region2", "kvm_pre_fault_memory", "kvm_cpuid2", "kvm_cpuid_entry2",
      "kvm_exit_snp_req_certs",
    ]
    return exact.contains(self)
      || ["kvm_sev_", "kvm_snp_", "kvm_tdx_", "sev_", "snp_", "tdx_"].contains { hasPrefix($0) }
  }
}
