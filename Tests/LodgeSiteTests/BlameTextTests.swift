import LodgeModel
import LodgeSite
import Testing

struct BlameTextTests {
  private func side(_ name: String, _ byte: String) throws -> SetDifference.Side {
    SetDifference.Side(
      name: name, id: try #require(Digest(String(repeating: byte, count: 32))))
  }

  private func cell(_ catalogue: String?, _ id: String, _ type: DomainType) -> Cell {
    Cell(
      kind: catalogue == nil ? .scenario : .contract, id: id, catalogue: catalogue, type: type,
      platform: catalogue == nil ? "amd-milan-snp" : nil,
      stage: catalogue == nil ? .launch : .packages, outcome: .fail, reason: "")
  }

  private let parts: [SetPart] = [.kernel, .qemu, .firmware, .rest]

  private func mix(_ swapped: [SetPart], along: [String] = [], _ obstacles: String...)
    -> BlameReport.Mix
  {
    BlameReport.Mix(
      parts: Dictionary(
        uniqueKeysWithValues: parts.map { ($0, swapped.contains($0) ? "sid" : "trixie") }),
      packages: 200, along: along, obstacles: obstacles)
  }

  private func report(_ hostile: String = "") throws -> BlameReport {
    let seen = { (outcomes: [Outcome?], reason: String) in
      outcomes.map { outcome in
        BlameReport.Seen(
          outcome: outcome,
          reason: outcome == .fail ? reason + hostile : outcome == nil ? "cannot be resolved" : "so"
        )
      }
    }
    let obstacle = "package libvirt-daemon requires qemu-kvm, but none can be installed" + hostile
    return BlameReport(
      good: try side("trixie" + hostile, "7a"), bad: try side("sid", "c4"), parts: parts,
      mixes: [
        mix([]), mix(parts), mix([.kernel]), mix([.qemu], obstacle),
        mix([.firmware], along: (1...8).map { "lib\($0) 2.43-7" }), mix([.rest]),
        mix([.qemu, .rest], obstacle),
      ],
      blamed: [
        BlameReport.Blamed(
          cell("R36", "firmware.kernel-hashes", .sev),
          seen: seen([.pass, .fail, .pass, nil, .fail, .notApplicable, nil], "it is not enforced"),
          culprits: [[.firmware]], repairs: [[.firmware]], unknown: [[.qemu]],
          sentence: "trixie turns red with sid's firmware alone"),
        BlameReport.Blamed(
          cell("R37", "firmware.hash-section", .sevES),
          seen: seen([.pass, .fail, .pass, nil, .fail, .notApplicable, nil], "it has no section"),
          culprits: [[.firmware]], repairs: [[.firmware]], unknown: [[.qemu]],
          sentence: "trixie turns red with sid's firmware alone"),
        BlameReport.Blamed(
          cell(nil, "sev-es/reset", .sevES),
          seen: seen([.pass, .fail, .blocked, nil, .error, .notRun, nil], "QEMU died of SIGABRT"),
          culprits: [[.kernel]], repairs: [], unknown: [],
          sentence: "trixie turns red with sid's kernel alone"),
      ],
      passed: [
        BlameReport.Passed(
          cell("R01", "kernel.tdx-host-compiled", .tdx), sentence: "both sets keep it")
      ])
  }

  @Test func mixesStandBelowWhoIsToBlame() throws {
    try expectSnapshot(try report().text(), "blame.txt")
  }

  @Test func nobodyIsToBlame() throws {
    var report = try report()
    (report.blamed, report.mixes) = ([], Array(report.mixes.prefix(2)))
    #expect(report.exitCode == .nothingJudged)
    #expect(
      report.text() == """
        trixie 7a7a7a7a7a7a -> sid c4c4c4c4c4c4

        nobody is to blame for
          R01 kernel.tdx-host-compiled (TDX) at packages: both sets keep it
        """)
    report.passed = []
    #expect(report.text().hasSuffix("neither set has such a cell"))
  }

  @Test func colourAddsNothingButEscapes() throws {
    let report = try report()
    let coloured = report.text(style: .ansi)
    #expect(coloured.contains("\u{1B}[1;31mFAIL\u{1B}[0m"))
    #expect(coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == report.text())
  }

  @Test func whatPackagesSayCannotSteerTheTerminal() throws {
    let text = try report("\u{1B}]0;owned\u{07}").text()
    #expect(text.contains("\u{FFFD}]0;owned"))
    #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{07}" })
  }

  @Test func onlyAnAnswerIsGreen() throws {
    var report = try report()
    #expect(report.exitCode == .green)
    report.blamed = [report.blamed[0]]
    report.blamed[0].culprits = [parts]
    #expect(report.exitCode == .nothingJudged, "a smaller change is not known")
    report.blamed[0].unknown = []
    #expect(report.exitCode == .green)
    report.blamed[0].culprits = []
    #expect(report.exitCode == .nothingJudged)
  }
}
