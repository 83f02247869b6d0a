import LodgeMatrix
import LodgeModel
import Testing

struct MatrixFileTests {
  private let good = """
    sets:
      mine:
        apt: {suites: [trixie, trixie-backports], acceptExpired: true}
        packages: [qemu-system-x86, {name: ovmf, suite: sid}]
      here:
        installed: {kernel: 6.12.1}
      loose:
        files: [a.deb, folder]
    contracts: ["kernel.*", R25]
    platforms: [amd-milan-snp]
    """

  @Test func theWholeGrammarIsRead() throws {
    let matrix = try Matrix(yaml: good, file: "m.yaml")
    #expect(matrix.sets.map(\.name) == ["mine", "here", "loose"])
    #expect(
      matrix.sets.first?.source
        == .apt(
          AptWish(
            set: "mine", suites: ["trixie", "trixie-backports"], acceptExpired: true,
            members: [
              AptWish.Member(name: "qemu-system-x86"), AptWish.Member(name: "ovmf", suite: "sid"),
            ])))
    #expect(matrix.sets.map(\.source).contains(.installed(kernel: "6.12.1")))
    #expect(matrix.sets.map(\.source).contains(.files(["a.deb", "folder"])))
    #expect(matrix.contracts == ["kernel.*", "R25"])
    #expect(matrix.scenarios == ["*"])
    #expect(matrix.platforms == ["amd-milan-snp"])
  }

  @Test func aSetMayNameSources() throws {
    let text = good.replacing(
      "  here:\n", with: "    sources: [qemu, {name: linux, optional: true}]\n  here:\n")
    guard case .apt(let wish) = try Matrix(yaml: text, file: "m.yaml").sets[0].source else {
      Issue.record("it is no apt set")
      return
    }
    #expect(
      wish.sources == [SourceWish(name: "qemu"), SourceWish(name: "linux", isOptional: true)])
    let loose = good.replacing("  loose:\n", with: "  loose:\n    sources: [qemu]\n")
    let failure = #expect(throws: MatrixFailure.self) {
      _ = try Matrix(yaml: loose, file: "m.yaml")
    }
    #expect("\(try #require(failure))".contains("name its .dsc or .src.rpm here"))
  }

  @Test func aSetMayBeComparedWithAnotherOne() throws {
    let text = good.replacing("  loose:\n", with: "  loose:\n    baseline: mine\n")
    #expect(
      try Matrix(yaml: text, file: "m.yaml").sets.map(\.baseline) == [nil, nil, "mine"])
  }

  @Test(arguments: [
    ("loose", "a set is not compared with itself"), ("mne", "did you mean mine?"),
    ("{}", "a text is expected"),
  ])
  func onlyAnotherSetOfTheMatrixIsABaseline(_ name: String, _ words: String) throws {
    let text = good.replacing("  loose:\n", with: "  loose:\n    baseline: \(name)\n")
    let failure = #expect(throws: MatrixFailure.self) { _ = try Matrix(yaml: text, file: "m.yaml") }
    let told = "\(try #require(failure))"
    #expect(told.hasPrefix("m.yaml:8: ") && told.contains(words), "\(told)")
  }

  /// A change to the good file, the line that is to be named, and the words that help.
  @Test(arguments: [
    ("suites:", "suits:", 3, "did you mean suites?"),
    ("acceptExpired", "acceptexpired", 3, "did you mean acceptExpired?"),
    ("packages:", "package:", 4, "did you mean packages?"),
    ("contracts:", "contract:", 9, "did you mean contracts?"),
    ("true", "perhaps", 3, "true or false"),
    ("[trixie, trixie-backports]", "[]", 3, "at least one suite"),
    ("[trixie, trixie-backports]", "trixie", 3, "a list is expected"),
    ("qemu-system-x86,", "\"-o=Dir::Etc=/\",", 4, "cannot be a name"),
    ("installed:", "snap:", 6, "unknown key snap"),
    ("{suites: [trixie, trixie-backports], acceptExpired: true}", "{", 5, "no YAML"),
  ])
  func whatIsOutsideTheGrammarIsNamedWithItsLine(
    _ old: String, _ new: String, _ line: Int, _ words: String
  ) throws {
    let failure = #expect(throws: MatrixFailure.self) {
      _ = try Matrix(yaml: good.replacing(old, with: new, maxReplacements: 1), file: "m.yaml")
    }
    let text = "\(try #require(failure))"
    #expect(text.hasPrefix("m.yaml:\(line): ") && text.contains(words), "\(text)")
  }

  @Test func aSetHasOneSource() {
    #expect(throws: MatrixFailure.self) {
      _ = try Matrix(yaml: "sets: {a: {installed: {}, files: [x]}}", file: "m.yaml")
    }
    #expect(throws: MatrixFailure.self) { _ = try Matrix(yaml: "sets: {a: {}}", file: "m.yaml") }
    #expect(throws: MatrixFailure.self) { _ = try Matrix(yaml: "", file: "m.yaml") }
    #expect(throws: MatrixFailure.self) { _ = try Matrix(yaml: "sets: {}", file: "m.yaml") }
    #expect(throws: MatrixFailure.self) { _ = try Matrix(yaml: "a: {b: [}", file: "m.yaml") }
  }

  @Test func aKeyThatStandsTwiceIsAnError() {
    #expect(throws: MatrixFailure.self) {
      _ = try Matrix(yaml: "sets: {a: {installed: {}}, a: {installed: {}}}", file: "m.yaml")
    }
  }
}
