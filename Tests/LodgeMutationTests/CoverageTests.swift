import LodgeContracts
import LodgeModel
import LodgeMutation
import Testing

/// A contract without a mutation, or with too few harmless changes, fails the build.
struct CoverageTests {
  @Test func everyContractHasAMutationAndHarmlessChanges() {
    let coverage = Coverage(of: allContracts, mutations: allMutations, harmless: harmlessChanges)
    #expect(coverage.gaps == [])
  }

  @Test func gapsAreNamed() {
    let coverage = Coverage(of: [.tdxLayers], mutations: [], harmless: [])
    #expect(
      coverage.gaps == [
        "R03 set.tdx-layers has no mutation that it must catch",
        "R03 set.tdx-layers has 0 harmless changes that touch what it reads, fewer than 3",
      ])
    let twice = Coverage(of: [], mutations: [allMutations[0], allMutations[0]], harmless: [])
    #expect(twice.gaps == ["2 changes are called \(allMutations[0].id)"])
  }
}
