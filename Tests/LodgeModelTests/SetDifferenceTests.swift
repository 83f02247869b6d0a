import Foundation
import LodgeModel
import Testing

struct SetDifferenceTests {
  private func set(
    _ name: String, _ digit: String, _ cells: [Cell] = []
  ) throws -> Results.BuildSet {
    let id = try #require(Digest(String(repeating: digit, count: 64)))
    return Results.BuildSet(id: id, name: name, packages: 1, cells: cells)
  }

  private func cell(
    _ id: String, _ outcome: Outcome, _ type: DomainType? = .sev, on platform: String? = nil,
    stage: Stage = .packages, kind: Cell.Kind = .contract, reason: String = "it is so"
  ) -> Cell {
    Cell(
      kind: kind, id: id, catalogue: nil, type: type, platform: platform, stage: stage,
      outcome: outcome, reason: reason)
  }

  private func difference(
    _ after: [SetLaunches.Launch], from before: [SetLaunches.Launch]
  ) throws -> SetDifference {
    SetDifference(try set("sid", "2"), after, from: try set("trixie", "1"), before)
  }

  private func outcomes(
    _ after: [Cell], from before: [Cell]
  ) throws -> [SetDifference.OutcomeChange] {
    SetDifference(try set("sid", "2", after), [], from: try set("sid", "1", before), []).outcomes
  }

  @Test func aMeasurementThatChangedIsToldWithBothValuesAndAllThatDiffers() throws {
    let found = try difference(
      [
        .made("sev/a", .made("02", of: .sev, regions: [.pages("a"), .pages("b")])),
        .made("sev/b", .made("03", of: .sev)),
      ],
      from: [
        .made("sev/a", .made("01", of: .sev, regions: [.pages("x"), .pages("y")])),
        .made("sev/b", .made("03", of: .sev)),
      ])
    let change = try #require(found.measurements.first)
    #expect(found.measurements.count == 1 && found.unchanged == 1)
    #expect(change.scenario == "sev/a" && change.platform == "milan" && change.domain == "guest")
    #expect(change.type == .sev && change.algorithm == "sha256")
    #expect(change.before == "01" && change.after == "02")
    #expect(change.differences.count == 2)
    #expect(change.differences.first?.contains("page 0xffc00000") == true)
    #expect(found.onlyBefore == [] && found.onlyAfter == [])
  }

  @Test func launchesOfOneSetAloneAreNamedInOrder() throws {
    let found = try difference(
      [.made("sev/c", .made()), .made("sev/both", .made()), .made("sev/b", .made())],
      from: [.made("sev/both", .made()), .made("sev/both", on: "rome", .made())])
    #expect(found.measurements == [] && found.unchanged == 1)
    #expect(found.onlyBefore == ["sev/both on rome: guest"])
    #expect(found.onlyAfter == ["sev/b on milan: guest", "sev/c on milan: guest"])
  }

  @Test func theSidesAreTheSets() throws {
    let found = try difference([], from: [])
    #expect(found.before.name == "trixie" && found.before.id.hex.first == "1")
    #expect(found.after.name == "sid" && found.after.id.hex.first == "2")
  }

  @Test func anOutcomeThatChangedIsToldWithTheNewReason() throws {
    let found = try outcomes(
      [
        cell("a.b", .fail, reason: "broken"), cell("a.c", .pass), cell("a.new", .fail),
        cell("sev/a", .pass, on: "milan", stage: .launch, kind: .scenario),
      ],
      from: [
        cell("sev/a", .error, on: "milan", stage: .launch, kind: .scenario), cell("a.b", .pass),
        cell("a.c", .pass),
        cell("a.old", .fail),
      ])
    #expect(found.map(\.id) == ["a.b", "sev/a"])
    let first = try #require(found.first)
    #expect(first.before == .pass && first.after == .fail && first.reason == "broken")
    #expect(first.kind == .contract && first.type == .sev && first.platform == nil)
    #expect(found.last?.kind == .scenario && found.last?.platform == "milan")
    #expect(found.last?.stage == .launch)
  }

  @Test func anotherReasonAloneIsNoChange() throws {
    #expect(
      try outcomes([cell("a.b", .fail, reason: "one")], from: [cell("a.b", .fail, reason: "two")])
        == [])
  }

  @Test(arguments: [
    (DomainType?.some(.tdx), String?.none, Stage.packages, Cell.Kind.contract),
    (nil, nil, .packages, .contract), (.sev, "milan", .packages, .contract),
    (.sev, nil, .launch, .contract), (.sev, nil, .packages, .scenario),
  ])
  func whatStandsElsewhereIsAnotherCell(
    _ type: DomainType?, _ platform: String?, _ stage: Stage, _ kind: Cell.Kind
  ) throws {
    let now = cell("a.b", .fail, type, on: platform, stage: stage, kind: kind)
    #expect(try outcomes([now], from: [cell("a.b", .pass)]) == [])
  }

  @Test func programsReadItUnderItsSchema() throws {
    let bytes = try CanonicalJSON.encode(try difference([.made("sev/a", .made())], from: []))
    let object = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    #expect(object["schema"] as? String == "lodge.difference/1")
    #expect(object["onlyAfter"] as? [String] == ["sev/a on milan: guest"])
    #expect(
      Set(object.keys) == [
        "schema", "before", "after", "measurements", "unchanged", "onlyBefore", "onlyAfter",
        "outcomes",
      ])
  }
}
