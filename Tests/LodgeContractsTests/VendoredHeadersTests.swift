import LodgeContracts
import LodgeModel
import Testing

struct VendoredHeadersTests {
  let contract = Contract.vendoredHeaders

  @Test func headersOfOneLinePass() throws {
    for type in DomainType.confidential {
      #expect(try contract.outcome(of: .sid, type) == .pass)
    }
  }

  @Test(
    arguments: [
      ("KVM_SEV_SNP_LAUNCH_START", 256, DomainType.sevSNP), ("KVM_TDX_INIT_VM", 4, .tdx),
      ("KVM_SEV_INIT2", 23, .sev), ("KVM_EXIT_MEMORY_FAULT", 38, .tdx),
    ] as [(String, Int64, DomainType)])
  func anotherNumberFails(name: String, value: Int64, type: DomainType) throws {
    let evidence = Evidence.sid.changing(\.vendoredHeaders) { $0.constants[name] = value }
    let cell = try contract.cell(of: evidence, type)
    #expect(cell.outcome == .fail)
    #expect(cell.findings.first?.summary.hasPrefix("\(name) is \(value) in the headers") == true)
    #expect(cell.findings.first?.sides.map(\.who) == ["QEMU", "kernel"])
    let other = try contract.outcome(of: evidence, type == .tdx ? .sev : .tdx)
    #expect(other == (name.contains("EXIT") ? .fail : .pass), "common names concern all types")
  }

  @Test func anotherSizeOfAStructureFails() throws {
    let evidence = Evidence.sid.changing(\.uapi) {
      $0.layouts["kvm_sev_snp_launch_finish"]?.size = 56
    }
    #expect(try contract.outcome(of: evidence, .sevSNP) == .fail)
    #expect(try contract.outcome(of: evidence, .tdx) == .pass)
  }

  @Test func aMovedMemberFailsAndRoomForLaterOnesDoesNot() throws {
    func layout(_ flags: Int, padding: Int) -> TypeLayout {
      TypeLayout(
        size: 48,
        members: [
          .init(name: "flags", offset: flags, size: 4),
          .init(name: "pad", offset: 16, size: padding),
        ])
    }
    func evidence(_ flags: Int, padding: Int) -> Evidence {
      Evidence.sid.changing(\.uapi) { $0.layouts["kvm_sev_init"] = layout(8, padding: 32) }
        .changing(\.vendoredHeaders) {
          $0.layouts["kvm_sev_init"] = layout(flags, padding: padding)
        }
    }
    #expect(try contract.outcome(of: evidence(8, padding: 24), .sev) == .pass)
    #expect(try contract.outcome(of: evidence(12, padding: 32), .sev) == .fail)
  }

  @Test func whatGrowsByDesignAndWhatIsOnlyToldIsNoFailure() throws {
    let evidence = Evidence.sid.changing(\.vendoredHeaders) {
      $0.constants["KVM_SEV_NR_MAX"] = 90
      $0.constants["KVM_EXIT_HYPERCALL_VALID_MASK"] = 1
      $0.constants["SEV_RET_INVALID_PAGE_SIZE"] = 40
      $0.layouts["kvm_svm_nested_state_hdr"] = TypeLayout(size: 8, members: [])
    }.changing(\.uapi) {
      $0.constants["KVM_EXIT_HYPERCALL_VALID_MASK"] = 3
      $0.constants["SEV_RET_INVALID_PAGE_SIZE"] = 25
      $0.layouts["kvm_svm_nested_state_hdr"] = TypeLayout(size: 16, members: [])
    }
    let cell = try contract.cell(of: evidence, .sev)
    #expect(cell.outcome == .pass && cell.findings.allSatisfy { $0.grade == .info })
  }

  @Test func namesThatTheKernelLacksAreAWarning() throws {
    let evidence = Evidence.sid.changing(\.uapi) { $0.constants["KVM_TDX_GET_CPUID"] = nil }
    let cell = try contract.cell(of: evidence, .tdx)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(cell.findings.first?.summary.contains("KVM_TDX_GET_CPUID") == true)
  }

  @Test func withoutASourceLaunchesShowIt() throws {
    var evidence = Evidence.sid
    evidence.vendoredHeaders = .absent("no source package of QEMU is in the set")
    #expect(try contract.outcome(of: evidence, .sevSNP) == .notApplicable)
    func cells(_ command: String) -> [Cell] {
      let call = SentCalls.Call(
        type: .sevSNP, call: "KVM_MEMORY_ENCRYPT_OP", command: command, field: "id", number: 1,
        refusal: "EINVAL")
      return contract.cells(
        ofMeasured: SetLaunches([], calls: SentCalls([(call, place: "sev-snp/x")])), among: [],
        evidence: evidence
      ).filter { $0.type == .sevSNP }
    }
    #expect(cells("KVM_SEV_INIT2").flatMap(\.findings) == [])
    #expect(cells("KVM_SEV_SNP_INIT").flatMap(\.findings).map(\.grade) == [.warn])
  }

  @Test func aCopyThatCannotBeReadIsAnError() throws {
    var evidence = Evidence.sid
    evidence.vendoredHeaders = .unreadable("kvm.h, line 3: damaged")
    #expect(try contract.outcome(of: evidence, .sev) == .error)
  }

  @Test func aTypeThatQEMUDoesNotOfferDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie, .tdx) == .notApplicable)
  }

  @Test func factsAreNeeded() throws {
    try expect(contract, needs: \.uapi, for: .sev)
    try expect(contract, needs: \.qom, for: .sev)
  }
}
