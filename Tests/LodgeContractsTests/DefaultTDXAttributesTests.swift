import LodgeContracts
import LodgeModel
import Testing

struct DefaultTDXAttributesTests {
  let contract = Contract.tdxAttributes

  private func outcome(_ attributes: UInt64) throws -> Outcome {
    try contract.outcome(
      of: .sid.changing(\.defaults) { $0.objects["tdx-guest"]?["attributes"] = "\(attributes)" })
  }

  @Test func qemusOwnAttributesAreThoseOfEveryLinuxGuest() throws {
    #expect(try contract.outcome(of: .sid) == .pass)
    #expect(try contract.outcome(of: .trixie) == .notApplicable)
  }

  @Test(arguments: [UInt64(0), 1, 0x1000_0001, 0x5000_0000, 0x8000_0000_1000_0000])
  func otherAttributesFail(attributes: UInt64) throws {
    #expect(try outcome(attributes) == .fail)
  }

  @Test func missingFactsAreNamed() throws {
    try expect(contract, needs: \.qom)
    try expect(contract, needs: \.defaults)
  }
}
