import LodgeContracts
import LodgeModel
import Testing

struct ModuleInterfaceTests {
  let contract = Contract.moduleInterface

  private func findings(
    _ evidence: Evidence = .trixie, before: Evidence = .trixie
  ) throws -> [Finding] {
    let cells = contract.cells(of: evidence, before: before)
    return try #require(cells.first).findings
  }

  @Test func theSameBuildHasNothing() throws {
    #expect(try findings().isEmpty)
    #expect(contract.cells(of: .trixie).map(\.outcome) == [.notApplicable])
  }

  @Test func aRemovedSymbolIsAWarning() throws {
    let evidence = Evidence.trixie.changing(\.moduleInterfaces) {
      $0.byName["ccp"]?.exports["sev_platform_init"] = nil
    }
    let findings = try findings(evidence)
    #expect(findings.map(\.summary) == ["ccp no longer gives sev_platform_init"])
    #expect(findings.map(\.grade) == [.warn])
    #expect(try self.findings(before: evidence).isEmpty)
  }

  @Test func anotherChecksumWithinASeriesIsAWarning() throws {
    let evidence = Evidence.trixie.changing(\.moduleInterfaces) {
      $0.byName["kvm"]?.exports["kvm_init"] = 1
    }
    let findings = try findings(evidence)
    #expect(
      findings.map(\.summary) == [
        "kvm_init of kvm has another checksum than on the build before"
      ])
    #expect(findings.first?.sides.last == .now("kvm_init has 0x1"))
  }

  @Test func anotherSeriesIsOneLine() throws {
    let findings = try findings(.trixie, before: .bookworm)
    #expect(findings.map(\.grade) == [.info])
    #expect(
      findings.first?.summary.hasPrefix("the kernel went from 6.1 to 6.12: 0 symbols") == true)
    #expect(try self.findings(.sid, before: .trixie).isEmpty)
  }

  @Test func interfacesOfBothAreNeeded() throws {
    let gone = Evidence.trixie.setting(\.moduleInterfaces, to: .absent("nothing there"))
    #expect(contract.cells(of: gone, before: .trixie).map(\.outcome) == [.fail])
    #expect(contract.cells(of: .trixie, before: gone).map(\.outcome) == [.notRun])
  }
}
