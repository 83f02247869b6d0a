import Foundation
import LodgeHost
import LodgeLedger
import LodgeModel
import LodgeTesting
import Testing

/// The published site as its readers, their browsers and their programs meet it.
struct PublishTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var ledger: String { "\(folder.path)/ledger.sqlite" }
  private var site: String { "\(folder.path)/site" }
  private static let tree = URL(filePath: Program.scenarios).deletingLastPathComponent()
    .path(percentEncoded: false)

  private func lodge(_ arguments: String...) async throws -> Command.Finished {
    try await Program.run(
      arguments, cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"], state: folder.path)
  }

  private func publish() async throws -> Command.Finished {
    _ = try folder.write(Self.waiver, to: "waivers/known.yaml")
    return try await lodge(
      "publish", site, "--ledger", ledger, "--scenarios", Program.scenarios, "--waivers",
      "\(folder.path)/waivers")
  }

  /// Somebody answers for one red cell of each set that is made up.
  private static let waiver = """
    contract: kernel.waived
    for: until-fixed
    seen: ["fail: QEMU takes 5"]
    reason: "the next one mends it: </p><script>alert(1)</script>"
    issue: https://issues.example/1
    author: A <a@example>
    created: 2026-01-01T12:00:00Z
    expires: 2126-01-01
    """

  private static let hostile =
    "</td></pre><script>alert(1)</script> \"\u{301} onclick=\"x' & &amp; \u{1B}[31m {{title}} "
    + String(repeating: "unbroken", count: 40)

  /// Adds sets that nobody ships, with all that a page can have to show.
  private func makeUp(_ sets: Range<Int>) throws {
    let record = try Ledger(path: ledger)
    let outcomes = Outcome.allCases
    for number in sets {
      let lock = Lock(
        packages: ["linux-image", "qemu-system-x86", "libvirt-daemon", Self.hostile].map { name in
          Package(
            name: name, version: "1:\(number)-1", architecture: "amd64",
            sha256: Digest(of: Data("\(name) \(number)".utf8)), size: 1, origin: "made up",
            suite: "none", signature: number % 2 == 0 ? .verified : .unsigned, path: "pool/x.deb")
        })
      let run = try record.begin(
        Run.Start(
          tool: "0.1.0",
          started: Date(timeIntervalSince1970: 1_790_000_000 + Double(number) * 9000),
          matrix: "made up", arguments: ["run", Self.hostile], lab: "lab \(number % 2)"))
      let name = number % 3 == 0 ? Self.hostile : "made-up-\(number % 3)"
      try record.record(lock, id: lock.id, name: name, run: run)
      let transcript = Data(String(repeating: "1 kvm \(Self.hostile)\n", count: 80).utf8)
      try record.keep([Digest(of: transcript): transcript])
      let cells = (0..<40).map { place -> Cell in
        let type = DomainType.allCases[place % 5]
        let outcome = outcomes[(place + number) % outcomes.count]
        let isScenario = place % 2 == 0
        var cell = Cell(
          kind: isScenario ? .scenario : .contract,
          id: isScenario ? "\(type.rawValue)/launch[\(place)]" : "kernel.vm-type-\(place)",
          catalogue: isScenario ? nil : "B\(place)", type: place == 7 ? nil : type,
          platform: isScenario ? "amd-milan-snp" : nil,
          stage: isScenario ? .launch : .packages, outcome: outcome,
          reason: "\(outcome.rawValue) \(place % 3): \(Self.hostile)")
        if outcome != .pass {
          let grades: [Finding.Grade] = [.fail, .fail, .warn, .info]
          cell.findings = grades.map { grade in
            Finding(
              grade, "\(grade.rawValue) \(Self.hostile)", where: Self.hostile,
              sides: [Finding.Side(who: "kernel", says: Self.hostile)], remedy: Self.hostile)
          }
        }
        if isScenario {
          cell.artefacts = [
            Artefact(kind: .transcript, digest: Digest(of: transcript)),
            Artefact(kind: .domain, digest: Digest(of: transcript)),
          ]
          cell.measurements = [
            Cell.Measured(
              domain: "guest", type: .sev, algorithm: "sha256",
              measurement: String(repeating: "\(number % 10)", count: 64))
          ]
        }
        return cell
      }
      let waived = Cell(
        kind: .contract, id: "kernel.waived", catalogue: "B99", type: .sev, stage: .packages,
        outcome: .fail, reason: "QEMU takes 5")
      try record.record(
        cells: cells + [waived],
        support: DomainType.confidential.flatMap { type in
          Member.allCases.map {
            Support(type: type, member: $0, answer: .offered, reason: Self.hostile)
          }
        }, notes: [Self.hostile], ofSet: lock.id, run: run)
      try record.end(run, exitCode: 1)
    }
  }

  /// Valid for two parsers, every link good, axe content at two widths and in two schemes, nothing
  /// asked of anybody else, whole without a script, and the filter does what it says.
  @Test(
    .enabled("LODGE_TEST_PEERS names no environment with selenium; Scripts/test makes one") {
      FixtureHub.peers != nil
    })
  func theSiteIsWhatBrowsersAndTheirToolsExpect() async throws {
    let run = try await lodge(
      "run", "\(Self.tree)/Matrices/debian.yaml", "--stage", "packages", "--ledger", ledger)
    #expect(run.ending == .exited(1), "\(run.errors)")
    try makeUp(0..<8)
    let published = try await publish()
    #expect(published.ending == .exited(0), "\(published.errors)")
    let pages = try FileManager.default.contentsOfDirectory(atPath: "\(site)/set").map {
      try String(contentsOfFile: "\(site)/set/\($0)/index.html", encoding: .utf8)
    }
    #expect(pages.count { $0.contains("waivers.html#known\">Waived</a> until") } == 8)
    let shots = "\(folder.path)/shots"
    let checked = try await Command(
      "\(FixtureHub.peers ?? "")/bin/python",
      ["\(Self.tree)/Scripts/check-site", site, "--each", "6", "--shots", shots],
      environment: Command.inherited, deadline: .seconds(900), outputLimit: 1 << 20
    ).run()
    // An issue for each line, as some logs keep only the first line of an issue.
    for line in checked.text.split(separator: "\n") where !line.hasPrefix("ok    ") {
      Issue.record("\(line)")
    }
    #expect(checked.ending == .exited(0), "\(checked.errors)")
    #expect(checked.text.matches(of: /ok {4}/).count == 11)
    // Pictures of each kind of page: two widths, light and dark, and without the script.
    let pictures = try FileManager.default.contentsOfDirectory(atPath: shots)
    for page in ["index.html", "about.html", "contracts.html", "waivers.html"] {
      let own = pictures.filter { $0.hasPrefix("\(page)-") }.map { $0.dropFirst(page.count + 1) }
      #expect(
        own.sorted() == [
          "1400-dark.png", "1400-light.png", "1400-without-script.png", "360-dark.png",
          "360-light.png", "360-without-script.png",
        ])
    }
    for picture in pictures {
      let size = try FileManager.default.attributesOfItem(atPath: "\(shots)/\(picture)")[.size]
      #expect((size as? Int ?? 0) > 4000, "\(picture)")
    }
  }

  /// Every twin says which schema it has, and has it.
  @Test(
    .enabled("LODGE_TEST_PEERS names no environment with jsonschema; Scripts/test makes one") {
      FixtureHub.peers != nil
    })
  func everyTwinHasItsSchema() async throws {
    try makeUp(0..<5)
    #expect(try await publish().ending == .exited(0))
    let script = """
      import json, pathlib, sys
      from jsonschema import Draft202012Validator as Validator
      site = pathlib.Path(sys.argv[1])
      schemas = {}
      for path in (site / "schema").glob("*.json"):
          schema = json.loads(path.read_text())
          Validator.check_schema(schema)
          schemas[schema["properties"]["schema"]["const"]] = Validator(schema)
      count = 0
      for page in site.rglob("*.html"):
          twin = json.loads(page.with_suffix(".json").read_text())
          for error in schemas[twin["schema"]].iter_errors(twin):
              sys.exit(f"{page}: {error.json_path}: {error.message[:300]}")
          count += 1
      print(count, len(schemas))
      """
    let checked = try await Command(
      "\(FixtureHub.peers ?? "")/bin/python", ["-c", script, site],
      environment: Command.inherited, deadline: .seconds(300), outputLimit: 1 << 20
    ).run()
    #expect(checked.ending == .exited(0), "\(checked.errors)")
    let counts = checked.text.split(separator: " ").compactMap {
      Int($0.trimmingPrefix("\n").prefix { $0.isNumber })
    }
    #expect(counts.count == 2 && counts[0] > 200 && counts[1] == 8, "\(checked.text)")
  }

  /// The live site is current, answers this host alone, and can only be read.
  @Test func theLiveSiteFollowsTheLedger() async throws {
    try makeUp(0..<2)
    let (first, second, go) = (
      "\(folder.path)/first", "\(folder.path)/second", "\(folder.path)/go"
    )
    let file = try folder.write(Self.visitor, to: "visit.py")
    async let visited = Command(
      "/usr/bin/env",
      ["python3", file, try Program.path, ledger, Program.scenarios, first, go, second],
      environment: Command.inherited, deadline: .seconds(300), outputLimit: 1 << 20
    ).run()
    while !FileManager.default.fileExists(atPath: first) {
      try await Task.sleep(for: .milliseconds(100))
    }
    // A set is added, and a run of another one is under way.
    try makeUp(2..<3)
    let record = try Ledger(path: ledger)
    let run = try record.begin(
      Run.Start(
        tool: "0.1.0", started: .now, matrix: "debian", arguments: [],
        process: ProcessIdentity.current.description))
    try record.record(
      Lock(packages: []), id: Digest(of: Data("x".utf8)), name: "being run", run: run)
    _ = try folder.write("go", to: "go")
    let finished = try await visited
    #expect(finished.ending == .exited(0), "\(finished.text)\(finished.errors)")

    let before = try CanonicalJSON.decode(
      Visit.self, from: Data(contentsOf: URL(filePath: first)))
    #expect(before.front == 200 && before.sets == 2 && before.feed == "application/atom+xml")
    #expect(before.hidden == [404, 404, 400, 404] || before.hidden == [404, 404, 404, 404])
    #expect(before.post == 405 && before.rebound == 421)
    #expect(before.policy.contains("default-src 'none'"))
    let after = try CanonicalJSON.decode(
      LaterVisit.self, from: Data(contentsOf: URL(filePath: second)))
    #expect(after.sets == 4, "\(after)")
    #expect(after.underWay && after.named, "\(after)")
  }

  private struct Visit: Decodable {
    var front: Int
    var sets: Int
    var feed: String
    var hidden: [Int]
    var post: Int
    var rebound: Int
    var policy: String
  }

  private struct LaterVisit: Decodable {
    var sets: Int
    var underWay: Bool
    var named: Bool
  }

  /// Starts the server, looks, waits, and looks again.
  private static let visitor = #"""
    import http.client, json, os, re, subprocess, sys, time
    program, ledger, scenarios, first, go, second = sys.argv[1:]
    server = subprocess.Popen(
        [program, "serve", "--port", "0", "--ledger", ledger, "--scenarios", scenarios],
        stderr=subprocess.PIPE, text=True)

    def write(path, value):
        with open(path + ".new", "w") as file:
            json.dump(value, file)
        os.rename(path + ".new", path)

    try:
        line = server.stderr.readline()
        port = int(re.search(r"127\.0\.0\.1:(\d+)/", line)[1])

        def ask(path, method="GET", host=None):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            connection.putrequest(method, path, skip_host=True)
            connection.putheader("Host", host or f"127.0.0.1:{port}")
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

        def rows(page):
            return page.count("<tr><th scope=row>")

        status, headers, page = ask("/")
        write(first, {
            "front": status, "sets": rows(page), "policy": headers["Content-Security-Policy"],
            "feed": ask("/feed.atom")[1]["Content-Type"],
            "hidden": [ask(path)[0] for path in (
                "/.lodge/state.json", "/%2elodge/state.json", "/../../etc/passwd", "/nothing.html")],
            "post": ask("/", "POST")[0], "rebound": ask("/", host="evil.example")[0],
        })
        while not os.path.exists(go):
            time.sleep(0.1)
        page = ask("/index.html")[2]
        write(second, {
            "sets": rows(page), "underWay": "Under way" in page, "named": "being run" in page})
    finally:
        server.send_signal(2)
        code = server.wait(30)
    sys.exit(0 if code == 130 else f"the server ended with {code}")
    """#
}
