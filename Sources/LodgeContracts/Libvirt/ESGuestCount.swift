package import LodgeModel

extension Contract {
  /// libvirt tells how many SEV-ES guests can run, not how many the processor could number.
  package static let esGuestCount = Contract(
    id: "libvirt.es-guest-count", catalogue: "R44",
    claim: "The SEV-ES guests that libvirt counts by CPUID are those that the kernel lets run",
    from: [.kernel], to: [.libvirt],
    basis: "libvirt src/qemu/qemu_capabilities.c: maxESGuests from CPUID 0x8000001F alone; Linux "
      + "arch/x86/kvm/svm/sev.c: ciphertext_hiding_asids keeps ASIDs for SNP, and "
      + "sev_firmware_supported_vm_types asks the firmware",
    remedy: "leave ciphertext_hiding_asids at 0 where SEV-ES guests are to run, or do not plan by "
      + "maxESGuests",
    knownCase: "kubevirt counted SEV-ES guests that no host could start, kubevirt/kubevirt#17118: "
      + "firmware 1.58 and later refuses SEV-ES on SNP hosts (CVE-2025-48514)",
    protecting: [.sevES], reads: .promises + [.modules, .hostSettings]
  ) { type, facts throws(MissingFact) in
    guard !(try facts.promises(of: type).isEmpty) else { return .notPromised(type) }
    guard let module = try facts.modules.byName["kvm_amd"] else {
      return .notApplicable("the kernel has no kvm_amd")
    }
    let settings = facts.ifKnown(\.hostSettings)
    return .judged(
      ["ciphertext_hiding_asids", "sev_es"].compactMap { name in
        guard module.parameters[name] != nil else { return nil }
        let option = settings?.option(name, of: "kvm_amd")
        guard let value = option?.value ?? module.defaults[name],
          let words = lessGuests(name, value)
        else { return nil }
        return Finding(
          .warn, "kvm_amd.\(name) is \(value): \(words), but libvirt's maxESGuests counts all",
          where: option?.source.at(name) ?? module.source.at(name),
          sides: [
            .init(.kernel, "\(name)=\(value): \(words)"),
            .init(.libvirt, "counts by CPUID alone"),
          ])
      })
  }.onHost(
    .metal,
    needs: "an SEV host whose maxESGuests is held against SEV-ES guests that start, for its "
      + "firmware may refuse them")
}

/// Why fewer SEV-ES guests run than CPUID counts; nil where the value takes none away.
private func lessGuests(_ name: String, _ value: String) -> String? {
  guard name == "ciphertext_hiding_asids" else {
    return value.isOn ? nil : "the kernel runs no SEV-ES guest"
  }
  let number = value.hasPrefix("0x") ? Int(value.dropFirst(2), radix: 16) : Int(value)
  return number == 0 ? nil : "so many ASIDs are kept for SNP guests"
}
