import LodgeModel
import LodgeSite
import Testing

struct GridTableTests {
  /// Mixes after two made-up sets; the kernel decides, and one combination cannot be resolved.
  private func results(of grid: Matrix.Grid) throws -> Results {
    var sets = [try Sample.trixie(), try Sample.sid()]
    for combination in grid.combinations {
      var set = combination.first == "sid" ? try Sample.sid() : try Sample.trixie()
      if combination.prefix(2) == ["trixie", "sid"] {
        (set.support, set.notes) = ([], [])
        set.cells = [
          Cell(
            kind: .contract, id: "set.closure", catalogue: "C10", type: nil, stage: .packages,
            outcome: .fail, reason: "cannot be resolved: qemu requires libc6")
        ]
      }
      set.name = grid.name(of: combination)
      sets.append(set)
    }
    return Results(sets: sets)
  }

  private func grid(_ members: [Member], _ sets: [String] = ["trixie", "sid"]) -> Matrix.Grid {
    Matrix.Grid(name: "grid", sets: sets, members: members, base: "trixie")
  }

  @Test func twoMembersMakeRowsAndColumns() throws {
    let grid = grid([.kernel, .qemu])
    let text = MatrixTable(try results(of: grid), grids: [grid]).text
    let tables = text.components("mixes of grid")
    // Mixes stand in their own tables, and nowhere among the sets.
    #expect(tables.count == 2 && !text.contains("grid/"))
    try expectSnapshot("mixes of grid" + (tables.last ?? ""), "grid.txt")
  }

  @Test func fourMembersOfThreeSetsFitTheWidth() throws {
    let grid = grid(Member.allCases, ["trixie", "sid", "bookworm"])
    let text = MatrixTable(try results(of: grid), grids: [grid], width: 80).text
    let table = "mixes of grid" + (text.components("mixes of grid").last ?? "")
    #expect(table.split(separator: "\n").allSatisfy { $0.count <= 80 })
    // Each of 81 combinations has its place, for each type.
    let entries = table.matches(of: #/no such set/#).count
    #expect(entries == 9 * 5, "\(entries)")
  }

  @Test func aMixThatWasChosenIsASetLikeAnyOther() throws {
    let grid = grid([.kernel, .qemu])
    var results = try results(of: grid)
    results.sets = [results.sets[2]]
    #expect(MatrixTable(results).text.hasPrefix("grid/trixie+trixie  "))
    results.sets[0].name = "trixie"
    #expect(!MatrixTable(results, grids: [grid]).text.contains("mixes of"))
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
