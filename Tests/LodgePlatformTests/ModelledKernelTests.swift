import LodgeModel
import LodgePlatform
import Testing

struct ModelledKernelTests {
  @Test func kernel61HasSEVAndSEVESButNoSNP() throws {
    let kernel = try RecordedKernel.bookworm.modelled(on: .amd)
    #expect(kernel.offers(.plain) == .yes)
    #expect(kernel.offers(.sev) == .yes)
    #expect(kernel.offers(.sevES) == .yes)
    #expect(
      kernel.offers(.sevSNP)
        == .no(
          lacking: .kernel, because: "kernel 6.1.0-50-amd64 has no KVM_SEV_SNP_LAUNCH_START"))
    #expect(kernel.capabilities[235] == nil)
    #expect(kernel.settings[.vmTypes] == "0x1")
    #expect(kernel.settings[.init2] == nil)
    #expect(kernel.settings[.vmsaFeatures] == nil)
    #expect(kernel.settings[.snpPolicyMask] == nil)
    #expect(kernel.settings[.sevASIDs] == "100-509")
    #expect(kernel.settings[.sevESASIDs] == "1-99")
    #expect(kernel.vmCapabilities == [:])
  }

  @Test(arguments: [RecordedKernel.trixie, .sid])
  func laterKernelsHaveSNPAndItsVMTypes(_ recorded: RecordedKernel) throws {
    let kernel = try recorded.modelled(on: .amd)
    #expect(
      DomainType.allCases.filter { kernel.offers($0).isYes } == [.plain, .sev, .sevES, .sevSNP])
    #expect(kernel.capabilities[235] == 0b1_1101)
    #expect(kernel.settings[.vmTypes] == "0x1d")
    #expect(kernel.settings[.ghcbDefault] == "2")
  }

  @Test(arguments: [("6.16.9", "0x30000", "0x100000"), ("6.17.0", "0x20000", "0x0")])
  func theFirmwareJudgesSMTAndSocketsInNewerKernels(
    version: String, required: String, forbidden: String
  ) throws {
    var evidence = try RecordedKernel.trixie.evidence()
    var kernel = try #require(evidence.kernel.value)
    kernel.version = version
    evidence.kernel = .found(kernel)
    let settings = try ModelledKernel(evidence, on: .amd).settings
    #expect(settings[.snpPolicyRequired] == required)
    #expect(settings[.snpPolicyForbidden] == forbidden)
  }

  @Test func theRulesOfPolicyAndFeaturesAreThoseOfTheKernel() throws {
    let trixie = try RecordedKernel.trixie.modelled(on: .amd).settings
    #expect(trixie[.snpPolicyMask] == "0x1bffff")
    #expect(trixie[.snpPolicyRequired] == "0x30000")
    #expect(trixie[.snpPolicyForbidden] == "0x100000")
    #expect(trixie[.vmsaFeatures] == "0x20")
    let sid = try RecordedKernel.sid.modelled(on: .amd).settings
    // The firmware's bits, without the migration agent (18).
    #expect(sid[.snpPolicyMask] == "0x21bffff")
    #expect(sid[.snpPolicyRequired] == "0x20000")
    #expect(sid[.snpPolicyForbidden] == "0x0")
    let off = Platform.amd.choosing("kvm_amd", "debug_swap", "N")
    #expect(try RecordedKernel.trixie.modelled(on: off).settings[.vmsaFeatures] == "0x0")
    #expect(try RecordedKernel.sid.modelled(on: off).settings[.vmsaFeatures] == "0x20")
  }

  @Test func beforeInit2DebugSwapIsForAllGuestsOrNone() throws {
    let description = KernelDescription(
      id: "with-debug-swap", title: "as Linux 6.6", needs: [], kconfig: [:],
      parameters: ["kvm_amd": ["debug_swap": "bool"]])
    let swapping = try RecordedKernel.bookworm.modelled(on: .amd, changedBy: description)
    #expect(swapping.settings[.legacyFeatures] == "0x20")
    let off = Platform.amd.choosing("kvm_amd", "debug_swap", "N")
    let plain = try RecordedKernel.bookworm.modelled(on: off, changedBy: description)
    #expect(plain.settings[.legacyFeatures] == nil)
    #expect(
      try RecordedKernel.trixie.modelled(on: .amd).settings[.legacyFeatures] == nil)
  }

  @Test func tdxIsTheKernelsToLack() throws {
    let reasons = try [RecordedKernel.bookworm, .trixie, .sid].map {
      try $0.modelled(on: .intel).offers(.tdx)
    }
    #expect(
      reasons == [
        .no(
          lacking: .kernel, because: "kernel 6.1.0-50-amd64 does not offer INTEL_TDX_HOST"),
        .no(
          lacking: .kernel,
          because: "kernel 6.12.117+deb13-amd64 does not offer INTEL_TDX_HOST"),
        .no(
          lacking: .kernel,
          because: "kernel 7.2.13+deb14-amd64 was built without INTEL_TDX_HOST"),
      ])
    let sid = try RecordedKernel.sid.modelled(on: .intel)
    #expect(sid.parameters["kvm_intel"]?["tdx"] == nil)
    #expect(sid.interface.constants.keys.filter { $0.hasPrefix("KVM_TDX_") } == [])
    #expect(sid.interface.constants["KVM_X86_TDX_VM"] == nil)
    #expect(sid.interface.layouts["kvm_tdx_cmd"] == nil)
    #expect(sid.settings[.tdxKeyIDs] == nil)
  }

  @Test func aDescribedKernelHasTDX() throws {
    let kernel = try RecordedKernel.sid.modelled(on: .intel, changedBy: .withTDX)
    #expect(kernel.offers(.tdx) == .yes)
    #expect(kernel.capabilities[235] == 0b10_0001)
    #expect(kernel.parameters["kvm_intel"]?["tdx"] == "Y")
    #expect(kernel.interface.constants["KVM_TDX_INIT_VM"] == 1)
    #expect(kernel.interface.layouts["kvm_tdx_init_vm"]?.size == 264)
    #expect(kernel.settings[.tdxKeyIDs] == "31")
    #expect(kernel.settings[.tdxAttributes] == "0x10000000")
    #expect(kernel.settings[.tdxXFAM] == "0x61ae7")
    #expect(kernel.settings[.tdxMaximumVCPUs] == "4")
    #expect(kernel.vmCapabilities[.tdx]?[66] == 4)
    #expect(
      kernel.notes.first
        == "the kernel is described, not shipped: with-tdx (built with TDX) sets "
        + "INTEL_TDX_HOST=y, KVM_INTEL_TDX=y, kvm_intel.tdx")
    let leaf = try #require(kernel.host.tdxCPUID.first)
    #expect((leaf.ebx, leaf.ecx) == (0xFFFF_F7EF, 0xFFFF_FFDF))
    #expect(kernel.host.tdxCPUID.last?.eax == 0xFF_0000)
  }

  @Test func aDescriptionNeedsASourceThatHasTDX() throws {
    #expect(
      throws: ModelFailure.misplaced(
        description: "with-tdx", kernel: "6.12.117+deb13-amd64",
        reason: "its UAPI headers have no KVM_TDX_INIT_VM")
    ) {
      try RecordedKernel.trixie.modelled(on: .intel, changedBy: .withTDX)
    }
  }

  @Test func tdxStaysOffUntilTheAdministratorAsks() throws {
    var asked = Platform.intel
    asked.parameters = [:]
    let kernel = try RecordedKernel.sid.modelled(on: asked, changedBy: .withTDX)
    #expect(
      kernel.offers(.tdx)
        == .no(
          lacking: .platform, because: "the module parameter kvm_intel.tdx of intel is off"))
    #expect(kernel.parameters["kvm_intel"]?["tdx"] == "N")
  }

  @Test func aKernelWithoutSEVLacksAllOfIt() throws {
    let kernel = try RecordedKernel.trixieCloud.modelled(on: .amd)
    for type in [DomainType.sev, .sevES, .sevSNP] {
      #expect(
        kernel.offers(type)
          == .no(
            lacking: .kernel,
            because: "kernel 6.12.117+deb13-cloud-amd64 was built without KVM_AMD_SEV"))
    }
    #expect(kernel.capabilities[231] == 1)
    #expect(kernel.capabilities[233] == nil)
    #expect(kernel.capabilities[234] == nil)
    #expect(kernel.capabilities[235] == 1)
    #expect(kernel.interface.constants["KVM_CREATE_GUEST_MEMFD"] == nil)
    #expect(kernel.interface.constants["KVM_SEV_INIT"] == nil)
    #expect(kernel.interface.constants["SEV_ISSUE_CMD"] == nil)
    #expect(kernel.settings[.sevAPIMajor] == nil)
  }

  @Test func headersOfAnOlderKernelAreMadeUpForByBTF() throws {
    let kernel = try RecordedKernel.backport.modelled(on: .amd)
    #expect(kernel.offers(.sevSNP) == .yes)
    #expect(kernel.capabilities[235] == 0b1_1101)
    #expect(kernel.interface.constants["KVM_CREATE_GUEST_MEMFD"] == 0xC040_AED4)
    #expect(kernel.interface.constants["KVM_SEV_SNP_LAUNCH_UPDATE"] == 101)
    #expect(kernel.interface.constants["KVM_SEV_NR_MAX"] == 103)
    #expect(kernel.interface.layouts["kvm_sev_snp_launch_update"]?.size == 64)
    #expect(kernel.settings[.snpPolicyRequired] == "0x30000")
    #expect(kernel.notes.first?.hasPrefix("the UAPI headers are of Linux 6.1.176") == true)
    let added = try #require(kernel.notes.last)
    #expect(added.hasPrefix("not in the headers, but kernel 6.12.95 has: KVM_CAP_GUEST_MEMFD, "))
    let whole = try RecordedKernel.trixie.modelled(on: .amd)
    #expect(
      kernel.capabilities.filter { $0.key != 213 } == whole.capabilities.filter { $0.key != 213 })
    #expect(kernel.vmCapabilities == whole.vmCapabilities)
    #expect(kernel.settings == whole.settings)
  }

  @Test func headersOfANewerKernelPromiseNothing() throws {
    var evidence = try RecordedKernel.bookworm.evidence()
    evidence.uapi = try RecordedKernel.sid.evidence().uapi
    let kernel = try ModelledKernel(evidence, on: .amd)
    #expect(!kernel.offers(.sevSNP).isYes)
    for name in [
      "KVM_CREATE_GUEST_MEMFD", "KVM_SEV_INIT2", "KVM_X86_SNP_VM", "KVM_CAP_VM_TYPES",
      "KVM_PRE_FAULT_MEMORY", "KVM_X86_SNP_POLICY_BITS", "KVM_TDX_INIT_VM",
    ] {
      #expect(kernel.interface.constants[name] == nil, "\(name)")
    }
    #expect(kernel.interface.layouts["kvm_sev_snp_launch_start"] == nil)
    let whole = try RecordedKernel.bookworm.modelled(on: .amd)
    #expect(kernel.capabilities == whole.capabilities)
    #expect(kernel.settings == whole.settings)
  }

  @Test func whatIsMissingIsNamed() throws {
    var evidence = try RecordedKernel.trixie.evidence()
    evidence.uapi = .absent("no headers")
    #expect(throws: ModelFailure.missing(.uapi, because: "no headers")) {
      try ModelledKernel(evidence, on: .amd)
    }
    evidence = try RecordedKernel.trixie.evidence()
    evidence.kconfig = .unreadable("broken")
    #expect(throws: ModelFailure.unreadable(.kconfig, because: "broken")) {
      try ModelledKernel(evidence, on: .amd)
    }
    evidence = try RecordedKernel.backport.evidence()
    evidence.btf = .absent("no BTF")
    #expect(
      throws: ModelFailure.missing(
        .btf,
        because: "no BTF, and the UAPI headers of Linux 6.1.176 are not of kernel "
          + "6.12.95+deb12-amd64")
    ) {
      try ModelledKernel(evidence, on: .amd)
    }
  }

  @Test func modulesWithoutBTFNeedMatchingHeaders() throws {
    var evidence = try RecordedKernel.backport.evidence()
    var types = try #require(evidence.btf.value)
    types.objects["kvm_amd"] = nil
    evidence.btf = .found(types)
    let failure = #expect(throws: ModelFailure.self) {
      try ModelledKernel(evidence, on: .amd)
    }
    #expect(failure?.description.contains("module kvm_amd has none") == true)
  }

  @Test func matchingHeadersStandInForBTF() throws {
    var evidence = try RecordedKernel.trixie.evidence()
    evidence.btf = .absent("no BTF")
    let kernel = try ModelledKernel(evidence, on: .amd)
    #expect(kernel.offers(.sevSNP) == .yes)
    #expect(
      kernel.notes == ["the kernel has no BTF: its types are taken from the headers"])
  }

  @Test func equalInputGivesEqualBytes() throws {
    for recorded in RecordedKernel.allCases {
      let first = try ModelDescription(of: try recorded.modelled(on: .amd)).text
      let second = try ModelDescription(of: try recorded.modelled(on: .amd)).text
      #expect(first == second)
    }
  }
}
