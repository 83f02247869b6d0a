package import LodgeModel

extension Contract {
  /// The features of a descriptor fit together in libvirt's eyes.
  package static let secureBootSMM = Contract(
    id: "firmware.secure-boot-smm", catalogue: "R35",
    claim: "Each descriptor has features that the set's libvirt takes as a valid set",
    from: [.firmware], to: [.libvirt],
    basis: "libvirt src/qemu/qemu_firmware.c, qemuFirmwareSanityCheck: secure-boot goes with "
      + "requires-smm, and enrolled-keys with secure-boot; newer drivers exempt confidential "
      + "firmware, which has no SMM",
    remedy:
      "write both features into the descriptor, or take a libvirt that exempts confidential firmware",
    knownCase: "60-edk2-x86_64-inteltdx.json of Debian has secure-boot without requires-smm: "
      + "libvirt 11.3 warns of an invalid set of features, 12.8 does not",
    reads: [.descriptors, .libvirtKeys]
  ) { _, facts throws(MissingFact) in
    let (descriptors, driver) = (try facts.descriptors.descriptors, try facts.libvirtKeys)
    return .judged(
      descriptors.filter(\.isForX86).compactMap { descriptor in
        if let types = descriptor.typesWithoutSMM {
          return Finding(
            .fail,
            "\(descriptor.name) requires SMM and claims \(types.listed()): libvirt switches SMM on, "
              + "which such guests do not have",
            where: descriptor.source.at("features"),
            sides: [
              Finding.Side(who: descriptor.name, says: "requires-smm with \(types.listed())"),
              .init(.qemu, "refuses SMM for guests whose registers are their own"),
            ])
        }
        guard
          let pair = descriptor.oddFeatures(
            forDriverThatExempts: driver.exemptsConfidentialFirmware == true)
        else { return nil }
        return Finding(
          .warn,
          "\(descriptor.name) has \(pair.has) without \(pair.lacks): libvirt warns of an invalid "
            + "set of features",
          where: descriptor.source.at("features"),
          sides: [
            Finding.Side(who: descriptor.name, says: "\(pair.has) without \(pair.lacks)"),
            .init(.libvirt, "wants both or neither"),
          ])
      }
    )
  }
}

extension FirmwareDescriptor {
  /// The claims that do not go with SMM, where it requires SMM; nil where there are none.
  ///
  /// **Source:** Linux arch/x86/kvm/svm/svm.c, `svm_has_emulated_msr` (no SMBASE for SEV-ES), and
  /// vmx/main.c, `vt_has_emulated_msr`; QEMU hw/i386/x86.c, `x86_machine_is_smm_enabled`.
  fileprivate var typesWithoutSMM: [String]? {
    guard features.contains("requires-smm") else { return nil }
    let claims = [DomainType.sevES, .sevSNP, .tdx].compactMap(FirmwareDescriptor.feature(for:))
      .filter(features.contains)
    return claims.isEmpty ? nil : claims
  }

  /// A feature that stands without the one it goes with, in libvirt's eyes; nil where none does.
  fileprivate func oddFeatures(
    forDriverThatExempts exempts: Bool
  ) -> (has: String, lacks: String)? {
    let (boot, smm, keys) = ("secure-boot", "requires-smm", "enrolled-keys")
    let isConfidential = DomainType.confidential.contains { type in
      FirmwareDescriptor.feature(for: type).map(features.contains) ?? false
    }
    if features.contains(boot) != features.contains(smm), !(exempts && isConfidential) {
      return features.contains(boot) ? (boot, smm) : (smm, boot)
    }
    return features.contains(keys) && !features.contains(boot) ? (keys, boot) : nil
  }
}
