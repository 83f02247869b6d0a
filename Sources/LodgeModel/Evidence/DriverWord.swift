/// A word by which libvirt's QEMU driver speaks with QEMU about confidential guests.
///
/// **Source:** libvirt src/qemu/qemu_command.c (objects), qemu_monitor_json.c (commands, members);
/// all of its words found in the drivers of 9.0.0, 11.3.0 and 12.8.0, as far as they are for types
/// that those have.
package enum DriverWord: String, Codable, CaseIterable, Sendable {
  case sevGuest = "sev-guest"
  case snpGuest = "sev-snp-guest"
  case tdxGuest = "tdx-guest"
  /// The property of machines that names the object, with the only name that libvirt gives it.
  case guestSupport = ",confidential-guest-support=lsec0"
  /// The same property, as libvirt asks whether machines have it.
  case guestSupportOfMachines = "confidential-guest-support"
  case sevDevice = "/dev/sev"
  case sevParameter = "/sys/module/kvm_amd/parameters/sev"
  case tdxParameter = "/sys/module/kvm_intel/parameters/tdx"
  case queryCapabilities = "query-sev-capabilities"
  case platformKey = "pdh"
  case certificateChain = "cert-chain"
  case encryptionBit = "cbitpos"
  case reducedBits = "reduced-phys-bits"
  case querySEV = "query-sev"
  case apiMajor = "api-major"
  case apiMinor = "api-minor"
  case buildID = "build-id"
  case typeOfSEV = "sev-type"
  case policyOfSNP = "snp-policy"
  case queryMeasurement = "query-sev-launch-measure"
  case injectSecret = "sev-inject-launch-secret"
}
