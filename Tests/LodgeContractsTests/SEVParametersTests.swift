import LodgeContracts
import LodgeModel
import Testing

struct SEVParametersTests {
  let contract = Contract.sevParameters

  @Test(arguments: [DomainType.sev, .sevES, .sevSNP])
  func presentParametersPass(type: DomainType) throws {
    #expect(try contract.outcome(of: .trixie, type) == .pass)
  }

  @Test(arguments: [("sev", DomainType.sev), ("sev_es", .sevES), ("sev_snp", .sevSNP)])
  func aMissingParameterFailsForItsTypeAlone(name: String, type: DomainType) throws {
    let cells = contract.cells(
      of: .sid.changing(\.modules) { $0.byName["kvm_amd"]?.parameters[name] = nil })
    #expect(cells.filter { $0.outcome == .fail }.map(\.type) == [type])
  }

  @Test func aMissingModuleFails() throws {
    let evidence = Evidence.sid.changing(\.modules) { $0.byName["kvm_amd"] = nil }
    #expect(try contract.cell(of: evidence, .sev).reason.contains("has no module kvm_amd"))
  }

  @Test func aKernelBuiltWithoutSEVFails() throws {
    let evidence = Evidence.sid.changing(\.kconfig) { $0.options["KVM_AMD_SEV"] = "n" }
    let cell = try contract.cell(of: evidence, .sev)
    #expect(cell.outcome == .fail && cell.reason.contains("built without KVM_AMD_SEV"))
  }

  @Test func linux6_1CannotKeepAPromiseOfSNP() throws {
    #expect(try contract.outcome(of: .trixie.taking(.kernel, from: .bookworm), .sevSNP) == .fail)
  }

  @Test func withoutAPromiseItDoesNotApply() throws {
    #expect(try contract.outcome(of: .bookworm, .sevSNP) == .notApplicable)
  }

  @Test func modulesAreNeeded() throws {
    try expect(contract, needs: \.modules)
  }

  private func changes(
    _ evidence: Evidence, since before: Evidence, _ type: DomainType
  ) throws -> [Finding] {
    let cells = contract.cells(of: evidence, before: before)
    return try #require(cells.first { $0.type == type }).findings
  }

  @Test func aRemovedParameterIsAWarningOfItsTypes() throws {
    let findings = try changes(.sid, since: .trixie, .sevSNP)
    #expect(
      findings.map(\.summary) == [
        "kvm_amd.debug_swap is gone: what sets it on hosts has no effect any more"
      ])
    #expect(findings.map(\.grade) == [.warn])
    #expect(try changes(.sid, since: .trixie, .sev).isEmpty)
    #expect(try changes(.trixie, since: .bookworm, .sevES).isEmpty)
  }

  @Test func anotherDefaultIsAWarning() throws {
    let evidence = Evidence.sid.changing(\.modules) {
      $0.byName["kvm_amd"]?.defaults["sev_snp"] = "N"
    }
    #expect(
      try changes(evidence, since: .sid, .sevSNP).map(\.summary) == [
        "kvm_amd.sev_snp was Y by default and is N"
      ])
    #expect(try changes(evidence, since: .sid, .sevES).isEmpty)
  }
}
