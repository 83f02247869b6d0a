import LodgeModel

/// A kernel with its headers, written down by hand.
struct KernelFixture {
  var package: String
  var release: String
  var version: String
  var options: [String: String]
  var amdParameters: [String]
  var intelParameters: [String]
  var constants: [String: Int64]
  var sizes: [String: Int]
  /// What the modules use of the headers: tags by module.
  var compiled: [String: [String]]
  /// Enumerators by module.
  var enumerators: [String: [String]]
  /// Defaults of kvm_amd's parameters; those of kvm_intel are `N` for tdx alone.
  var amdDefaults: [String: String] = [:]
  /// What the code that converts memory sets `hypercall.ret` to; nil where it leaves it alone.
  var hypercallAnswer: Int64?
  /// What follows the release in `vermagic`.
  var vermagic = "SMP preempt mod_unload modversions"

  var build: KernelBuild {
    KernelBuild(
      release: release, version: version,
      source: Source(file: "boot/vmlinuz-\(release)", package: "linux-image-\(package)"))
  }

  var configuration: KernelConfiguration {
    KernelConfiguration(
      source: Source(file: "boot/config-\(release)", package: "linux-image-\(package)"),
      options: options)
  }

  var modules: KernelModules {
    KernelModules(byName: [
      "kvm": module("kvm", [], exits: ["____kvm_emulate_hypercall"]),
      "kvm_amd": module("kvm-amd", amdParameters, defaults: amdDefaults, exits: ["snp_do_psc"]),
      "kvm_intel": module("kvm-intel", intelParameters, defaults: ["tdx": "N"]),
    ])
  }

  var interfaces: ModuleInterfaces {
    let hasChecksums = vermagic.contains("modversions")
    func symbols(_ names: String...) -> [String: UInt32?] {
      Dictionary(
        uniqueKeysWithValues: names.map { name in
          // Another kernel has other types, and so other checksums.
          let checksum = (name + version).utf8.reduce(UInt32(7)) { ($0 &* 31) &+ UInt32($1) }
          return (name, hasChecksums ? checksum : nil)
        })
    }
    func interface(
      _ name: String, gives: [String: UInt32?], takes: [String: UInt32?], _ depends: [String] = []
    ) -> ModuleInterfaces.Interface {
      .init(
        source: source(of: name), vermagic: "\(release) \(vermagic)", exports: gives,
        imports: takes, depends: depends)
    }
    let (kvm, ccp) = (symbols("kvm_init", "kvm_emulate_cpuid"), symbols("sev_platform_init"))
    let kernel = symbols("module_layout", "schedule")
    return ModuleInterfaces(
      byName: [
        "kvm": interface("kvm", gives: kvm, takes: kernel, ["irqbypass"]),
        "kvm_amd": interface(
          "kvm-amd", gives: [:], takes: kvm.merging(ccp) { $1 }.merging(kernel) { $1 },
          ["kvm", "ccp"]),
        "kvm_intel": interface("kvm-intel", gives: [:], takes: kvm, ["kvm"]),
        "ccp": interface("ccp", gives: ccp, takes: kernel),
      ],
      image: .init(
        source: build.source, release: release, vermagic: "\(release) \(vermagic)",
        exports: kernel))
  }

  var btf: KernelTypes {
    let names = ["kvm", "kvm_amd", "kvm_intel"]
    return KernelTypes(
      objects: Dictionary(
        uniqueKeysWithValues: names.map { name in
          (
            name,
            KernelTypes.Table(
              source: source(of: name.replacing("_", with: "-")),
              layouts: headers.layouts.filter { compiled[name, default: []].contains($0.key) },
              enumerators: constants.filter { enumerators[name, default: []].contains($0.key) })
          )
        }))
  }

  var headers: UAPIHeaders {
    UAPIHeaders(
      source: Source(file: "usr/include/linux/kvm.h", package: "linux-libc-dev \(package)"),
      version: version, constants: constants,
      layouts: Dictionary(
        uniqueKeysWithValues: sizes.map { ($0.key, Self.layout(of: $0.key, size: $0.value)) }),
      headers: [:])
  }

