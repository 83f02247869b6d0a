import LodgeContracts
import LodgeModel
import Testing

struct UAPIAcrossBuildsTests {
  let contract = Contract.uapiAcrossBuilds

  private func findings(
    _ evidence: Evidence, before: Evidence = .sid
  ) throws -> [Finding] {
    try #require(contract.cells(of: evidence, before: before).first).findings
  }

  @Test func theSameBuildHasNothing() throws {
    #expect(try findings(.sid).isEmpty)
    #expect(contract.cells(of: .sid).map(\.outcome) == [.notApplicable])
  }

  @Test func eachSuiteOnlyAddsToTheOneBefore() throws {
    #expect(try findings(.trixie, before: .bookworm).map(\.grade) == [.info])
    let findings = try findings(.sid, before: .trixie)
    #expect(findings.map(\.grade) == [.info])
    #expect(
      findings.first?.summary.hasPrefix("the headers have new names for confidential guests")
        == true)
  }

  @Test(arguments: ["KVM_X86_SNP_VM", "KVM_EXIT_TDX", "KVM_CAP_VM_TYPES", "SEV_RET_SUCCESS"])
  func aChangedNumberFails(name: String) throws {
    let findings = try findings(.sid.changing(\.uapi) { $0.constants[name] = 77 })
    #expect(findings.map(\.grade) == [.fail])
    #expect(findings.first?.summary.hasPrefix("\(name) was ") == true)
    #expect(findings.first?.sides.last == .now("\(name) is 77"))
  }

  @Test func aRemovedNumberIsAWarningWhereItIsOfConfidentialGuests() throws {
    let evidence = Evidence.sid.changing(\.uapi) {
      $0.constants["KVM_SEV_INIT2"] = nil
      $0.constants["KVM_EXIT_LOONGARCH_IOCSR"] = nil
    }
    #expect(try findings(evidence).map(\.summary) == ["KVM_SEV_INIT2, which was 22, is gone"])
  }

  @Test func whatIsGoneIsPlacedWhereItWas() throws {
    let before = Evidence.sid.changing(\.uapi) {
      $0.headers["KVM_X86_SNP_VM"] = "asm/kvm.h"
    }
    let now = before.changing(\.uapi) {
      ($0.constants["KVM_X86_SNP_VM"], $0.headers["KVM_X86_SNP_VM"]) = (nil, nil)
    }
    let finding = try #require(try findings(now, before: before).first)
    #expect(finding.where.contains("asm/kvm.h"), "\(finding.where)")
  }

  @Test func countsMayGrow() throws {
    let evidence = Evidence.sid.changing(\.uapi) { $0.constants["KVM_SEV_NR_MAX"] = 200 }
    #expect(try findings(evidence).isEmpty)
  }

  @Test func anotherSizeFails() throws {
    let evidence = Evidence.sid.changing(\.uapi) {
      $0.layouts["kvm_sev_snp_launch_start"]?.size = 72
    }
    #expect(
      try findings(evidence).map(\.summary) == [
        "struct kvm_sev_snp_launch_start was 64 bytes and is 72"
      ])
  }

  @Test func aMovedMemberFailsAndCarvedReservesDoNot() throws {
    let carved = [
      TypeLayout.Member(name: "id", offset: 0, size: 4), .init(name: "more", offset: 4, size: 4),
      .init(name: "pad0", offset: 8, size: 16),
    ]
    let wide = [
      TypeLayout.Member(name: "id", offset: 0, size: 4), .init(name: "pad0", offset: 4, size: 20),
    ]
    func evidence(_ members: [TypeLayout.Member]) -> Evidence {
      Evidence.sid.changing(\.uapi) { $0.layouts["kvm_sev_cmd"]?.members = members }
    }
    #expect(try findings(evidence(carved), before: evidence(wide)).isEmpty)
    var moved = carved
    moved[0].offset = 8
    #expect(
      try findings(evidence(moved), before: evidence(wide)).map(\.summary) == [
        "kvm_sev_cmd.id was at byte 0 and is at byte 8"
      ])
    #expect(try findings(evidence(wide), before: evidence(carved)).map(\.grade) == [.warn])
  }

  @Test func headersOfBothAreNeeded() throws {
    let gone = Evidence.sid.setting(\.uapi, to: .absent("nothing there"))
    #expect(contract.cells(of: .sid, before: gone).map(\.outcome) == [.notRun])
    #expect(contract.cells(of: gone, before: gone).map(\.outcome) == [.notRun])
  }

  /// For what compares, nothing is not the same as something that cannot be known.
  @Test func headersThatTheBuildBeforeHadAreMissed() throws {
    let gone = Evidence.sid.setting(\.uapi, to: .absent("nothing there"))
    let finding = try #require(try findings(gone).first)
    #expect(finding.grade == .fail)
    #expect(finding.summary == "the set has no UAPI headers any more: nothing there")
    let unreadable = Evidence.sid.setting(\.uapi, to: .unreadable("bad"))
    #expect(contract.cells(of: unreadable, before: .sid).map(\.outcome) == [.error])
  }
}
