import LodgeModel

/// An ability that the kernel is configured with, under whatever name its release gives it.
///
/// **Source:** Linux virt/kvm/Kconfig, arch/x86/kvm/Kconfig and arch/x86/Kconfig.
struct KconfigOption: Sendable {
  /// What the ability is, as a sentence names it.
  let meaning: String
  /// The symbols, newest first.
  let names: [String]

  /// The symbol that current kernels use.
  var newest: String { names.first ?? meaning }

  /// The symbol under which a configuration has the ability; nil where it lacks it.
  func name(in configuration: KernelConfiguration) -> String? {
    names.first(where: configuration.enables)
  }

  private init(_ meaning: String, _ names: String...) {
    (self.meaning, self.names) = (meaning, names)
  }

  /// SEV, SEV-ES and SNP hosts; never renamed.
  static let amdSEV = Self("AMD SEV hosts", "KVM_AMD_SEV")

  /// The TDX module and its memory; 6.8.
  static let tdxHost = Self("TDX hosts", "INTEL_TDX_HOST")

  /// TDX guests under KVM; 6.16.
  static let kvmTDX = Self("TDX guests", "KVM_INTEL_TDX")

  /// Private or shared, page by page; 6.8, never renamed.
  static let memoryAttributes = Self("memory attributes", "KVM_GENERIC_MEMORY_ATTRIBUTES")

  /// Memory that only the guest maps; renamed between 6.12 and 7.2.
  static let guestMemory = Self("guest_memfd", "KVM_GUEST_MEMFD", "KVM_PRIVATE_MEM")

  /// The initial content of guest memory; renamed between 6.12 and 7.2.
  static let guestMemoryPopulation = Self(
    "populating guest_memfd", "HAVE_KVM_ARCH_GMEM_POPULATE", "KVM_GENERIC_PRIVATE_MEM")

  /// Pages made private, which SNP needs; renamed with 7.3.
  static let guestMemoryPreparation = Self(
    "making guest_memfd pages private", "HAVE_KVM_ARCH_GMEM_CONVERT",
    "HAVE_KVM_ARCH_GMEM_PREPARE")

  /// Pages given back to the host, which SNP needs; renamed with 7.3.
  static let guestMemoryReclaim = Self(
    "taking guest_memfd pages back", "HAVE_KVM_ARCH_GMEM_RECLAIM",
    "HAVE_KVM_ARCH_GMEM_INVALIDATE")

  /// What all else of guest memory is about.
  static let guestMemfd: [Self] = [.memoryAttributes, .guestMemory]

  /// Running as a guest of SEV, SEV-ES or SNP; never renamed.
  static let amdGuest = Self("running as an SEV guest", "AMD_MEM_ENCRYPT")

  /// Running as a TDX guest; 5.19.
  static let tdxGuest = Self("running as a TDX guest", "INTEL_TDX_GUEST")

  /// The driver that asks the secure processor for reports; 5.19.
  static let sevGuestDriver = Self("the driver of SNP guests", "SEV_GUEST")

  /// The driver that asks the TDX module for reports; 6.2.
  static let tdxGuestDriver = Self("the driver of TDX guests", "TDX_GUEST_DRIVER")

  /// Reports of any kind through configfs; 6.7.
  static let attestationReports = Self("attestation reports", "TSM_REPORTS", "CONFIGFS_TSM")

  /// Memory that is accepted when it is first used; 6.5.
  static let unacceptedMemory = Self("unaccepted memory", "UNACCEPTED_MEMORY")

  /// Injected secrets as files; 5.19.
  static let efiSecret = Self("files of injected secrets", "EFI_SECRET")

  /// Hosts on AMD processors.
  static let kvmAMD = Self("KVM on AMD processors", "KVM_AMD")

  /// Hosts on Intel processors.
  static let kvmIntel = Self("KVM on Intel processors", "KVM_INTEL")

  /// The driver of the secure processor, without which there is no SEV.
  static let secureProcessor = Self("the secure processor", "CRYPTO_DEV_SP_PSP")

  /// The IOMMU, without which there is no SNP.
  static let amdIOMMU = Self("AMD's IOMMU", "AMD_IOMMU")
}
