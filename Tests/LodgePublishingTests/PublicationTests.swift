import Foundation
import GRDB
import LodgeHost
import LodgeLedger
import LodgeModel
import LodgeRelease
import LodgeSite
import LodgeTesting
import Testing

@testable import LodgePublishing

/// A site is written from a ledger, and again as the ledger grows.
struct PublicationTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var site: String { "\(folder.path)/site" }

  private func publication(
    _ ledger: Ledger, to path: String? = nil, maker: String = "one", waivers: [Waiver] = [],
    claim: String = "it launches"
  ) throws -> Publication {
    Publication(
      ledger, to: try SiteFolder(at: path ?? site),
      Publication.Supplies(
        contracts: [],
        scenarios: [
          ScenarioText(
            id: "sev/launch", claim: claim, type: .sev, platforms: ["amd-milan-snp"], needs: "",
            steps: ["start"], file: "Scenarios/sev/launch.yaml")
        ], waivers: waivers, order: { _, _, _ in 0 }, version: "0.1.0",
        maker: Digest(of: Data(maker.utf8)), base: "https://matrix.example/",
        comparison: { before, after in
          Comparison(
            SetDifference(after, [], from: before, []),
            cells: CellChanges(from: before.cells, to: after.cells),
            packages: PackageChanges(
              from: Lock(packages: []), to: Lock(packages: []), order: { _, _, _ in 0 },
              changelog: { _, _ in .failure(Changelog.Missing("none")) }),
            evidence: EvidenceChanges(unknown: ["nothing was read"]))
        }))
  }

  private static let hostile =
    "</pre><script>alert(1)</script> \"\u{301} onx=\"y' & \u{1B}[31m {{title}}"

  private func lock(_ number: Int) -> Lock {
    Lock(
      packages: ["linux-image", "qemu-system-x86"].map { name in
        Package(
          name: name, version: "1:\(number).0-1", architecture: "amd64",
          sha256: Digest(of: Data("\(name) \(number)".utf8)), size: 1000, origin: "made up",
          suite: "sid", signature: .verified, path: "pool/\(name).deb")
      })
  }

  private func cells(_ number: Int, outcome: Outcome = .fail) -> [Cell] {
    DomainType.confidential.flatMap { type in
      [
        Cell(
          kind: .contract, id: "kernel.promise", catalogue: "B1", type: type, stage: .packages,
          outcome: .pass, reason: "it is kept"),
        Cell(
          kind: .contract, id: "../\(Self.hostile)", catalogue: "B2", type: type, stage: .packages,
          outcome: outcome, reason: "set \(number): \(Self.hostile)",
          findings: [
            Finding(
              .fail, "set \(number): \(Self.hostile)", where: Self.hostile,
              sides: [Finding.Side(who: Self.hostile, says: Self.hostile)], remedy: Self.hostile)
          ]),
        Cell(
          kind: .scenario, id: "\(type.rawValue)/launch[a b]", catalogue: nil, type: type,
          platform: "amd-milan-snp", stage: .launch, outcome: .blocked, reason: "it waits",
          artefacts: [Artefact(kind: .transcript, digest: Digest(of: Data(Self.hostile.utf8)))]),
      ]
    }
  }

  /// Records a set in a run of its own.
  private func record(
    _ number: Int, named name: String = Self.hostile, in ledger: Ledger, outcome: Outcome = .fail,
    at time: Double = 0
  ) throws {
    let run = try ledger.begin(
      Run.Start(
        tool: "0.1.0",
        started: Date(timeIntervalSince1970: 1_795_000_000 + Double(number) * 1000 + time),
        matrix: "debian", arguments: ["run", Self.hostile]))
    let lock = lock(number)
    try ledger.record(lock, id: lock.id, name: name, run: run)
    try ledger.keep([Digest(of: Data(Self.hostile.utf8)): Data(Self.hostile.utf8)])
    try ledger.record(
      cells: cells(number, outcome: outcome),
      support: [
        Support(type: .tdx, member: .kernel, answer: .notOffered, reason: Self.hostile),
        Support(type: .sev, member: .kernel, answer: .offered, reason: "so"),
      ], notes: [Self.hostile], ofSet: lock.id, run: run)
    try ledger.end(run, exitCode: 1)
  }

  private func files(_ path: String? = nil) throws -> [String: Data] {
    let path = path ?? site
    return try FileManager.default.subpathsOfDirectory(atPath: path).reduce(into: [:]) {
      var isFolder: ObjCBool = false
      let file = "\(path)/\($1)"
      guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder),
        !isFolder.boolValue, !$1.hasPrefix(".lodge")
      else { return }
      $0[$1] = try Data(contentsOf: URL(filePath: file))
    }
  }

  @Test func everyLinkLeadsSomewhere() async throws {
    let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
    for number in 0..<3 { try record(number, in: ledger) }
    try record(7, named: "other", in: ledger)
    _ = try await publication(ledger).write()
    let files = try files()
    let link = try Regex(#"(?:href|src)="([^"]*)""#)
    let anchor = try Regex(#" id="([^"]*)""#)
    let pages = files.filter { $0.key.hasSuffix(".html") }
      .mapValues { String(decoding: $0, as: UTF8.self) }
    let anchors = pages.mapValues { text in
      Set(text.matches(of: anchor).compactMap { $0[1].substring.map(String.init) })
    }
    #expect(pages.count > 60)
    var looked = 0
    for (page, text) in pages {
      for match in text.matches(of: link) {
        let reference = String(match[1].substring ?? "").replacing("&amp;", with: "&")
        guard reference != "#" else { continue }
        let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let target = String(parts[0]).removingPercentEncoding ?? ""
        let base = page.split(separator: "/").dropLast().map(String.init)
        var path = base
        for part in target.split(separator: "/") {
          if part == ".." { path.removeLast() } else { path.append(String(part)) }
        }
        let place = target.isEmpty ? page : path.joined(separator: "/")
        #expect(files[place] != nil, "\(page) -> \(reference)")
        if parts.count == 2, place.hasSuffix(".html") {
          #expect(anchors[place]?.contains(String(parts[1])) == true, "\(page) -> \(reference)")
        }
        looked += 1
      }
    }
    #expect(looked > 1000)
  }

  /// Nothing that a package, a domain or a run says is markup anywhere.
  @Test func hostileTextStaysText() async throws {
    let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
    for number in 0..<2 { try record(number, in: ledger) }
    _ = try await publication(ledger).write()
    for (path, bytes) in try files() where path.hasSuffix(".html") || path.hasSuffix(".svg") {
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("<script>"), "\(path)")
      #expect(!text.unicodeScalars.contains("\u{1B}"), "\(path)")
      #expect(!Data(text.utf8).contains(Data("\"\u{301}".utf8)), "\(path)")
      #expect(!path.hasSuffix(".html") || text.contains("Content-Security-Policy"), "\(path)")
    }
  }

  /// Who has the bytes of a cell can tell that they are those of its address.
  @Test func cellsAreNamedByTheirBytes() async throws {
    let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
    try record(1, in: ledger)
    _ = try await publication(ledger).write()
    let cells = try files().filter { path, _ in
      path.hasPrefix("set/") && path.hasSuffix(".json")
        && path.split(separator: "/").last?.count == 37
    }
    #expect(cells.count == 12)
    for (path, bytes) in cells {
      let half = path.split(separator: "/").last?.dropLast(5)
      #expect(half.map(String.init) == Digest(of: bytes).half)
      let document = try CanonicalJSON.decode(CellDocument.self, from: bytes)
      #expect(document.set == lock(1).id && document.schema == "lodge.cell/1")
    }
  }

  @Test func whatDidNotChangeIsLeftAlone() async throws {
    let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
    for number in 0..<3 { try record(number, in: ledger) }
    try record(7, named: "other", in: ledger)
    let first = try await publication(ledger).write()
    #expect(first.0.written > 100 && first.sets == 4)
    let before = try files()
    let second = try await publication(ledger).write()
    #expect(second.0.written == 0)
    #expect(try files() == before)

    // The same set again: its cells are superseded, none is rewritten.
    try record(2, in: ledger, outcome: .pass, at: 60)
    let third = try await publication(ledger).write()
    let after = try files()
    #expect(third.0.written > 0)
    for (path, bytes) in before where path.hasSuffix(".json") && path.hasPrefix("set/") {
      guard path.split(separator: "/").last?.count == 37 else { continue }
      #expect(after[path] == bytes, "\(path)")
    }
    let changed = Set(after.filter { before[$0.key] != $0.value }.keys)
    #expect(changed.count == third.0.written)
    let others = [0, 1].map { "set/\(lock($0).id.half)/" }
    #expect(!changed.contains { path in others.contains { path.hasPrefix($0) } && path.count > 60 })
    let superseded = after.filter { path, bytes in
      path.hasPrefix("set/\(lock(2).id.half)/") && path.hasSuffix(".html")
        && String(decoding: bytes, as: UTF8.self).contains("It was looked at again")
    }
    #expect(superseded.count == 12)

    // A site that is written at once from the same ledger is the same, byte for byte.
    _ = try await publication(ledger, to: "\(folder.path)/fresh").write()
    #expect(try files("\(folder.path)/fresh") == after)
  }

  /// A waiver stands on the page of the sets that it holds for, and leaves pages of cells alone.
  @Test func aWaiverStandsOnTheRedThatItIsFor() async throws {
    let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
    for number in 0..<2 { try record(number, in: ledger) }
    let now = Date(timeIntervalSince1970: 1_795_100_000)
    _ = try await publication(ledger).write(at: now)
    let bare = try files()
    let cell = try #require(
      ledger.everything(of: lock(1).id)?.seen.first { $0.cell.outcome == .blocked }?.cell)
    var waiver = Waiver(
      id: "numbers", cell: CellPattern(.scenario, Glob(cell.id.withoutCase), type: cell.type),
      scope: .set(lock(1).id), seen: [FailureSign("blocked: it waits")], reason: Self.hostile,
      issue: "https://issues.example/1", author: "Ann <ann@example.org>", created: now,
      expires: now + 86_400)
    #expect(waiver.answers(for: cell))
    _ = try await publication(ledger, waivers: [waiver]).write(at: now)
    let waived = try files()
    func page(_ number: Int) -> String { "set/\(lock(number).id.half)/index.html" }
    let told = String(decoding: waived[page(1)] ?? Data(), as: UTF8.self)
    #expect(told.contains("href=\"../../waivers.html#numbers\">Waived</a> until"))
    #expect(told.contains("by Ann &lt;ann@example.org&gt;, approved by nobody yet; it stays red: "))
    #expect(
      waived["set/\(lock(1).id.half)/index.json"] != bare["set/\(lock(1).id.half)/index.json"])
    let changed = Set(waived.filter { bare[$0.key] != $0.value }.keys)
    #expect(
      changed == [
        page(1), page(1).replacing(".html", with: ".json"), "waivers.html", "waivers.json",
      ])

    waiver.approver = "Bob <bob@example.org>"
    waiver.scope = .package(name: "linux-image", from: nil, below: "2")
    _ = try await publication(ledger, waivers: [waiver]).write(at: now)
    let approved = try files()
    for number in 0..<2 {
      let text = String(decoding: approved[page(number)] ?? Data(), as: UTF8.self)
      // No version is below another one where all are alike.
      #expect(!text.contains("Waived</a>"))
    }
    waiver.scope = .untilFixed
    _ = try await publication(ledger, waivers: [waiver]).write(at: now)
    #expect(
      String(decoding: try files()[page(0)] ?? Data(), as: UTF8.self)
        .contains("approved by Bob &lt;bob@example.org&gt;"))

    // Once it has ended the site is as if it had not been, but for the list of waivers.
    _ = try await publication(ledger, waivers: [waiver]).write(at: now + 86_400)
    let ended = try files()
    #expect(
      Set(ended.filter { bare[$0.key] != $0.value }.keys) == ["waivers.html", "waivers.json"])
  }

  /// Another Lodge makes other pages, of the same cells.
  @Test func anotherMakerWritesAnew() async throws {
    let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
    try record(1, in: ledger)
    _ = try await publication(ledger).write()
    let page = "\(site)/set/\(lock(1).id.half)/index.html"
    try Data("old".utf8).write(to: URL(filePath: page))
    #expect(try await publication(ledger).write().0.written == 0)
    #expect(try await publication(ledger, maker: "two").write().0.written == 1)
    #expect(try Data(contentsOf: URL(filePath: page)).count > 1000)
  }

  /// A scenario that was reworded is so on its page and on those of its cells.
  @Test func otherWordsOfAScenarioArePublished() async throws {
    let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
    try record(1, in: ledger)
    _ = try await publication(ledger).write()
    let before = try files()
    let (tally, _) = try await publication(ledger, claim: "it launches, and stays").write()
    let after = try files()
    let changed = after.filter { before[$0.key] != $0.value }.keys
    #expect(tally.written == changed.count && changed.contains("scenario/sev/launch.html"))
    #expect(changed.contains { $0.hasPrefix("set/\(lock(1).id.half)/") && $0.hasSuffix(".html") })
    #expect(!changed.contains { $0.hasPrefix("set/") && $0.hasSuffix(".json") && $0.count > 60 })
  }

  @Test func aFolderOfSomethingElseIsLeftAlone() async throws {
    let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
    _ = try folder.write("mine", to: "home/letter.txt")
    #expect(throws: PublishingFailure.foreign("\(folder.path)/home")) {
      try publication(ledger, to: "\(folder.path)/home")
    }
    let held = try SiteFolder(at: site)
    #expect(throws: PublishingFailure.busy(site)) { try publication(ledger) }
    withExtendedLifetime(held) {}
  }

  /// A wrong word behind --ledger does not empty the front page.
  @Test func aSiteOfAnotherLedgerIsLeftAlone() async throws {
    let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
    for number in 0..<2 { try record(number, in: ledger) }
    _ = try await publication(ledger).write()
    let before = try files()
    for sets in [0..<0, 5..<6] {
      let other = try Ledger(path: "\(folder.path)/other-\(sets.count).sqlite")
      for number in sets { try record(number, in: other) }
      await #expect(throws: PublishingFailure.otherLedger(site, sets: 2)) {
        try await publication(other).write()
      }
      #expect(try files() == before)
    }
    // One that has some of the sets, such as a merged one, goes on with them.
    let merged = try Ledger(path: "\(folder.path)/merged.sqlite")
    for number in [5, 1] { try record(number, in: merged) }
    _ = try await publication(merged).write()
    #expect(try files().keys.contains("set/\(lock(0).id.half)/index.html"))
  }

  /// What cannot be written whole leaves nothing of it behind.
  @Test func whatCannotBeWrittenLeavesNothing() async throws {
    let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
    try record(1, in: ledger)
    // A folder stands where a page has to be.
    _ = try folder.write("", to: "site/.lodge/state.json")
    try FileManager.default.createDirectory(
      atPath: "\(site)/index.html/x", withIntermediateDirectories: true)
    let failure = try await #require(throws: PublishingFailure.self) {
      try await publication(ledger).write()
    }
    #expect("\(failure)".contains("index.html: "), "\(failure)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(site)/.lodge/new").isEmpty)
  }

  /// What a killed publisher left is swept, and what it had not finished is done.
  @Test func aKilledPublisherIsFollowedByOneThatFinishes() async throws {
    let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
    for number in 0..<2 { try record(number, in: ledger) }
    _ = try await publication(ledger).write()
    let whole = try files()
    try FileManager.default.removeItem(atPath: "\(site)/.lodge/state.json")
    try FileManager.default.removeItem(atPath: "\(site)/index.html")
    try FileManager.default.removeItem(atPath: "\(site)/set/\(lock(1).id.half)")
    _ = try folder.write("half", to: "site/.lodge/new/left")
    _ = try await publication(ledger).write()
    #expect(try files() == whole)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(site)/.lodge/new").isEmpty)
  }

  @Test func anEmptyLedgerHasASiteToo() async throws {
    let ledger = try Ledger(path: "\(folder.path)/ledger.sqlite")
    let (tally, sets) = try await publication(ledger).write()
    #expect(sets == 0 && tally.written > 10)
    let page = try String(contentsOfFile: "\(site)/index.html", encoding: .utf8)
    #expect(page.contains("Nothing was recorded yet"))
  }

  /// A ledger whose record was changed gives no page of it.
  @Test func damageIsNotPublished() async throws {
    let path = "\(folder.path)/ledger.sqlite"
    let ledger = try Ledger(path: path)
    try record(1, in: ledger)
    // Held by no digest of the whole file, as nothing was ended since.
    unlink("\(path).rest")
    try await DatabaseQueue(path: path).write { db in
      try db.execute(
        sql: "DROP TRIGGER outcomeRefusesUPDATE; UPDATE outcome SET outcome = 'pass'")
    }
    let failure = try await #require(throws: LedgerFailure.self) {
      try await publication(try Ledger(path: path)).write()
    }
    #expect("\(failure)".contains("breaks its seal"))
    #expect(!FileManager.default.fileExists(atPath: "\(site)/index.html"))
  }
}
