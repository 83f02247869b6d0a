import LodgeContracts
import LodgeEvidence
import LodgeModel
import Testing

struct AllCollectorsTests {
  @Test func everyFactHasOneCollectorInTheOrderOfTheFacts() {
    #expect(allCollectors.map(\.fact) == FactName.allCases)
  }

  @Test func everyFactThatAContractReadsIsCollected() {
    let collected = Set(allCollectors.map(\.fact))
    for contract in allContracts {
      #expect(collected.isSuperset(of: contract.reads), "\(contract.id)")
    }
  }
}
