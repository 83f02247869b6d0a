import LodgeContracts
import LodgeModel
import Testing

struct SwitchedOffTests {
  let contract = Contract.switchedOff
  private let file = Source(file: "etc/modprobe.d/kvm.conf")
  private let line = Source(file: "etc/default/grub")

  private func failing(_ evidence: Evidence) -> [String] {
    contract.cells(of: evidence).filter { $0.outcome == .fail }.compactMap { $0.type?.rawValue }
  }

  private func sid(_ module: String, _ parameter: String, _ value: String) -> Evidence {
    .tdxReady.changing(\.hostSettings) {
      $0.moduleOptions = [
        .init(module: module, parameter: parameter, value: value, source: file)
      ]
    }.changing(\.modules) { $0.byName[module]?.parameters[parameter] = "bool" }
  }

  @Test(arguments: Suite.allCases) func theSuitesSwitchNothingOff(suite: Suite) {
    #expect(failing(suite.evidence) == [])
  }

  @Test func anOptionThatSwitchesATypeOffFails() throws {
    let evidence = sid("kvm_amd", "sev_snp", "0")
    #expect(failing(evidence) == ["sev-snp"])
    let cell = try contract.cell(of: evidence, .sevSNP)
    #expect(cell.reason.hasPrefix("kvm_amd.sev_snp=0 switches SEV-SNP off, while QEMU has"))
    #expect(cell.findings.map(\.where) == ["etc/modprobe.d/kvm.conf: kvm_amd.sev_snp=0"])
    #expect(failing(sid("kvm_amd", "sev", "N")) == ["sev", "sev-es", "sev-snp"])
    #expect(failing(sid("kvm_intel", "tdx", "off")) == ["tdx"])
    #expect(failing(sid("kvm", "mmio_caching", "0")) == ["sev-es", "sev-snp", "tdx"])
    #expect(failing(sid("kvm", "enable_virt_at_load", "0")) == ["tdx"])
  }

  @Test(arguments: [
    ("kvm_amd", "sev_snp", "1"), ("kvm_intel", "tdx", "Y"), ("kvm_amd", "avic", "0"),
    ("kvm_intel", "nested", "0"), ("snd", "sev", "0"),
  ])
  func otherOptionsAreHarmless(module: String, parameter: String, value: String) {
    #expect(failing(sid(module, parameter, value)) == [])
  }

  @Test(arguments: [
    ([("sev", "nosnp")], ["sev-snp"]), ([("sev", "debug,nosnp")], ["sev-snp"]),
    ([("sev", "debug")], []), ([("amd_iommu", "pgtbl_v2")], ["sev-snp"]),
    ([("amd_iommu", "pgtbl_v2"), ("amd_iommu", "pgtbl_v1")], []),
    ([("amd_iommu", "fullflush")], []), ([("iommu", "pt"), ("sev", "nosnp")], ["sev-snp"]),
  ])
  func wordsOfTheCommandLineLeaveSNPOut(words: [(String, String)], types: [String]) {
    let evidence = Evidence.tdxReady.changing(\.hostSettings) {
      $0.kernelWords = words.map { .init(name: $0, value: $1, source: line) }
    }
    #expect(failing(evidence) == types)
  }

  @Test func theLastWordCounts() {
    let evidence = sid("kvm_amd", "sev", "0").changing(\.hostSettings) {
      $0.moduleOptions.append(
        .init(module: "kvm_amd", parameter: "sev", value: "1", source: file))
    }
    #expect(failing(evidence) == [])
  }

  @Test func whatTheKernelDoesNotKnowDoesNothing() {
    let evidence = sid("kvm_amd", "sev", "0").changing(\.modules) {
      $0.byName["kvm_amd"]?.parameters["sev"] = nil
    }
    #expect(failing(evidence) == [])
    let builtIn = sid("kvm_amd", "sev", "0").changing(\.modules) {
      $0.byName["kvm_amd"]?.isBuiltIn = true
    }
    #expect(failing(builtIn) == [])
  }

  @Test(arguments: [
    ("kvm_amd", "install kvm_amd /bin/false", ["sev", "sev-es", "sev-snp"]),
    ("ccp", "module_blacklist=ccp", ["sev", "sev-es", "sev-snp"]),
    ("kvm_intel", "install kvm_intel /bin/true", ["tdx"]), ("ccp", "blacklist ccp", []),
    ("kvm_intel", "blacklist kvm_intel", []), ("snd", "install snd /bin/true", []),
  ])
  func modulesThatCannotBeLoadedFail(module: String, words: String, types: [String]) {
    let evidence = Evidence.tdxReady.changing(\.hostSettings) {
      $0.blockedModules = [.init(module: module, words: words, source: file)]
    }
    #expect(failing(evidence) == types)
  }

  @Test func aBlacklistIsWarnedOf() throws {
    let evidence = Evidence.tdxReady.changing(\.hostSettings) {
      $0.blockedModules = [
        .init(module: "kvm_intel", words: "blacklist kvm_intel", source: file)
      ]
    }
    #expect(try contract.cell(of: evidence, .tdx).findings.map(\.grade) == [.warn])
  }

  @Test(arguments: [
    ([("iommu", "pt")], true), ([("iommu", "pt"), ("iommu", "nopt")], false),
    ([("iommu.passthrough", "1")], true), ([("iommu.passthrough", "0")], false),
    ([("amd_iommu", "off")], true), ([("intel_iommu", "off")], false),
  ])
  func snpNeedsATranslatingIOMMU(words: [(String, String)], fails: Bool) {
    let evidence = Evidence.sid.changing(\.hostSettings) {
      $0.kernelWords = words.map { .init(name: $0.0, value: $0.1, source: line) }
    }
    #expect(failing(evidence) == (fails ? ["sev-snp"] : []))
    let built = Evidence.sid.changing(\.kconfig) { $0.options["IOMMU_DEFAULT_PASSTHROUGH"] = "y" }
    #expect(failing(built) == ["sev-snp"])
  }

  @Test func withoutSettingsItIsNotRun() throws {
    try expect(contract, needs: \.hostSettings, for: .sev)
  }
}