  private func module(
    _ name: String, _ parameters: [String], defaults: [String: String] = [:], exits: [String] = []
  ) -> KernelModules.Module {
    KernelModules.Module(
      source: source(of: name), isBuiltIn: false,
      parameters: Dictionary(uniqueKeysWithValues: parameters.map { ($0, "bool") }),
      defaults: defaults.filter { parameters.contains($0.key) },
      hypercallExits: exits.map {
        .init(function: $0, isAnswered: hypercallAnswer != nil, answer: hypercallAnswer)
      })
  }

  private func source(of module: String) -> Source {
    Source(
      file: "usr/lib/modules/\(release)/kernel/arch/x86/kvm/\(module).ko.xz",
      package: "linux-image-\(package)")
  }

  /// Members as `pahole` shows them in the modules of KVM of linux 7.2.13-1.
  ///
  /// The flexible list at the end of two structures of TDX is behind its 8-byte head.
  private static func layout(of tag: String, size: Int) -> TypeLayout {
    let names = members[tag, default: "cpuid:\(size - 8)"].split(separator: " ")
    let members = names.compactMap { text -> TypeLayout.Member? in
      let parts = text.split(separator: ":")
      guard let name = parts.first, let offset = parts.last.flatMap({ Int($0) }) else { return nil }
      return .init(name: String(name), offset: offset, size: 8)
    }
    return TypeLayout(size: size, members: members)
  }

  private static let members = [
    "kvm_sev_cmd": "id:0 data:8 error:16 sev_fd:20",
    "kvm_sev_snp_launch_start": "policy:0 gosvw:8 flags:24",
    "kvm_sev_snp_launch_update": "gfn_start:0 uaddr:8 len:16 type:24 flags:26",
    "kvm_sev_snp_launch_finish": "id_block_uaddr:0 id_auth_uaddr:8 id_block_en:16 "
      + "auth_key_en:17 vcek_disabled:18 host_data:19 flags:54",
    "kvm_userspace_memory_region2": "slot:0 flags:4 guest_phys_addr:8 memory_size:16 "
      + "userspace_addr:24 guest_memfd_offset:32 guest_memfd:40",
    "kvm_memory_attributes": "address:0 size:8 attributes:16 flags:24",
    "kvm_create_guest_memfd": "size:0 flags:8",
    "kvm_tdx_cmd": "id:0 flags:4 data:8 hw_error:16",
    "kvm_tdx_capabilities": "supported_attrs:0 supported_xfam:8 kernel_tdvmcallinfo_1_r11:16 "
      + "user_tdvmcallinfo_1_r11:24 kernel_tdvmcallinfo_1_r12:32 user_tdvmcallinfo_1_r12:40 "
      + "cpuid:2048",
    "kvm_tdx_init_vm": "attributes:0 xfam:8 mrconfigid:16 mrowner:64 mrownerconfig:112 cpuid:256",
    "kvm_tdx_init_mem_region": "source_addr:0 gpa:8 nr_pages:16",
  ]
}

extension KernelFixture {
  /// linux 6.1.176-1.
  static let bookworm = Self(
    package: "6.1.176-1", release: "6.1.0-50-amd64", version: "6.1.176",
    options: [
      "KVM": "m", "KVM_AMD": "m", "KVM_INTEL": "m", "KVM_AMD_SEV": "y", "KEXEC_CORE": "y",
      "X86_X2APIC": "y", "X86_MCE": "y", "CONTIG_ALLOC": "y", "EFI_SECRET": "n",
      "AMD_MEM_ENCRYPT": "y", "SEV_GUEST": "m", "INTEL_TDX_GUEST": "n", "AMD_IOMMU": "y",
      "CRYPTO_DEV_SP_PSP": "y", "CRYPTO_DEV_CCP_DD": "m",
    ],
    amdParameters: ["sev", "sev_es"], intelParameters: ["ept", "sgx"],
    constants: sevCommands, sizes: ["kvm_sev_cmd": 24],
    compiled: ["kvm_amd": ["kvm_sev_cmd"]], enumerators: ["kvm_amd": Array(sevCommands.keys)],
    amdDefaults: ["sev": "Y", "sev_es": "Y"])

