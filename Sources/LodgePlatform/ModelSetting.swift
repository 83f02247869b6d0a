/// The settings of the platform model: abilities of the platform and rules of the kernel.
///
/// A setting that is not given stands for an ability that is not there.
package enum ModelSetting: String, Codable, CaseIterable, Comparable, Sendable {
  /// Mask of the types that KVM_CREATE_VM takes.
  case vmTypes = "vm-types"
  /// States that KVM lets a guest enable in XCR0.
  case xcr0
  case tscKiloHertz = "tsc-khz"
  /// What KVM_X86_GET_MCE_CAP_SUPPORTED answers.
  case machineCheck = "mce-cap"
  case maximumVCPUs = "max-vcpus"
  /// The firmware's version; together they stand for /dev/sev being there.
  case sevAPIMajor = "sev.api-major"
  case sevAPIMinor = "sev.api-minor"
  case sevBuild = "sev.api-build"
  /// The platform's state as SEV_PLATFORM_STATUS tells it: 0 not initialised, 1 initialised.
  case sevState = "sev.state"
  /// ASIDs of SEV guests; given where kvm_amd has SEV switched on and there are any.
  case sevASIDs = "sev.asids"
  /// ASIDs of SEV-ES guests, and of SNP guests unless they have their own.
  case sevESASIDs = "sev-es.asids"
  /// ASIDs of SNP guests alone, where ciphertext hiding splits them off.
  case sevSNPASIDs = "sev-snp.asids"
  case encryptionBit = "sev.cbitpos"
  case reducedPhysicalBits = "sev.reduced-phys-bits"
  /// VMSA features that user space may ask for.
  case vmsaFeatures = "sev.vmsa-features"
  /// VMSA features that KVM_SEV_ES_INIT gives to every guest.
  case legacyFeatures = "sev.es-init-features"
  /// SNP policy bits that the kernel lets through.
  case snpPolicyMask = "sev.snp-policy-mask"
  /// SNP policy bits that the kernel wants set.
  case snpPolicyRequired = "sev.snp-policy-required"
  /// SNP policy bits that the kernel knows and refuses.
  case snpPolicyForbidden = "sev.snp-policy-forbidden"
  /// SNP policy bits that the firmware accepts.
  case firmwarePolicyMask = "sev.firmware-policy-mask"
  /// The GHCB version of a guest that asks KVM_SEV_INIT2 for none.
  case ghcbDefault = "sev.ghcb-default-init2"
  case init2 = "sev.init2"
  /// What SEV_GET_ID2 answers.
  case chipID = "sev.cpu-id"
  case platformKey = "sev.pdh"
  case certificateChain = "sev.cert-chain"
  /// How many TDs can be at once.
  case tdxKeyIDs = "tdx.keyids"
  case tdxAttributes = "tdx.attributes"
  case tdxXFAM = "tdx.xfam"
  case tdxMaximumVCPUs = "tdx.max-vcpus"

  /// What a value looks like.
  package enum Form: Sendable {
    case number
    /// `first-last`, both counted.
    case range
    case flag
    case hexadecimal
    /// A path without spaces.
    case path
  }

  /// What the values of this setting look like.
  package var form: Form {
    switch self {
    case .sevASIDs, .sevESASIDs, .sevSNPASIDs: .range
    case .init2: .flag
    case .chipID: .hexadecimal
    case .platformKey, .certificateChain: .path
    default: .number
    }
  }

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension ModelSetting.Form {
  /// Whether a value has this form.
  package func fits(_ value: String) -> Bool {
    switch self {
    case .number: ModelNumber(value) != nil
    case .range:
      if let range = value.wholeMatch(of: /([0-9]+)-([0-9]+)/), let first = UInt32(range.1),
        let last = UInt32(range.2)
      {
        first <= last
      } else {
        false
      }
    case .flag: value == "yes" || value == "no"
    case .hexadecimal: value.count % 2 == 0 && value.wholeMatch(of: /[0-9a-f]+/) != nil
    case .path: value.wholeMatch(of: /[^\s]+/) != nil
    }
  }

  /// The form in words.
  package var title: String {
    switch self {
    case .number: "a number"
    case .range: "a range such as 1-99"
    case .flag: "yes or no"
    case .hexadecimal: "bytes in hexadecimal"
    case .path: "a path without spaces"
    }
  }
}
