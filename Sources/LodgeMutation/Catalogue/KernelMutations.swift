import LodgeContracts
import LodgeModel

/// What contracts about the kernel must catch.
let kernelMutations: [Mutation] = [
  Mutation(
    "R01 option", .tdxHostCompiled, on: .tdxHost, naming: "KVM_INTEL_TDX",
    .kconfig([("KVM_INTEL_TDX", "n")])),
  Mutation(
    "R01 parameter", .tdxHostCompiled, on: .tdxHost, naming: "kvm_intel.tdx",
    .moduleInfo(.kvmIntel, "parmtype=tdx:", "parmtype=tdy:")),
  Mutation(
    "R01 types", .tdxHostCompiled, on: .tdxHost, naming: "kvm_tdx_cmd_id",
    .types(of: .kvmIntel, "has no KVM_TDX_INIT_VM") {
      try $0.rename(enumerator: "KVM_TDX_INIT_VM", to: "KVM_TDX_SET_UP_VM")
    }),
  Mutation(
    "R02 kexec", .tdxHostSelectable, on: .sid, naming: "KEXEC_CORE",
    .kconfig([("INTEL_TDX_HOST", nil), ("KEXEC_CORE", "y")])),
  Mutation(
    "R02 dependency", .tdxHostSelectable, on: .tdxHost, naming: "X86_X2APIC",
    .kconfig([("INTEL_TDX_HOST", nil), ("X86_X2APIC", nil)])),
  Mutation(
    "R04 SNP as posted", .vmTypeNumbers, on: .trixie, naming: "KVM_X86_SNP_VM is 3",
    .define("KVM_X86_SNP_VM", "3", in: "asm/kvm.h")),
  Mutation(
    "R04 TDX as posted", .vmTypeNumbers, on: .sid, naming: "KVM_X86_TDX_VM is 2",
    .define("KVM_X86_TDX_VM", "(1 << 1)", in: "asm/kvm.h")),
  Mutation(
    "R04 SNP unnumbered", .vmTypeNumbers, on: .sid, naming: "KVM_X86_SNP_VM",
    .undefine("KVM_X86_SNP_VM", in: "asm/kvm.h")),
  Mutation(
    "R05 as posted", .vmTypesCapability, .vmTypesProbe, on: .sid, naming: "216",
    .define("KVM_CAP_VM_TYPES", "216", in: "linux/kvm.h")),
  Mutation(
    "R05 not there", .vmTypesCapability, on: .trixie, naming: "no KVM_CAP_VM_TYPES",
    .undefine("KVM_CAP_VM_TYPES", in: "linux/kvm.h")),
  Mutation(
    "R06 slot", .tdxCommands, on: .sid, naming: "KVM_TDX_FINALIZE_VM",
    .enumerator("KVM_TDX_FINALIZE_VM", 5, in: "asm/kvm.h")),
  Mutation(
    "R06 header layout", .tdxCommands, on: .sid, naming: "kvm_tdx_init_vm",
    .structure("kvm_tdx_init_vm", in: "asm/kvm.h", "reserved[12]", "reserved[13]")),
  Mutation(
    "R06 compiled size", .tdxCommands, on: .tdxHost, naming: "kvm_tdx_cmd",
    .types(of: .kvmIntel, "kvm_tdx_cmd has 32 bytes") { try $0.set(sizeOf: "kvm_tdx_cmd", to: 32) }),
  Mutation(
    "R06 compiled place", .tdxCommands, on: .tdxHost, naming: "kvm_tdx_init_vm.cpuid",
    .types(of: .kvmIntel, "kvm_tdx_init_vm.cpuid is 8 bytes behind") {
      try $0.move("cpuid", of: "kvm_tdx_init_vm", by: 8)
    }),
  Mutation(
    "R08 memory fault", .exitNumbers, on: .trixie, naming: "KVM_EXIT_MEMORY_FAULT is 38",
    .define("KVM_EXIT_MEMORY_FAULT", "38", in: "linux/kvm.h")),
  Mutation(
    "R08 TDX", .exitNumbers, on: .sid, naming: "KVM_EXIT_TDX is 50",
    .define("KVM_EXIT_TDX", "50", in: "linux/kvm.h")),
  Mutation(
    "R08 certificates", .exitNumbers, on: .sid, naming: "KVM_EXIT_SNP_REQ_CERTS",
    .define("KVM_EXIT_SNP_REQ_CERTS", "42", in: "linux/kvm.h")),
  Mutation(
    "R11 numbers of AMD's tree", .snpCommands, on: .trixie, naming: "KVM_SEV_SNP_LAUNCH_START",
    .enumerator("KVM_SEV_SNP_LAUNCH_START", 24, in: "asm/kvm.h")),
  Mutation(
    "R11 header layout", .snpCommands, on: .sid, naming: "kvm_sev_snp_launch_start",
    .structure("kvm_sev_snp_launch_start", in: "asm/kvm.h", "gosvw[16]", "gosvw[24]")),
  Mutation(
    "R11 compiled number", .snpCommands, on: .sid, naming: "KVM_SEV_SNP_LAUNCH_FINISH",
    .types(of: .kvmAMD, "KVM_SEV_SNP_LAUNCH_FINISH is 256") {
      try $0.set(enumerator: "KVM_SEV_SNP_LAUNCH_FINISH", to: 256)
    }),
  Mutation(
    "R11 compiled size", .snpCommands, on: .trixie, naming: "kvm_sev_snp_launch_update",
    .types(of: .kvmAMD, "kvm_sev_snp_launch_update has 56 bytes") {
      try $0.set(sizeOf: "kvm_sev_snp_launch_update", to: 56)
    }),
  Mutation(
    "R12 attributes", .guestMemfd, on: .trixie, naming: "KVM_GENERIC_MEMORY_ATTRIBUTES",
    .kconfig([("KVM_GENERIC_MEMORY_ATTRIBUTES", nil)])),
  Mutation(
    "R12 capability", .guestMemfd, on: .sid, naming: "KVM_CAP_GUEST_MEMFD",
    .define("KVM_CAP_GUEST_MEMFD", "239", in: "linux/kvm.h")),
  Mutation(
    "R12 places", .guestMemfd, on: .trixie, naming: "kvm_memory_attributes.address",
    .structure(
      "kvm_memory_attributes", in: "linux/kvm.h", "__u64 address;", "__u64 length;"),
    .structure(
      "kvm_memory_attributes", in: "linux/kvm.h", "__u64 size;", "__u64 address;")),
  Mutation(
    "R12 built without", .guestMemfd, on: .sid, naming: "KVM_GUEST_MEMFD",
    .kconfig([("KVM_GUEST_MEMFD", nil)])),
  Mutation(
    "R13 population", .kconfigRenames, on: .trixie, naming: "KVM_GENERIC_PRIVATE_MEM",
    .kconfig([("KVM_GENERIC_PRIVATE_MEM", "n")])),
  Mutation(
    "R13 secure processor", .kconfigRenames, on: .bookworm, naming: "CRYPTO_DEV_SP_PSP",
    .kconfig([("CRYPTO_DEV_SP_PSP", "n")])),
  Mutation(
    "R13 reclaim", .kconfigRenames, on: .sid, naming: "HAVE_KVM_ARCH_GMEM_RECLAIM",
    .kconfig([("HAVE_KVM_ARCH_GMEM_INVALIDATE", nil), ("HAVE_KVM_ARCH_GMEM_RECLAIM", nil)])),
  Mutation(
    "R18 parameter", .debugSwap, on: .sid, naming: "debug_swap", grade: .warn,
    .addParameter(.kvmAMD, "debug_swap", "bool")),
  Mutation(
    "R19 SEV-ES", .sevParameters, on: .bookworm, naming: "kvm_amd.sev_es",
    .moduleInfo(.kvmAMD, "parmtype=sev_es:", "parmtype=sev_ex:")),
  Mutation(
    "R19 SNP", .sevParameters, on: .sid, naming: "kvm_amd.sev_snp",
    .moduleInfo(.kvmAMD, "parmtype=sev_snp:", "parmtype=snp_sev:")),
  Mutation(
    "R19 built without", .sevParameters, on: .trixie, naming: "KVM_AMD_SEV",
    .kconfig([("KVM_AMD_SEV", "n")])),
  Mutation(
    "R59 number", .headersMatch, on: .sid, naming: "KVM_SEV_INIT2",
    .enumerator("KVM_SEV_INIT2", 21, in: "asm/kvm.h")),
  Mutation(
    "R59 size", .headersMatch, on: .trixie, naming: "kvm_sev_launch_start",
    .types(of: .kvmAMD, "kvm_sev_launch_start has 48 bytes") {
      try $0.set(sizeOf: "kvm_sev_launch_start", to: 48)
    }),
  Mutation(
    "R59 version", .headersMatch, on: .trixie, naming: "6.12.99", grade: .warn,
    .define("LINUX_VERSION_CODE", "\(6 << 16 + 12 << 8 + 99)", in: "linux/version.h")),
  Mutation(
    "R07 moved", .tdvmcallInfo, on: .sid, naming: "user_tdvmcallinfo_1_r11",
    .structure(
      "kvm_tdx_capabilities", in: "asm/kvm.h", "__u64 user_tdvmcallinfo_1_r11;",
      "__u64 vendor; __u64 user_tdvmcallinfo_1_r11;")),
  Mutation(
    "R07 compiled", .tdvmcallInfo, on: .tdxHost, naming: "BTF",
    .types(of: .kvmIntel, "user_tdvmcallinfo_1_r11 is 8 bytes behind") {
      try $0.move("user_tdvmcallinfo_1_r11", of: "kvm_tdx_capabilities", by: 8)
    }),
  Mutation(
    "R14 flag", .guestMemfdFlags, on: .sid, naming: "GUEST_MEMFD_FLAG_MMAP",
    .define("GUEST_MEMFD_FLAG_MMAP", "(1ULL << 2)", in: "linux/kvm.h")),
  Mutation(
    "R20 option", .tdxDefault, on: .tdxHostSwitchedOn, naming: "kvm_intel.tdx", grade: .warn,
    .text(
      "modprobe.d does not switch tdx on", in: ["etc/modprobe.d/tdx.conf"], facts: .common,
      "tdx=1", "ept=1")),
  Mutation(
    "R49 answer", .hypercallReturn, on: .sid, naming: "with 1",
    .module(.kvmAMD, "an exit for conversions answers 1") { elf in
      // movq $0, 0x58(%rdx): hypercall.ret of struct kvm_run.
      try elf.replaceFirst(
        [0x48, 0xC7, 0x42, 0x58, 0, 0, 0, 0], with: [0x48, 0xC7, 0x42, 0x58, 1, 0, 0, 0])
    }),
  Mutation(
    "R49 left", .hypercallReturn, on: .sid, naming: "leaves hypercall.ret", grade: .warn,
    .module(.kvmAMD, "an exit for conversions leaves the answer as it was") { elf in
      try elf.replaceFirst(
        [0x48, 0xC7, 0x42, 0x58, 0, 0, 0, 0], with: [UInt8](repeating: 0x90, count: 8))
    }),
  Mutation(
    "R57 moved", .sevErrorTexts, on: .sid, naming: "SEV_RET_INVALID_ADDRESS", grade: .warn,
    .enumerator("SEV_RET_INVALID_ADDRESS", 10, in: "linux/psp-sev.h")),
  Mutation(
    "R60 guest", .guestPayload, on: .trixie, naming: "SEV_GUEST", grade: .warn,
    .kconfig([("SEV_GUEST", "n")])),
  Mutation(
    "R60 TDX guest", .guestPayload, on: .sid, naming: "INTEL_TDX_GUEST", grade: .warn,
    .kconfig([("INTEL_TDX_GUEST", nil)])),
  Mutation(
    "R69 export", .moduleInterface, on: .trixie, naming: "sev_platform_init", grade: .warn,
    .ccpGivesAnotherSymbol),
  Mutation(
    "R70 number", .uapiAcrossBuilds, on: .trixie, naming: "KVM_SEV_INIT2",
    .enumerator("KVM_SEV_INIT2", 23, in: "asm/kvm.h")),
  Mutation(
    "C12 vermagic", .modulesFit, on: .trixie, naming: "kvm_amd",
    .moduleInfo(.kvmAMD, "mod_unload", "mod_unlist")),
  Mutation(
    "C12 checksum", .modulesFit, on: .trixie, naming: "checksum",
    .module(.kvmAMD, "was built against another kvm_x86_vendor_init") { elf in
      // 8 bytes of checksum stand before each name.
      var versions = try elf.section("__versions")
      guard let name = versions.firstOffset(of: Array("kvm_x86_vendor_init\0".utf8)) else {
        throw StaleEdit("it takes no kvm_x86_vendor_init")
      }
      versions[name - 8] ^= 0xFF
      try elf.replace("__versions", with: versions)
    }),
  Mutation(
    "C12 left out", .modulesFit, on: .trixie, naming: "loaded behind ccp", .without(.ccp)),
  Mutation(
    "C12 symbol", .modulesFit, on: .sid, naming: "sev_platform_init",
    .ccpGivesAnotherSymbol),
]

extension Edit {
  fileprivate static let ccpGivesAnotherSymbol = module(
    .ccp, "gives sev_platform_inip for sev_platform_init"
  ) {
    try $0.replaceAll("sev_platform_init\0", with: "sev_platform_inip\0")
  }
}

extension Base {
  /// A TDX host on which a package switches TDX on.
  static let tdxHostSwitchedOn = Base.tdxHost.mended(
    "sid as a TDX host, switched on",
    .add("etc/modprobe.d/tdx.conf", facts: .common, "options kvm_intel tdx=1\n"))
}
