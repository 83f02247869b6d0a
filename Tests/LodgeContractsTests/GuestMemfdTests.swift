import LodgeContracts
import LodgeModel
import Testing

struct GuestMemfdTests {
  let contract = Contract.guestMemfd

  @Test func bothNamesOfTheOptionPass() throws {
    #expect(try contract.outcome(of: .trixie, .sevSNP) == .pass)
    #expect(try contract.outcome(of: .sid, .sevSNP) == .pass)
    #expect(try contract.outcome(of: .sid, .tdx) == .pass)
  }

  @Test func memoryAttributesAloneTellTheDifference() throws {
    let evidence = Evidence.sid.changing(\.kconfig) {
      $0.options["KVM_GENERIC_MEMORY_ATTRIBUTES"] = nil
    }
    #expect(
      try contract.cell(of: evidence, .sevSNP).reason.contains("KVM_GENERIC_MEMORY_ATTRIBUTES"))
  }

  @Test(arguments: ["KVM_CAP_USER_MEMORY2", "KVM_CAP_MEMORY_ATTRIBUTES", "KVM_CAP_GUEST_MEMFD"])
  func everyCapabilityIsNeeded(name: String) throws {
    let missing = Evidence.sid.changing(\.uapi) { $0.constants[name] = nil }
    #expect(try contract.outcome(of: missing, .sevSNP) == .fail)
    let moved = Evidence.sid.changing(\.uapi) { $0.constants[name] = 300 }
    #expect(try contract.outcome(of: moved, .tdx) == .fail)
  }

  @Test func anotherSizeFails() throws {
    let evidence = Evidence.sid.changing(\.uapi) {
      $0.layouts["kvm_userspace_memory_region2"]?.size = 128
    }
    #expect(try contract.outcome(of: evidence, .tdx) == .fail)
  }

  @Test func membersThatChangedPlacesFail() throws {
    let evidence = Evidence.sid.changing(\.uapi) {
      guard var layout = $0.layouts["kvm_memory_attributes"] else { return }
      (layout.members[0].offset, layout.members[1].offset) = (8, 0)
      $0.layouts["kvm_memory_attributes"] = layout
    }
    #expect(
      try contract.cell(of: evidence, .sevSNP).reason
        == "the kernel's kvm_memory_attributes.address is at byte 8, which is at byte 0 upstream")
  }

  @Test func withoutAPromiseItDoesNotApply() throws {
    #expect(try contract.outcome(of: .bookworm, .sevSNP) == .notApplicable)
    #expect(try contract.outcome(of: .trixie, .tdx) == .notApplicable)
  }

  @Test func configurationAndHeadersAreNeeded() throws {
    try expect(contract, needs: \.kconfig)
    try expect(contract, needs: \.uapi)
  }
}
