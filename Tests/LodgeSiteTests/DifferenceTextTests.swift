import LodgeModel
import LodgeSite
import Testing

struct DifferenceTextTests {
  @Test func callsThatDifferStandAboveTheirValuesAndScenarios() throws {
    let difference = try difference(Self.later, from: Self.earlier)
    try expectSnapshot(difference.measurementText(), "difference.txt")
  }

  @Test func nothingChangedIsSaid() throws {
    let launches = [Self.launch("sev/launch", .sev, "1", [.data("aa")])]
    #expect(
      try difference(launches, from: launches).measurementText()
        == "launch measurements: 0 changed, 1 are the same")
  }

  @Test func colourAddsNothingButEscapes() throws {
    let difference = try difference(Self.later, from: Self.earlier)
    let coloured = difference.measurementText(style: .ansi)
    #expect(coloured.contains("\u{1B}[1mSEV, "))
    #expect(coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == difference.measurementText())
  }

  @Test func callsAndScenariosAreWrappedAndValuesAreNot() throws {
    let scenarios = (0..<20).map { "sev/scenario-\($0)" }
    let difference = try difference(
      scenarios.map { Self.launch($0, .sev, "2", [.data("ab")]) },
      from: scenarios.map { Self.launch($0, .sev, "1", [.data("aa")]) })
    let lines = difference.measurementText(width: 60).split(separator: "\n")
    let wide = lines.filter { $0.count > 60 }
    #expect(
      wide == ["    " + Self.value("1", 64), "    -> " + Self.value("2", 64)].map { $0[...] })
    #expect(lines.contains("       sev/scenario-0, sev/scenario-1, sev/scenario-10,"))
  }

  @Test func whatSetsSayCannotSteerTheTerminal() throws {
    let evil = "\u{1B}]0;owned\u{07}"
    let difference = SetDifference(
      try set("sid\(evil)", "c4"),
      [
        Self.launch("sev/\(evil)", .sev, "2", [.data("a", by: evil)]),
        Self.launch("sev/new", .sev, evil, []),
      ],
      from: try set("trixie\(evil)", "7a"),
      [
        Self.launch("sev/\(evil)", .sev, "1", [.data("b", by: evil)]),
        Self.launch("sev/new", .sev, "1", []), Self.launch("sev/old", .sev, "1", []),
      ])
    let text = difference.measurementText()
    #expect(text.contains("sev/\u{FFFD}]0;owned\u{FFFD}") && text.contains("1 only on trixie"))
    #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{07}" })
  }

  // What was measured of two made-up sets.

  private static let registers = MeasuredRegion(
    call: "KVM_SEV_SNP_LAUNCH_FINISH", kind: "VMSA", address: nil, size: 0x2000,
    saveAreas: [.init(count: 2, fields: ["rip": "0xfff0"])])
  private static let floating = MeasuredRegion(
    call: "KVM_SEV_SNP_LAUNCH_FINISH", kind: "VMSA", address: nil, size: 0x2000,
    saveAreas: [.init(count: 2, fields: ["rip": "0xfff0", "mxcsr": "0x1f80"])])

  private static let earlier = [
    launch("sev/launch", .sev, "1", [.data("aa")]),
    launch("sev/policy[debug]", .sev, "1", [.data("aa")]),
    launch("sev/launch", .sev, "3", [.data("aa")], on: "amd-rome"),
    launch("sev/kernel-hashes", .sev, "1", [.data("aa")]),
    launch("sev/old", .sev, "1", [.data("aa")]), launch("sev-es/launch", .sevES, "5", []),
    launch("sev-snp/launch", .sevSNP, "6", [.page("aa"), .page("c", at: 0x80_e000), registers]),
    launch("tdx/launch", .tdx, "8", [.page("aa")]),
  ]
  private static let later = [
    launch("sev/launch", .sev, "2", [.data("ab")]),
    launch("sev/policy[debug]", .sev, "2", [.data("ab")]),
    launch("sev/launch", .sev, "4", [.data("ab")], on: "amd-rome"),
    launch("sev/kernel-hashes", .sev, "a", [.data("aa"), .data("h")]),
    launch("sev/new", .sev, "2", []), launch("sev/newer", .sev, "2", []),
    launch("sev-es/launch", .sevES, "5", []),
    launch("sev-snp/launch", .sevSNP, "7", [.page("ab"), .page("c", at: 0x80_e000), floating]),
    launch("tdx/launch", .tdx, "9", [.page("aa")]),
  ]

  private static func value(_ digit: String, _ count: Int) -> String {
    String(repeating: digit, count: count)
  }

  private static func launch(
    _ scenario: String, _ type: DomainType, _ digit: String, _ regions: [MeasuredRegion],
    on platform: String = "amd-milan"
  ) -> SetLaunches.Launch {
    let isShort = type < .sevSNP
    return SetLaunches.Launch(
      scenario: scenario, platform: platform,
      measured: MeasuredLaunch(
        domain: "guest", type: type, algorithm: isShort ? "sha256" : "sha384",
        measurement: value(digit, isShort ? 64 : 96), initialisation: "", regions: regions,
        predicted: .equal))
  }

  private func set(_ name: String, _ byte: String) throws -> Results.BuildSet {
    let id = try #require(Digest(String(repeating: byte, count: 32)))
    return Results.BuildSet(id: id, name: name, packages: 1, cells: [])
  }

  private func difference(
    _ later: [SetLaunches.Launch], from earlier: [SetLaunches.Launch]
  ) throws -> SetDifference {
    SetDifference(try set("sid", "c4"), later, from: try set("trixie", "7a"), earlier)
  }
}

extension MeasuredRegion {
  /// SEV data with a page for each letter, which its digest repeats.
  fileprivate static func data(
    _ letters: String, by call: String = "KVM_SEV_LAUNCH_UPDATE_DATA"
  ) -> Self {
    Self(
      call: call, kind: "data", address: nil, size: UInt64(letters.count) * Page.size,
      pages: letters.map { String(repeating: $0, count: digitsOfPage) }.joined())
  }

  /// Pages of an SNP guest, one for each letter, which its digest repeats.
  fileprivate static func page(_ letters: String, at address: UInt64 = 0xffff_e000) -> Self {
    Self(
      call: "KVM_SEV_SNP_LAUNCH_UPDATE", kind: "NORMAL", address: address,
      size: UInt64(letters.count) * Page.size,
      pages: letters.map { String(repeating: $0, count: digitsOfPage) }.joined())
  }
}
