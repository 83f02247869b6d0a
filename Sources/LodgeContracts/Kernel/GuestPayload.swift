package import LodgeModel

extension Contract {
  /// The kernel of the set, started in a guest, can do what the type is for.
  package static let guestPayload = Contract(
    id: "kernel.guest-payload", catalogue: "R60",
    claim: "The kernel of the set can run as a guest of the type, attest and take its secrets",
    from: [.kernel], to: [.firmware],
    basis: "Linux arch/x86/Kconfig (AMD_MEM_ENCRYPT, INTEL_TDX_GUEST), drivers/virt/coco/Kconfig "
      + "(SEV_GUEST, TDX_GUEST_DRIVER, TSM_REPORTS, EFI_SECRET), drivers/firmware/efi/Kconfig "
      + "(UNACCEPTED_MEMORY)",
    remedy:
      "build the kernel that guests start with these symbols, or start another kernel in them",
    knownCase: "EFI_SECRET is not set in Debian's kernels: secrets that a SEV launch injects are "
      + "in the guest's memory, but no file shows them",
    protecting: DomainType.confidential, reads: .promises + [.kconfig]
  ) { type, facts throws(MissingFact) in
    guard !(try facts.promises(of: type).isEmpty) else { return .notPromised(type) }
    let kconfig = try facts.kconfig
    return .judged(
      KconfigOption.payload(of: type).compactMap { option, loss in
        guard option.name(in: kconfig) == nil else { return nil }
        return Finding(
          .warn,
          "the kernel is built without \(option.newest): \(type.title) guests that start "
            + "it \(loss)",
          where: kconfig.source.at(option.newest),
          sides: [.init(.kernel, "has no \(option.names.joined(separator: " or "))")]
            + facts.sides(promising: type))
      })
  }
}

extension KconfigOption {
  /// What a guest of a type needs of its own kernel, with what it cannot do without.
  static func payload(of type: DomainType) -> [(option: Self, loss: String)] {
    switch type {
    case .plain: []
    case .sev, .sevES:
      [
        (.amdGuest, "cannot use encrypted memory"),
        (.efiSecret, "do not show secrets that the launch injected"),
      ]
    case .sevSNP:
      [
        (.amdGuest, "cannot use encrypted memory"), (.sevGuestDriver, "cannot attest"),
        (.attestationReports, "have no attestation reports in configfs"),
        (.unacceptedMemory, "wait for their firmware to accept all memory"),
      ]
    case .tdx:
      [
        (.tdxGuest, "cannot run"), (.tdxGuestDriver, "cannot attest"),
        (.attestationReports, "have no quotes in configfs"),
        (.unacceptedMemory, "wait for their firmware to accept all memory"),
      ]
    }
  }
}
