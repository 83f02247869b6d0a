import Foundation
import LodgeMatrix
import LodgeModel
import LodgeScenarios
import Testing

/// The scenarios that Lodge ships.
struct ShippedScenariosTests {
  private let path = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Scenarios")
    .path(percentEncoded: false)

  @Test func allOfThemAreWithinTheGrammar() throws {
    let folder = try ScenarioFolder(at: path)
    #expect(folder.scenarios.count >= 40)
    for type in DomainType.confidential {
      let claims = Set(folder.scenarios.filter { $0.type == type }.map { $0.file })
      #expect(claims.count >= 7, "\(type)")
    }
  }

  @Test func theirIdsAndDomainNamesAreTheirOwn() throws {
    let scenarios = try ScenarioFolder(at: path).scenarios
    #expect(Set(scenarios.map(\.id)).count == scenarios.count)
    let names = scenarios.flatMap { scenario in
      scenario.domains.map { scenario.domainName($0.label) }
    }
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z0-9-]+/) != nil })
  }

  @Test func everyPlatformThatTheyNameIsThere() throws {
    let scenarios = try ScenarioFolder(at: path).scenarios
    for platform in Set(scenarios.flatMap(\.platforms)) {
      let file = "\(path)/platforms/\(platform).yaml"
      #expect(FileManager.default.fileExists(atPath: file), "\(platform)")
    }
  }

  @Test func theLadderCoversEveryConfidentialType() throws {
    let ladder = try ScenarioFolder(at: path).ladder
    for type in DomainType.confidential {
      let rungs = ladder.rungs[type] ?? []
      #expect(rungs.contains { $0.lacks == .schema(type) })
      #expect(rungs.contains { $0.lacks == .kernel(type) })
      #expect(rungs.contains { $0.lacks == .platform(type) })
    }
  }
}
