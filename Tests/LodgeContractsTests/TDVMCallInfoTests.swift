import LodgeContracts
import LodgeModel
import Testing

struct TDVMCallInfoTests {
  let contract = Contract.tdvmcallInfo

  @Test(arguments: [Evidence.sid, .tdxReady]) func releasedWordsPass(evidence: Evidence) throws {
    #expect(try contract.cell(of: evidence).isKeptInSilence)
  }

  @Test func wordsElsewhereFail() throws {
    let evidence = Evidence.sid.changing(\.uapi) {
      $0.layouts["kvm_tdx_capabilities"]?.moveWords(by: 8)
    }
    let cell = try contract.cell(of: evidence)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "the kernel's struct kvm_tdx_capabilities has kernel_tdvmcallinfo_1_r11 at "
        + "byte 24, where QEMU reads byte 16")
  }

  @Test func wordsThatAreStillReservedAreAWarning() throws {
    let evidence = Evidence.tdxReady.changing(\.btf) {
      $0.objects["kvm_intel"]?.layouts["kvm_tdx_capabilities"]?.members.removeAll {
        $0.name.contains("tdvmcallinfo")
      }
    }
    let cell = try contract.cell(of: evidence)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(cell.reason.hasPrefix("BTF: the kernel's struct kvm_tdx_capabilities has no kernel_"))
  }

  @Test func theHeadersOfQEMUDecideWhereTheyAreKnown() throws {
    var headers = try #require(Evidence.sid.uapi.value)
    headers.layouts["kvm_tdx_capabilities"]?.members.removeAll { $0.name.contains("info") }
    let older = Evidence.sid.setting(\.vendoredHeaders, to: .found(headers))
    #expect(try contract.cell(of: older).isKeptInSilence)
    headers.layouts = Evidence.sid.uapi.value?.layouts ?? [:]
    headers.layouts["kvm_tdx_capabilities"]?.moveWords(by: 16)
    let other = Evidence.sid.setting(\.vendoredHeaders, to: .found(headers))
    #expect(try contract.outcome(of: other) == .fail)
  }

  @Test func withoutAPromiseOrTheStructureItDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie) == .notApplicable)
    let old = Evidence.sid.taking(.kernel, from: .bookworm)
    #expect(try contract.outcome(of: old) == .notApplicable)
  }

  @Test func headersAreNeeded() throws { try expect(contract, needs: \.uapi) }
}

extension TypeLayout {
  fileprivate mutating func moveWords(by bytes: Int) {
    for index in members.indices where members[index].name.contains("tdvmcallinfo") {
      members[index].offset += bytes
    }
  }
}
