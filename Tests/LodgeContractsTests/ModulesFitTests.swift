import LodgeContracts
import LodgeModel
import Testing

struct ModulesFitTests {
  let contract = Contract.modulesFit

  @Test(arguments: Suite.allCases) func oneBuildPasses(suite: Suite) throws {
    #expect(try contract.cell(of: suite.evidence).isKeptInSilence)
  }

  private func changing(
    _ evidence: Evidence, _ module: String = "kvm_amd",
    _ change: (inout ModuleInterfaces.Interface) -> Void
  ) throws -> Cell {
    try contract.cell(
      of: evidence.changing(\.moduleInterfaces) { interfaces in
        guard var interface = interfaces.byName[module] else { return }
        change(&interface)
        interfaces.byName[module] = interface
      })
  }

  @Test(arguments: [("kvm_init", "kvm"), ("module_layout", "the kernel")])
  func anotherChecksumFails(symbol: String, giver: String) throws {
    let cell = try changing(.trixie) { $0.imports[symbol] = 1 }
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "kvm_amd was built against another build of \(giver): \(symbol) has another "
        + "checksum")
    #expect(cell.findings.first?.sides.first?.says == "takes \(symbol) with 0x1")
  }

  @Test(arguments: Suite.allCases) func aSymbolThatNobodyGivesFails(suite: Suite) throws {
    let cell = try changing(suite.evidence, "kvm") { $0.exports["kvm_init"] = nil }
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "kvm_amd takes kvm_init, which neither the kernel nor a module gives")
  }

  @Test func whatAnUnknownModuleMayGiveIsNotMissed() throws {
    let cell = try changing(.trixie, "kvm") { $0.imports["irq_bypass_register_consumer"] = 5 }
    #expect(cell.isKeptInSilence)
  }

  @Test(arguments: [("ccp", "kvm_amd"), ("kvm", "kvm_amd")])
  func aModuleThatOthersAreLoadedBehindIsMissed(name: String, other: String) throws {
    let evidence = Evidence.trixie.changing(\.moduleInterfaces) { $0.byName[name] = nil }
      .changing(\.modules) { $0.byName[name] = nil }
    let cell = try contract.cell(of: evidence)
    #expect(cell.outcome == .fail)
    #expect(
      cell.findings.map(\.summary).contains(
        "\(other) is loaded behind \(name), which the set does not have"))
  }

  @Test func withoutChecksumsAnotherReleaseFails() throws {
    let cell = try changing(.sid) { $0.vermagic = "7.2.12+deb14-amd64 SMP preempt mod_unload" }
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "kvm_amd is built for 7.2.12+deb14-amd64, and the kernel 7.2.13+deb14-amd64 "
        + "refuses it")
  }

  @Test func withChecksumsThatFitAnotherReleaseIsNews() throws {
    let cell = try changing(.trixie) {
      $0.vermagic = "6.12.100+deb13-amd64 SMP preempt mod_unload modversions"
    }
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.info])
  }

  @Test func anotherConfigurationFails() throws {
    let cell = try changing(.trixie) { $0.vermagic = "6.12.117+deb13-amd64 SMP mod_unload" }
    #expect(cell.outcome == .fail && cell.reason.contains("it refuses the module"))
  }

  @Test func anImageOfAnotherReleaseFails() throws {
    let evidence = Evidence.trixie.changing(\.moduleInterfaces) {
      $0.image?.release = "6.12.100+deb13-amd64"
    }
    let reasons = try contract.cell(of: evidence).findings.map(\.summary)
    #expect(
      reasons.first == "the kernel image calls itself 6.12.100+deb13-amd64, so it does not look "
        + "for modules in the folder of 6.12.117+deb13-amd64")
  }

  @Test func withoutAnImageModulesAreHeldAgainstEachOther() throws {
    let evidence = Evidence.trixie.changing(\.moduleInterfaces) { $0.image = nil }
    #expect(try contract.cell(of: evidence).isKeptInSilence)
    #expect(try changing(evidence) { $0.imports["kvm_init"] = 1 }.outcome == .fail)
  }

  @Test func interfacesAreNeeded() throws { try expect(contract, needs: \.moduleInterfaces) }
}
