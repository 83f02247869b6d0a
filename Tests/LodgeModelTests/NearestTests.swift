import LodgeModel
import Testing

struct NearestTests {
  @Test func aMisspeltNameFindsItsNeighbour() {
    #expect(nearest(to: "suits", among: ["packages", "suites"]) == "suites")
    #expect(nearest(to: "trixi", among: ["sid", "trixie"]) == "trixie")
    #expect(nearest(to: "zzzz", among: ["sid", "trixie"]) == nil)
    #expect(nearest(to: "ab", among: ["ac", "aa"]) == "aa")
  }
}
