import Foundation
import LodgeModel
import LodgeRelease
import LodgeTesting
import Testing

struct CellChangesTests {
  @Test(arguments: [
    (Outcome?.some(.pass), Outcome?.some(.fail), CellChanges.Category?.some(.newFailures)),
    (.notRun, .fail, .newFailures), (.error, .fail, .newFailures), (nil, .fail, .newFailures),
    (.notApplicable, .fail, .newFailures), (.fail, .pass, .fixed),
    (.fail, .fail, .stillFailing), (.pass, .notRun, .newlyNotRun), (.fail, .error, .newlyNotRun),
    (.notApplicable, .blocked, .newlyNotRun), (.pass, nil, .newlyNotRun),
    (.fail, nil, .newlyNotRun), (.notRun, .pass, .newlyJudged),
    (.error, .notApplicable, .newlyJudged), (nil, .pass, .appeared), (nil, .notRun, .appeared),
    (nil, .error, .appeared), (.notRun, nil, .disappeared), (.error, nil, .disappeared),
    (.notRun, .error, .other), (.pass, .notApplicable, .other), (.fail, .notApplicable, .other),
    (.pass, .pass, nil), (.notRun, .notRun, nil), (.error, .error, nil),
  ])
  func aCellHasOneCategory(
    _ before: Outcome?, _ after: Outcome?, _ category: CellChanges.Category?
  ) {
    #expect(CellChanges.Category(from: before, to: after) == category)
  }

  /// Every cell of either set stands in one place, or is unchanged.
  @Test(arguments: 0..<50)
  func nothingIsLostAndNothingToldTwice(_ seed: UInt64) {
    var random = SplitMix(state: seed)
    func cells() -> [Cell] {
      (0..<60).compactMap { number in
        guard Int.random(in: 0..<4, using: &random) > 0 else { return nil }
        let outcome = Outcome.allCases.randomElement(using: &random) ?? .pass
        return Sample.contract(
          "R\(number % 20)", outcome, type: [.sev, .tdx, nil][number / 20],
          says: Bool.random(using: &random) ? "this" : "that")
      }
    }
    let (before, after) = (cells(), cells())
    let changes = CellChanges(from: before, to: after)
    func place(_ cell: Cell) -> String { "\(Claim(of: cell).title) \(cell.stage)" }
    let told = CellChanges.Category.allCases.flatMap { changes.of($0) }
      .map { "\($0.claim.title) \($0.stage)" }
    #expect(Set(told).count == told.count)
    let all = Set(before.map(place)).union(after.map(place))
    #expect(Set(told).isSubset(of: all) && told.count + changes.unchanged == all.count)
    let (old, new) = (
      Dictionary(uniqueKeysWithValues: before.map { (place($0), $0.outcome) }),
      Dictionary(uniqueKeysWithValues: after.map { (place($0), $0.outcome) })
    )
    for category in CellChanges.Category.allCases {
      for change in changes.of(category) {
        let name = "\(change.claim.title) \(change.stage)"
        #expect(old[name] == change.before && new[name] == change.after)
        #expect(CellChanges.Category(from: change.before, to: change.after) == category)
      }
    }
    for name in all.subtracting(told) { #expect(old[name] == new[name] && new[name] != .fail) }
  }

  @Test func aReasonThatChangedIsTold() {
    let before = [
      Sample.contract("R1", .fail, says: "a"), Sample.contract("R2", .fail, says: "b"),
      Sample.contract("R3", says: "gone"),
    ]
    let after = [
      Sample.contract("R1", .fail, says: "a"), Sample.contract("R2", .fail, says: "other"),
    ]
    let changes = CellChanges(from: before, to: after)
    #expect(changes.of(.stillFailing).map(\.reasonChanged) == [false, true])
    #expect(changes.of(.stillFailing).map(\.reason) == ["a", "other"])
    #expect(changes.of(.newlyNotRun).map(\.reason) == ["gone"])
  }

  @Test func anotherCatalogueNumberIsTheSameContract() {
    var cell = Sample.contract("R1")
    let before = cell
    cell.catalogue = "R2"
    let changes = CellChanges(from: [before], to: [cell])
    #expect(changes.byCategory.isEmpty && changes.unchanged == 1)
  }

  @Test func programsReadEveryCategory() throws {
    let changes = CellChanges(from: [], to: [Sample.contract("R1", .fail)])
    let object = try #require(
      try JSONSerialization.jsonObject(with: CanonicalJSON.encode(changes)) as? [String: Any])
    #expect(
      Set(object.keys)
        == Set(CellChanges.Category.allCases.map(\.rawValue)).union(["unchanged"]))
    let failure = try #require((object["newFailures"] as? [[String: Any]])?.first)
    #expect(failure["before"] is NSNull && failure["after"] as? String == "fail")
    #expect(failure["catalogue"] as? String == "R1" && failure["reasonChanged"] as? Bool == true)
  }
}
