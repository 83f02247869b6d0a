import Foundation
import LodgeModel
import Testing

struct CellCodingTests {
  private let cell = Cell(
    kind: .scenario, id: "sev/a", catalogue: nil, type: .sev, platform: "milan", stage: .launch,
    outcome: .pass, reason: "it is so")

  private func keys(of cell: Cell) throws -> Set<String> {
    let object = try JSONSerialization.jsonObject(with: CanonicalJSON.encode(cell))
    return Set(try #require(object as? [String: Any]).keys)
  }

  @Test func measurementsAreWrittenWhereThereAreSome() throws {
    var measured = cell
    measured.measurements = [Cell.Measured(.made("aa", of: .sev))]
    #expect(try keys(of: measured).subtracting(keys(of: cell)) == ["measurements"])
    #expect(try !keys(of: cell).contains("measurements"))
  }

  @Test func measurementsAreReadAsTheyWereWritten() throws {
    var measured = cell
    measured.measurements = [
      Cell.Measured(domain: "first", type: .sev, algorithm: "sha256", measurement: "aa"),
      Cell.Measured(domain: "second", type: .tdx, algorithm: "sha384", measurement: "bb"),
    ]
    let again = try CanonicalJSON.decode(Cell.self, from: CanonicalJSON.encode(measured))
    #expect(again == measured)
  }

  @Test func aCellOfTheFirstDayIsRead() throws {
    let old = """
      {"kind": "contract", "id": "a.b", "catalogue": "R01", "type": null, "platform": null,
       "stage": "packages", "outcome": "pass", "reason": "it is so", "findings": [],
       "seconds": 0.5}
      """
    let expected = Cell(
      kind: .contract, id: "a.b", catalogue: "R01", type: nil, stage: .packages, outcome: .pass,
      reason: "it is so", seconds: 0.5)
    #expect(try CanonicalJSON.decode(Cell.self, from: Data(old.utf8)) == expected)
  }

  @Test func aMeasurementIsThatOfItsLaunch() {
    let launch = MeasuredLaunch.made("ab", of: .tdx, domain: "second", regions: [.pages("a")])
    #expect(
      Cell.Measured(launch)
        == Cell.Measured(domain: "second", type: .tdx, algorithm: "sha384", measurement: "ab"))
  }
}
