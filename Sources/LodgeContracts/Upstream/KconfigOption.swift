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
}
