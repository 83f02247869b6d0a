import LodgeContracts
import LodgeModel
import Testing

struct DriverWordsTests {
  private let contract = Contract.driverWords

  @Test(arguments: Suite.allCases) func everySuiteHasItsWords(suite: Suite) throws {
    for type in DomainType.confidential {
      let cell = try contract.cell(of: suite.evidence, type)
      #expect(cell.outcome == .notApplicable || cell.isKeptInSilence, "\(type): \(cell.reason)")
    }
  }

  @Test(arguments: [
    (DriverWord.sevGuest, [DomainType.sev, .sevES]), (.snpGuest, [.sevSNP]), (.tdxGuest, [.tdx]),
    (.guestSupport, DomainType.confidential), (.guestSupportOfMachines, DomainType.confidential),
    (.sevDevice, [.sev, .sevES, .sevSNP]), (.sevParameter, [.sev, .sevES, .sevSNP]),
    (.tdxParameter, [.tdx]), (.queryCapabilities, [.sev, .sevES, .sevSNP]),
    (.certificateChain, [.sev, .sevES, .sevSNP]), (.querySEV, [.sev, .sevES, .sevSNP]),
    (.queryMeasurement, [.sev, .sevES]), (.injectSecret, [.sev, .sevES]), (.policyOfSNP, [.sevSNP]),
    (.typeOfSEV, [.sevSNP]),
  ])
  func aWordThatIsGoneFails(word: DriverWord, types: [DomainType]) throws {
    let evidence = Evidence.sid.changing(\.libvirtKeys) { $0.words?.removeAll { $0 == word } }
    let failed = contract.cells(of: evidence).filter { $0.outcome == .fail }
    #expect(failed.map(\.type) == types)
    #expect(failed.allSatisfy { $0.reason.contains("its driver has no \(word.rawValue), ") })
    #expect(failed.allSatisfy { $0.findings.count == 1 })
  }

  @Test func aLibvirtThatIsOlderThanAWordNeedsItNot() throws {
    let older = Evidence.bookworm.changing(\.libvirt) { $0.version = "7.0.0" }
      .changing(\.libvirtKeys) { $0.words = [.sevGuest] + Self.ofTheFirstDay }
    #expect(try contract.outcome(of: older, .sev) == .pass)
    let newer = older.changing(\.libvirt) { $0.version = "8.0.0" }
    #expect(try contract.outcome(of: newer, .sev) == .fail)
  }

  private static let ofTheFirstDay: [DriverWord] = [
    .queryCapabilities, .platformKey, .certificateChain, .encryptionBit, .reducedBits,
    .queryMeasurement, .sevDevice,
  ]

  @Test func factsAreNeeded() throws {
    try expect(contract, needs: \.launchSecurity)
    try expect(contract, needs: \.libvirt)
    try expect(contract, needs: \.libvirtKeys)
    let unsearched = Evidence.sid.changing(\.libvirtKeys) { $0.words = nil }
    #expect(try contract.outcome(of: unsearched, .sev) == .notRun)
  }
}
