import LodgeContracts
import LodgeModel
import Testing

struct TDXLayersTests {
  let contract = Contract.tdxLayers

  @Test func layersThatAllKnowTDXPass() throws {
    #expect(try contract.outcome(of: .sid) == .pass)
  }

  @Test func aReplacedQEMUIsTheLayerBehind() throws {
    let cell = try contract.cell(of: .sid.taking(.qemu, from: .trixie))
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "QEMU has no tdx-guest, while libvirt accepts type='tdx' and "
        + "60-edk2-x86_64-inteltdx.json claims intel-tdx")
  }

  @Test(arguments: [Member.kernel, .qemu, .libvirt])
  func anyLayerFromTrixieIsBehind(member: Member) throws {
    #expect(try contract.outcome(of: .sid.taking(member, from: .trixie)) == .fail)
  }

  @Test func firmwareWithoutMetadataIsBehind() throws {
    let evidence = Evidence.sid.changing(\.firmware) { firmware in
      for index in firmware.images.indices { firmware.images[index].tdvf = .none }
    }
    #expect(try contract.cell(of: evidence).reason.contains("has no TDVF metadata"))
  }

  @Test func withoutAPromiseItDoesNotApply() throws {
    #expect(try contract.outcome(of: .trixie) == .notApplicable)
  }

  @Test func everyLayerIsNeeded() throws {
    try expect(contract, needs: \.uapi)
    try expect(contract, needs: \.qom)
    try expect(contract, needs: \.launchSecurity)
    try expect(contract, needs: \.firmware)
  }
}
