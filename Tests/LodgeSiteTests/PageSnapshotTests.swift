import Foundation
import LodgeModel
import LodgeRelease
import Testing

@testable import LodgeSite

/// The pages as they are written, for one small ledger; a change of any shows in a review.
struct PageSnapshotTests {
  private let sets: [RecordedSet]
  private let site: Site
  private let pages: Pages
  private let cells: [SetCells]

  /// The halves of digests by the number of their outcome.
  private struct Pages: CellPages {
    var halves: [Int64: String] = [:]

    subscript(number: Int64) -> String? { halves[number] }
  }

  init() throws {
    let seen: [[Cell]] = [[Outcome.pass, .pass, .blocked], [.pass, .fail, .fail]].map { outcomes in
      [
        Cell(
          kind: .contract, id: "kernel.vm-type-numbers", catalogue: "R04", type: .tdx,
          stage: .packages, outcome: outcomes[0],
          reason: "the kernel gives each VM type the number that QEMU was built with",
          seconds: 0.25),
        Cell(
          kind: .contract, id: "firmware.kernel-hashes", catalogue: "R36", type: .sev,
          stage: .packages, outcome: outcomes[1], reason: "no code compares <hashes> & \"keys\"",
          findings: outcomes[1] == .pass
            ? []
            : [
              Finding(
                .fail, "no code compares <hashes> & \"keys\"", where: "ovmf 2026: OVMF.fd",
                sides: [Finding.Side(.firmware, "takes them"), Finding.Side(.qemu, "sends them")],
                remedy: "take another image"),
              Finding(.warn, "the image is not signed", where: "ovmf 2026: OVMF.fd"),
            ]),
        Cell(
          kind: .scenario, id: "sev/reset[anew]", catalogue: nil, type: .sev,
          platform: "amd-milan-snp", stage: .launch, outcome: outcomes[2],
          reason: "QEMU died of SIGABRT: sev_launch_start", layer: .qemu,
          measurements: [
            Cell.Measured(
              domain: "guest", type: .sev, algorithm: "sha256",
              measurement: String(repeating: "0f", count: 32))
          ],
          artefacts: [
            Artefact(kind: .transcript, digest: Digest(of: Data("1 kvm KVM_RUN <x>\n".utf8)))
          ]),
      ]
    }
    let locks = [1, 2].map { number in
      Lock(packages: [
        Package(
          name: "qemu-system-x86", version: "1:11.\(number)", architecture: "amd64",
          sha256: Digest(of: Data("\(number)".utf8)), size: 10, origin: "Debian", suite: "sid",
          signature: .verified, path: "pool/q.deb")
      ])
    }
    let ids = locks.map { Digest(of: $0.identity) }
    let support = [
      Support(type: .sev, member: .kernel, answer: .offered, reason: "KVM_AMD_SEV=y"),
      Support(type: .tdx, member: .kernel, answer: .notOffered, reason: "no INTEL_TDX_HOST"),
    ]
    let began = [0.0, 86_400].map { Date(timeIntervalSince1970: 1_795_700_000 + $0) }
    var sets: [RecordedSet] = []
    for number in [0, 1] {
      let run = RecordedSet.Run(
        number: Int64(number + 1), lab: "local", began: began[number], ended: began[number] + 60,
        tool: "0.1.0", matrix: "debian", arguments: ["run", "Matrices/debian.yaml"],
        baseline: number == 1 ? ids[0] : nil, evidence: ["10": ids[number]])
      var seenHere: [RecordedSet.Seen] = []
      for (place, cell) in seen[number].enumerated() {
        let outcome = Int64(number * 3 + place + 1)
        seenHere.append(RecordedSet.Seen(number: outcome, run: run.number, cell: cell))
      }
      sets.append(
        RecordedSet(
          id: ids[number], lock: locks[number], support: support, notes: ["a note"], runs: [run],
          seen: seenHere))
    }
    self.sets = sets
    var entries: [Outline.Entry] = []
    for number in [0, 1] {
      for (place, cell) in seen[number].enumerated() {
        entries.append(
          Outline.Entry(
            number: Int64(number * 3 + place + 1), run: Int64(number + 1), set: 1 - number,
            place: place, outcome: cell.outcome))
      }
    }
    let outline = Outline(
      sets: [1, 0].map { number in
        Outline.BuildSet(
          id: ids[number], names: ["sid"], seen: began[number], packages: 1, support: support)
      },
      places: seen[0].map { Outline.Place($0) },
      runs: [
        1: Outline.Run(lab: "local", began: began[0]),
        2: Outline.Run(lab: "local", began: began[1]),
      ], entries: entries)
    let site = Site(
      SiteIndex(outline), contracts: [],
      scenarios: [
        ScenarioText(
          id: "sev/reset[anew]", claim: "A domain that is reset starts anew", type: .sev,
          platforms: ["amd-milan-snp"], needs: "", steps: ["start", "reset"],
          file: "Scenarios/sev/reset.yaml")
      ])
    self.site = site
    cells = try [0, 1].map { try SetCells(site, set: 1 - $0, sets[$0]) }
    var pages = Pages()
    for one in cells.flatMap(\.published) { pages.halves[one.number] = one.digest.half }
    self.pages = pages
  }

  private func text(_ files: [SiteFile]) throws -> String {
    let page = try #require(files.first { $0.path.hasSuffix(".html") })
    return String(decoding: page.bytes, as: UTF8.self)
  }

  @Test func theFrontPage() throws {
    let page = MatrixPage(
      site, reasons: [5: "no code compares <hashes>", 6: "QEMU died", 3: "QEMU died"],
      pages: pages,
      underWay: [
        RunUnderWay(
          run: 3, lab: "lab <2>", began: Date(timeIntervalSince1970: 1_795_800_000),
          names: ["trixie"], cells: 12)
      ])
    try expectSnapshot(text(page.files), "page-matrix.html")
  }

  @Test func aSet() throws {
    try expectSnapshot(
      text(SetPage(site, set: 0, sets[1], pages: pages).files), "page-set.html")
  }

  @Test func aSetThatHasANewerOne() throws {
    let page = try text(SetPage(site, set: 1, sets[0], pages: pages).files)
    #expect(
      page.contains("Superseded by <a href=\"../../set/\(sets[1].id.half)/index.html\">"))
  }

  @Test func aCell() async throws {
    let written = await cells[1].pages(pages) { _ in Data("1 kvm KVM_RUN <x>\n".utf8) }
    let half = try #require(pages[6])
    let page = try #require(written.first { $0.path.hasSuffix("\(half).html") })
    try expectSnapshot(text([page]), "page-cell.html")
  }

  @Test func aScenario() throws {
    let promise = site.promise(of: Outline.Place(sets[0].seen[2].cell))
    try expectSnapshot(
      text(PromisePage(site, promise, places: [2], pages: pages).files()),
      "page-scenario.html")
  }

  @Test func theFeedAndTheSpreadsheet() throws {
    let feed = Feed(site, base: "https://matrix.example").file
    try expectSnapshot(String(decoding: feed.bytes, as: UTF8.self), "page-feed.atom")
    let table = Spreadsheet(site).file
    try expectSnapshot(
      String(decoding: table.bytes, as: UTF8.self).replacing("\r\n", with: "\n"),
      "page-matrix.csv")
  }
}