  /// linux 6.12.117-1.
  static let trixie = Self(
    package: "6.12.117-1", release: "6.12.117+deb13-amd64", version: "6.12.117",
    options: bookworm.options.merging([
      "KVM_GENERIC_MEMORY_ATTRIBUTES": "y", "KVM_PRIVATE_MEM": "y",
      "KVM_GENERIC_PRIVATE_MEM": "y", "HAVE_KVM_ARCH_GMEM_PREPARE": "y",
      "HAVE_KVM_ARCH_GMEM_INVALIDATE": "y", "INTEL_TDX_GUEST": "y", "TDX_GUEST_DRIVER": "m",
      "TSM_REPORTS": "m", "UNACCEPTED_MEMORY": "y",
    ]) { $1 },
    amdParameters: ["sev", "sev_es", "sev_snp", "debug_swap"], intelParameters: ["ept", "sgx"],
    constants: sevCommands.merging(snpNumbers) { $1 }, sizes: snpSizes,
    compiled: ["kvm": guestMemoryTags, "kvm_amd": snpTags],
    enumerators: ["kvm_amd": Array(sevCommands.keys) + snpEnumerators],
    amdDefaults: ["sev": "Y", "sev_es": "Y", "sev_snp": "Y", "debug_swap": "Y"])

  /// linux 7.2.13-1.
  static let sid = Self(
    package: "7.2.13-1", release: "7.2.13+deb14-amd64", version: "7.2.13",
    options: bookworm.options.merging([
      "KVM_GENERIC_MEMORY_ATTRIBUTES": "y", "KVM_GUEST_MEMFD": "y", "INTEL_TDX_HOST": "n",
      "HAVE_KVM_ARCH_GMEM_PREPARE": "y", "HAVE_KVM_ARCH_GMEM_INVALIDATE": "y",
      "HAVE_KVM_ARCH_GMEM_POPULATE": "y", "INTEL_TDX_GUEST": "y", "TDX_GUEST_DRIVER": "m",
      "TSM_REPORTS": "m", "UNACCEPTED_MEMORY": "y",
    ]) { $1 },
    amdParameters: ["sev", "sev_es", "sev_snp", "ciphertext_hiding_asids"],
    intelParameters: ["ept", "sgx"],
    constants: trixie.constants.merging(tdxNumbers) { $1 }.merging([
      "KVM_X86_QUIRK_IGNORE_GUEST_PAT": 512,
      "KVM_SEV_SNP_ENABLE_REQ_CERTS": 103, "KVM_EXIT_TDX": 40, "KVM_EXIT_ARM_SEA": 41,
      "KVM_EXIT_ARM_LDST64B": 42, "KVM_EXIT_SNP_REQ_CERTS": 43, "KVM_SEV_NR_MAX": 104,
      "KVM_X86_SNP_POLICY_BITS": 1, "SEV_RET_RMP_INITIALIZATION_FAILED": 38,
    ]) { $1 },
    sizes: snpSizes.merging(tdxSizes) { $1 },
    compiled: ["kvm": guestMemoryTags, "kvm_amd": snpTags],
    enumerators: [
      "kvm_amd": Array(sevCommands.keys) + snpEnumerators + ["KVM_SEV_SNP_ENABLE_REQ_CERTS"]
    ],
    amdDefaults: ["sev": "Y", "sev_es": "Y", "sev_snp": "Y", "ciphertext_hiding_asids": "0"],
    hypercallAnswer: 0, vermagic: "SMP preempt mod_unload")

  /// The same with INTEL_TDX_HOST=y.
  static let sidWithTDX = {
    var kernel = sid
    kernel.options.merge(["INTEL_TDX_HOST": "y", "KVM_INTEL_TDX": "y"]) { $1 }
    kernel.intelParameters.append("tdx")
    kernel.compiled["kvm_intel"] = Array(tdxSizes.keys)
    kernel.enumerators["kvm_intel"] = Array(tdxNumbers.keys).filter { $0 != "KVM_X86_TDX_VM" }
    return kernel
  }()

