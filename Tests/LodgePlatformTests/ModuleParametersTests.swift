import LodgeModel
import LodgePlatform
import Testing

struct ModuleParametersTests {
  private func parameters(
    _ recorded: RecordedKernel, _ platform: Platform
  ) throws -> [String: [String: String]] {
    try recorded.modelled(on: platform).parameters
  }

  @Test func parametersArePrintedAsTheirTypesAre() throws {
    let amd = try #require(try parameters(.trixie, .amd)["kvm_amd"])
    #expect(amd["sev"] == "Y")
    #expect(amd["sev_es"] == "Y")
    #expect(amd["sev_snp"] == "Y")
    #expect(amd["debug_swap"] == "Y")
    #expect(amd["nested"] == "1")
    let intel = try #require(try parameters(.trixie, .intel)["kvm_intel"])
    #expect(intel["nested"] == "Y")
    #expect(intel["ept"] == "Y")
  }

  @Test func whatTheModuleLacksIsNotThere() throws {
    let bookworm = try #require(try parameters(.bookworm, .amd)["kvm_amd"])
    #expect(bookworm["sev"] == "Y")
    #expect(bookworm["sev_snp"] == nil)
    #expect(bookworm["debug_swap"] == nil)
    #expect(try parameters(.sid, .amd)["kvm_amd"]?["debug_swap"] == nil)
    #expect(try parameters(.sid, .amd)["kvm_intel"] == nil)
    #expect(try parameters(.trixieCloud, .amd)["kvm_amd"]?["sev"] == nil)
  }

  @Test func hardwareAndOtherParametersSwitchOff() throws {
    var plain = Platform.amd
    plain.sev = nil
    let none = try #require(try parameters(.trixie, plain)["kvm_amd"])
    #expect(
      [none["sev"], none["sev_es"], none["sev_snp"], none["debug_swap"]] == ["N", "N", "N", "N"])
    let off = Platform.amd.choosing("kvm_amd", "sev", "0")
    let chosen = try #require(try parameters(.trixie, off)["kvm_amd"])
    #expect([chosen["sev"], chosen["sev_es"], chosen["sev_snp"]] == ["N", "N", "N"])
    let rome = Platform.amd.with { $0.eax &= ~(1 << 4) }
    let older = try #require(try parameters(.trixie, rome)["kvm_amd"])
    #expect([older["sev"], older["sev_es"], older["sev_snp"]] == ["Y", "Y", "N"])
    let unpaged = Platform.amd.choosing("kvm_amd", "npt", "N")
    #expect(try parameters(.trixie, unpaged)["kvm_amd"]?["sev"] == "N")
  }

  @Test func anAdministratorsChoiceIsThePlatformsLack() throws {
    let off = Platform.amd.choosing("kvm_amd", "sev", "N")
    let kernel = try RecordedKernel.trixie.modelled(on: off)
    #expect(
      kernel.offers(.sev)
        == .no(lacking: .platform, because: "the module parameter kvm_amd.sev of amd is off"))
    #expect(kernel.settings[.sevASIDs] == nil)
    // The firmware is there all the same, behind /dev/sev.
    #expect(kernel.settings[.sevAPIMajor] == "1")
    #expect(kernel.settings[.vmTypes] == "0x1")
  }

  @Test func allASIDsForSEVESLeaveNoneForSEV() throws {
    let shared = Platform.amd.with { $0.edx = 510 }
    let kernel = try RecordedKernel.sid.modelled(on: shared)
    #expect(
      kernel.offers(.sev) == .no(lacking: .platform, because: "amd has no ASIDs for SEV guests"))
    #expect(kernel.settings[.sevASIDs] == nil)
    #expect(kernel.settings[.sevESASIDs] == "1-509")
  }

  @Test func ciphertextHidingSplitsTheASIDs() throws {
    var hiding = Platform.amd.choosing("kvm_amd", "ciphertext_hiding_asids", "60")
    #expect(try RecordedKernel.sid.modelled(on: hiding).settings[.sevSNPASIDs] == nil)
    hiding.sev?.policyBits |= SNPPolicy.ciphertextHiding
    let kernel = try RecordedKernel.sid.modelled(on: hiding)
    #expect(kernel.settings[.sevSNPASIDs] == "1-60")
    #expect(kernel.settings[.sevESASIDs] == "61-99")
    let greedy = hiding.choosing("kvm_amd", "ciphertext_hiding_asids", "500")
    let all = try RecordedKernel.sid.modelled(on: greedy)
    #expect(all.settings[.sevSNPASIDs] == "1-99")
    #expect(!all.offers(.sevES).isYes)
    #expect(all.settings[.vmTypes] == "0x15")
    // Older kernels do not have it.
    #expect(try RecordedKernel.trixie.modelled(on: hiding).settings[.sevESASIDs] == "1-99")
  }
}
