import LodgeModel

/// A trace in a kernel's packages from which it follows that the kernel has something.
package indirect enum Witness: Equatable, Sendable {
  case always
  /// A kconfig symbol that is built in or a module.
  case option(String)
  /// A kconfig symbol that is on, or that this kernel does not know yet as a choice.
  case optionOrUnknown(String)
  /// A parameter of a module.
  case parameter(String, of: String)
  /// A structure that the code of a module uses; from the headers where there is no BTF.
  case type(String, in: String)
  /// An enumerator that the code of a module uses; from the headers where there is no BTF.
  case enumerator(String, in: String)
  /// A macro of the headers; where they are of another kernel, the release that first had it.
  case macro(String, since: KernelVersion)
  /// An upstream release, for what no package shows.
  case release(KernelVersion)
  case all([Witness])
  case any([Witness])

  /// Whether the kernel shows it.
  package func isSeen(in kernel: KernelFacts) -> Bool {
    switch self {
    case .always: true
    case .option(let symbol): kernel.configuration.enables(symbol)
    case .optionOrUnknown(let symbol):
      kernel.configuration.enables(symbol) || !kernel.configuration.offers(symbol)
    case .parameter(let name, let module): kernel.hasParameter(name, of: module)
    case .type(let tag, let module):
      (kernel.table(of: module)?.layouts ?? kernel.headers.layouts)[tag] != nil
    case .enumerator(let name, let module):
      (kernel.table(of: module)?.enumerators ?? kernel.headers.constants)[name] != nil
    case .macro(let name, let release):
      kernel.headersBelong ? kernel.headers.constants[name] != nil : kernel.version >= release
    case .release(let release): kernel.version >= release
    case .all(let witnesses): witnesses.allSatisfy { $0.isSeen(in: kernel) }
    case .any(let witnesses): witnesses.contains { $0.isSeen(in: kernel) }
    }
  }
}

extension Witness {
  /// SEV in kvm_amd (arch/x86/kvm/Kconfig).
  package static let sev = option("KVM_AMD_SEV")
  /// KVM_SEV_INIT2 and the VM types of SEV (Linux 6.10).
  package static let sevInit2 = all([sev, enumerator("KVM_SEV_INIT2", in: "kvm_amd")])
  /// SEV-SNP guests (Linux 6.11).
  package static let sevSNP = all([
    sev, enumerator("KVM_SEV_SNP_LAUNCH_START", in: "kvm_amd"), parameter("sev_snp", of: "kvm_amd"),
  ])
  /// TDX guests (Linux 6.16); kconfig tells, since a kernel description has no BTF to show.
  package static let tdx = all([
    option("INTEL_TDX_HOST"), option("KVM_INTEL_TDX"), parameter("tdx", of: "kvm_intel"),
  ])
  /// KVM_SET_USER_MEMORY_REGION2, memory faults and VM types (Linux 6.8).
  package static let memoryRegion2 = type("kvm_userspace_memory_region2", in: "kvm")
  /// KVM_SET_MEMORY_ATTRIBUTES (Linux 6.8, CONFIG_KVM_GENERIC_MEMORY_ATTRIBUTES).
  package static let memoryAttributes = all([
    option("KVM_GENERIC_MEMORY_ATTRIBUTES"), type("kvm_memory_attributes", in: "kvm"),
  ])
  /// KVM_CREATE_GUEST_MEMFD (Linux 6.8); CONFIG_KVM_PRIVATE_MEM became CONFIG_KVM_GUEST_MEMFD.
  package static let guestMemfd = all([
    any([option("KVM_PRIVATE_MEM"), option("KVM_GUEST_MEMFD")]),
    type("kvm_create_guest_memfd", in: "kvm"),
  ])
  /// guest_memfd for VMs of every type, with flags (Linux 6.18).
  package static let guestMemfdFlags = all([option("KVM_GUEST_MEMFD"), guestMemfd])
  /// KVM_PRE_FAULT_MEMORY and the APIC bus clock (Linux 6.11).
  package static let preFault = type("kvm_pre_fault_memory", in: "kvm")
}
