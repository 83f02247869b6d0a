import LodgeContracts
import LodgeEvidence
import LodgeModel
import Testing

struct AllCollectorsTests {
  @Test func collectorsStandInTheOrderOfTheFacts() {
    let collected = allCollectors.map(\.fact)
    #expect(collected == FactName.allCases.filter(collected.contains))
  }

  @Test func everyFactThatAContractReadsIsCollected() {
    let collected = Set(allCollectors.map(\.fact))
    for contract in allContracts {
      #expect(collected.isSuperset(of: contract.reads), "\(contract.id)")
    }
  }
}
