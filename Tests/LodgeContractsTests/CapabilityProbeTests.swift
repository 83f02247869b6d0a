import LodgeContracts
import LodgeModel
import Testing

struct CapabilityProbeTests {
  let contract = Contract.capabilityProbe

  private func evidence(_ reply: QMPReplies.Reply?) -> Evidence {
    .sid.changing(\.replies) { $0.byCommand["query-sev-capabilities"] = reply }
  }

  @Test(arguments: Suite.allCases) func eachSuiteRefusesAsLibvirtExpects(suite: Suite) {
    #expect(contract.cells(of: suite.evidence).flatMap(\.findings).isEmpty)
  }

  @Test func aWholeAnswerIsOne() throws {
    let whole = QMPReplies.Reply.returned(
      members: ["cbitpos", "cert-chain", "cpu0-id", "pdh", "reduced-phys-bits"])
    #expect(try contract.outcome(of: evidence(whole), .sevSNP) == .pass)
  }

  @Test(arguments: [
    (
      QMPReplies.Reply.returned(members: ["cbitpos", "pdh"]),
      "the answer to query-sev-capabilities lacks cert-chain and reduced-phys-bits"
    ),
    (
      .refused(class: "DeviceNotFound", description: "no sev-guest"),
      "query-sev-capabilities is refused with DeviceNotFound, not GenericError: no sev-guest"
    ),
    (.ended("died of signal 11"), "QEMU died of signal 11 over query-sev-capabilities"),
  ])
  func anythingElseFails(reply: QMPReplies.Reply, words: String) throws {
    let cells = contract.cells(of: evidence(reply))
    #expect(cells.map(\.outcome) == [.fail, .fail, .fail])
    #expect(cells.map(\.reason) == [words, words, words])
  }

  @Test func anAnswerThatCannotBeWholeFails() throws {
    let evidence = Evidence.sid.changing(\.qmp) {
      guard let answer = $0.shapes.answers["query-sev-capabilities"],
        case .object(var members, let tag, let arms) = $0.shapes.types[answer]
      else { return }
      members["cert-chain"] = nil
      $0.shapes.types[answer] = .object(members: members, tag: tag, arms: arms)
    }
    #expect(
      try contract.cell(of: evidence, .sev).reason
        == "the answer to query-sev-capabilities lacks cert-chain")
  }

  @Test func aQEMUWithoutTheCommandFails() throws {
    #expect(
      try contract.cell(of: evidence(nil), .sevSNP).reason
        == "QEMU has sev-snp-guest, but no command query-sev-capabilities")
  }

  @Test func anotherQuestionThatEndsQEMUFailsOnce() {
    let cells = contract.cells(
      of: .sid.changing(\.replies) { $0.byCommand["query-sgx-capabilities"] = .ended("died") })
    #expect(cells.map(\.outcome) == [.fail, .pass, .pass])
  }

  @Test func missingFactsAreNamed() throws {
    try expect(contract, needs: \.qom, for: .sev)
    try expect(contract, needs: \.replies, for: .sev)
  }
}
