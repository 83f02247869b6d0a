import LodgeMatrix
import LodgeModel
import Testing

struct GridFileTests {
  private let sets = """
    sets:
      bookworm: {apt: {suites: [bookworm]}, packages: [ovmf]}
      trixie: {apt: {suites: [trixie]}, packages: [ovmf]}
      sid: {apt: {suites: [sid]}, packages: [ovmf]}
      here: {installed: {}}
      a+b: {apt: {suites: [sid]}, packages: [ovmf]}
    mix:

    """

  private func matrix(_ grid: String) throws -> Matrix {
    try Matrix(yaml: sets + "  grid: \(grid)\n", file: "m.yaml")
  }

  @Test func everyCombinationIsASet() throws {
    let matrix = try matrix("{sets: [trixie, sid], members: [kernel, qemu], base: bookworm}")
    #expect(
      matrix.grids == [
        Matrix.Grid(
          name: "grid", sets: ["trixie", "sid"], members: [.kernel, .qemu], base: "bookworm")
      ])
    let mixes = matrix.mixes
    #expect(
      mixes.map(\.name) == [
        "grid/trixie+trixie", "grid/trixie+sid", "grid/sid+trixie", "grid/sid+sid",
      ])
    guard case .mix(let wish) = mixes[2].source else {
      Issue.record("it is no mix")
      return
    }
    #expect(wish.base.name == "bookworm" && wish.sets.map(\.name) == ["bookworm", "sid", "trixie"])
    #expect(wish.givers.mapValues(\.name) == [.kernel: "sid", .qemu: "trixie"])
    // The sets of the file are what they were.
    #expect(matrix.sets.count == 5)
  }

  @Test func allMembersAndTheFirstSetAreTheDefault() throws {
    let matrix = try matrix("{sets: [trixie, sid, bookworm]}")
    #expect(matrix.grids.first?.members == Member.allCases)
    #expect(matrix.grids.first?.base == "trixie")
    #expect(matrix.mixes.count == 81 && Set(matrix.mixes.map(\.name)).count == 81)
  }

  @Test(arguments: [
    ("{sets: [trixie, sidd]}", "did you mean sid?"),
    ("{sets: [trixie, sid], members: [kernle]}", "did you mean kernel?"),
    ("{sets: [trixie, sid], members: [shim]}", "there are kernel, qemu, libvirt, firmware"),
    ("{sets: [trixie, sid], base: bookwrm}", "did you mean bookworm?"),
    ("{sets: [trixie, sid], set: x}", "did you mean sets?"),
    ("{sets: [trixie]}", "two sets or more"), ("{sets: [sid, sid]}", "sid stands twice"),
    ("{sets: [trixie, sid], members: []}", "one member or more"), ("[]", "a mapping is expected"),
    ("{sets: [trixie, here]}", "installed on this host"), ("{sets: [a+b, sid]}", "“a+b” cannot"),
    ("{members: [kernel]}", "the key sets is missing"),
  ])
  func whatIsOutsideTheGrammarIsNamed(_ grid: String, _ words: String) throws {
    let failure = #expect(throws: MatrixFailure.self) { _ = try matrix(grid) }
    let text = "\(try #require(failure))"
    #expect(text.contains(words), "\(text)")
    #expect(text.hasPrefix("m.yaml:8: ") || words.contains("missing"), "\(text)")
  }

  @Test func thereIsABoundToCombinations() throws {
    let names = (1...5).map { "s\($0)" }
    let sets = names.map { "  \($0): {files: [x]}\n" }.joined()
    let text = "sets:\n\(sets)mix:\n  all: {sets: [\(names.joined(separator: ", "))]}\n"
    let failure = #expect(throws: MatrixFailure.self) { _ = try Matrix(yaml: text, file: "m.yaml") }
    let told = "\(try #require(failure))"
    #expect(told.hasPrefix("m.yaml:8: ") && told.contains("more than 256 combinations"), "\(told)")
    let four = text.replacing(", s5]", with: "]")
    #expect(try Matrix(yaml: four, file: "m.yaml").mixes.count == 256)
  }
}