  private static let sevCommands: [String: Int64] = [
    "KVM_SEV_INIT": 0, "KVM_SEV_ES_INIT": 1, "KVM_SEV_LAUNCH_START": 2, "KVM_SEV_NR_MAX": 22,
    "SEV_RET_SUCCESS": 0, "SEV_RET_INVALID_ADDRESS": 9, "SEV_RET_SECURE_DATA_INVALID": 24,
  ]
  private static let snpNumbers: [String: Int64] = [
    "KVM_X86_SEV_VMSA_FEATURES": 0,
    "KVM_X86_SEV_VM": 2, "KVM_X86_SEV_ES_VM": 3, "KVM_X86_SNP_VM": 4,
    "KVM_CAP_USER_MEMORY2": 231, "KVM_CAP_MEMORY_FAULT_INFO": 232,
    "KVM_CAP_MEMORY_ATTRIBUTES": 233, "KVM_CAP_GUEST_MEMFD": 234, "KVM_CAP_VM_TYPES": 235,
    "KVM_EXIT_LOONGARCH_IOCSR": 38, "KVM_EXIT_MEMORY_FAULT": 39, "KVM_SEV_INIT2": 22,
    "KVM_SEV_SNP_LAUNCH_START": 100, "KVM_SEV_SNP_LAUNCH_UPDATE": 101,
    "KVM_SEV_SNP_LAUNCH_FINISH": 102, "KVM_SEV_NR_MAX": 103,
    "KVM_SEV_SNP_PAGE_TYPE_NORMAL": 1, "KVM_SEV_SNP_PAGE_TYPE_ZERO": 3,
    "KVM_SEV_SNP_PAGE_TYPE_UNMEASURED": 4, "KVM_SEV_SNP_PAGE_TYPE_SECRETS": 5,
    "KVM_SEV_SNP_PAGE_TYPE_CPUID": 6, "KVM_MEM_GUEST_MEMFD": 4,
    "KVM_MEMORY_ATTRIBUTE_PRIVATE": 8, "KVM_MEMORY_EXIT_FLAG_PRIVATE": 8,
    "KVM_CAP_EXIT_HYPERCALL": 201, "KVM_SET_USER_MEMORY_REGION2": 0x40a0_ae49,
    "KVM_SET_MEMORY_ATTRIBUTES": 0x4020_aed2, "KVM_CREATE_GUEST_MEMFD": 0xc040_aed4,
    "KVM_MEMORY_ENCRYPT_OP": 0xc008_aeba,
  ]
  private static let tdxNumbers: [String: Int64] = [
    "KVM_X86_TDX_VM": 5, "KVM_TDX_CAPABILITIES": 0, "KVM_TDX_INIT_VM": 1,
    "KVM_TDX_INIT_VCPU": 2, "KVM_TDX_INIT_MEM_REGION": 3, "KVM_TDX_FINALIZE_VM": 4,
    "KVM_TDX_GET_CPUID": 5,
  ]
  private static let snpEnumerators = [
    "KVM_SEV_INIT2", "KVM_SEV_SNP_LAUNCH_START", "KVM_SEV_SNP_LAUNCH_UPDATE",
    "KVM_SEV_SNP_LAUNCH_FINISH",
  ]
  private static let guestMemoryTags = [
    "kvm_userspace_memory_region2", "kvm_memory_attributes", "kvm_create_guest_memfd",
  ]
  private static let snpTags = [
    "kvm_sev_cmd", "kvm_sev_snp_launch_start", "kvm_sev_snp_launch_update",
    "kvm_sev_snp_launch_finish",
  ]
  private static let snpSizes = [
    "kvm_sev_cmd": 24, "kvm_sev_snp_launch_start": 64, "kvm_sev_snp_launch_update": 64,
    "kvm_sev_snp_launch_finish": 88, "kvm_userspace_memory_region2": 160,
    "kvm_memory_attributes": 32, "kvm_create_guest_memfd": 64,
  ]
  private static let tdxSizes = [
    "kvm_tdx_cmd": 24, "kvm_tdx_capabilities": 2056, "kvm_tdx_init_vm": 264,
    "kvm_tdx_init_mem_region": 24,
  ]
}
