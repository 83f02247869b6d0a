import Foundation
import LodgeModel
import LodgeRelease
import LodgeSite
import Testing

struct BisectionTextTests {
  private func cell(_ id: String, _ outcome: Outcome) -> Cell {
    Cell(
      kind: .contract, id: id, catalogue: "R01", type: .tdx, stage: .packages, outcome: outcome,
      reason: "so it is")
  }

  private func found(_ outcomes: [[Outcome?]], names: [String]) throws
    -> BisectionDocument.Found
  {
    let sets = try (0..<(outcomes.first?.count ?? 0)).map { index in
      let id = try #require(Digest(String(repeating: "\(index)a", count: 32)))
      let cells = zip(names, outcomes).compactMap { name, outcomes in
        outcomes[index].map { cell(name, $0) }
      }
      return Bisection.Recorded(id: id, cells: cells)
    }
    let bisection = Bisection(of: "candidate", sets, asking: .init("*"))
    let packages = PackageChanges(
      from: Lock(packages: [package("1")]), to: Lock(packages: [package("2")]),
      order: { _, _, _ in 1 }, changelog: { _, _ in .failure(.init("the store has none")) })
    return BisectionDocument.Found(
      bisection, packages: Dictionary(uniqueKeysWithValues: bisection.spans.map { ($0, packages) }))
  }

  private func package(_ version: String) -> Package {
    Package(
      name: "qemu-kvm", version: version, architecture: "x86_64", sha256: nil,
      size: 1, origin: "", suite: "", signature: .verified, path: "qemu-kvm.rpm")
  }

  @Test func everyKindOfAnswerIsTold() throws {
    let found = try found(
      [
        [.pass, .notRun, .fail, .fail], [.pass, .fail, .pass, .fail], [.fail, .pass, .pass, nil],
        [.fail, .fail, nil, .fail], [.pass, .pass, .pass, .pass], [.error, nil, .notRun, .blocked],
      ], names: ["broke", "flaps", "recovered", "always-bad", "good", "unknown"])
    try expectSnapshot(BisectionText([found]).text, "bisection.txt")
  }

  @Test func ofManyCellsOnlyThoseThatChangedAreNamed() throws {
    let names = (0..<20).map { "cell-\($0)" }
    let found = try found(
      [[.pass, .fail]] + names.dropFirst().map { _ in [.pass, .pass] }, names: names)
    let text = BisectionText([found]).text
    #expect(text.contains("R01 cell-0 (TDX)") && !text.contains("cell-1"))
    #expect(text.contains("never failed: 19 cells"))
  }

  @Test(arguments: HostileSample.texts)
  func whatSetsSayCannotSteerATerminal(_ text: String) throws {
    var found = try found([[.pass, .fail]], names: [text])
    found.bisection.name = text
    #expect(
      !BisectionText([found]).text.unicodeScalars.contains { scalar in
        scalar != "\n" && scalar.properties.generalCategory == .control
      })
  }
}
