import LodgeContracts
import LodgeModel
import Testing

struct DocumentedPolicyTests {
  let contract = Contract.documentedPolicy

  private func refused(_ evidence: Evidence, _ type: DomainType) throws -> [String] {
    let cell = try contract.cell(of: evidence, type)
    #expect(cell.outcome == .pass && cell.findings.allSatisfy { $0.grade == .warn })
    return cell.findings.map { String($0.where.split(separator: " ").last ?? "") }
  }

  @Test func theKernelOfTrixieRefusesSixDocumentedBits() throws {
    #expect(try refused(.trixie, .sevSNP) == ["18", "20", "21", "22", "23", "24"])
  }

  @Test func theKernelOfSidRefusesTheMigrationAgentAlone() throws {
    #expect(try refused(.sid, .sevSNP) == ["18"])
    let finding = try #require(contract.cell(of: .sid, .sevSNP).findings.first)
    #expect(
      finding.sides == [
        .init(.libvirt, "18: Association with a migration agent is allowed when set"),
        .init(.kernel, "accepts bits 0 to 17, 19 to 25"),
      ])
  }

  @Test(arguments: [
    ("6.16.3", ["18", "20", "21", "22", "23", "24"]), ("6.17.1", ["18", "21", "22", "23", "24"]),
  ])
  func theSingleSocketIsTakenBySomeKernels(version: String, bits: [String]) throws {
    let evidence = Evidence.trixie.changing(\.kernel) { $0.version = version }
    #expect(try refused(evidence, .sevSNP) == bits)
  }

  @Test func debugOfTDXIsRefused() throws {
    #expect(try refused(.sid, .tdx) == ["0"])
  }

  @Test func withoutDocumentationItDoesNotApply() throws {
    let absent = Evidence.sid.setting(\.documentation, to: .absent("no page"))
    let cell = try contract.cell(of: absent, .sevSNP)
    #expect(cell.outcome == .notApplicable && cell.reason.contains("libvirt-doc"))
    let unreadable = Evidence.sid.setting(\.documentation, to: .unreadable("bad"))
    #expect(try contract.outcome(of: unreadable, .sevSNP) == .error)
    let old = Evidence.sid.changing(\.documentation) { $0.policyBits["tdx"] = nil }
    #expect(try contract.outcome(of: old, .tdx) == .notApplicable)
  }

  @Test func withoutHeadersItIsNotRun() throws {
    try expect(contract, needs: \.uapi, for: .sevSNP)
  }
}
