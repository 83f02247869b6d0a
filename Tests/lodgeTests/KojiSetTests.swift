import Foundation
import LodgeBindings
import LodgeHost
import LodgeModel
import LodgeTesting
import Testing

/// The whole way of a SIG: tag, lock, root, evidence, contracts, launches, ledger, promotion.
@Suite(
  .serialized,
  .enabled(if: FixtureHub.peers != nil, Comment(rawValue: FixtureHub.missing)),
  .enabled(if: RPMBed.shared != nil, Comment(rawValue: RPMBed.missing)))
struct KojiSetTests {
  private let bed: RPMBed
  private let folder: TemporaryFolder
  private let certificates: FixtureCertificates
  private let hub: FixtureHub

  init() async throws {
    bed = try #require(RPMBed.shared)
    folder = try TemporaryFolder()
    certificates = try await FixtureCertificates(in: folder.path)
    let state = try JSONSerialization.data(withJSONObject: try Self.state(bed))
    hub = try await FixtureHub(
      state: try folder.write(state, to: "state.json"), certificates: certificates)
  }

  /// The SIG's four builds, of both generations, as a hub that built them would know them.
  private static func state(_ bed: RPMBed) throws -> [String: Any] {
    var builds: [[String: Any]] = []
    var rpms: [[String: Any]] = []
    for (generation, base) in [("older", 100), ("newer", 200)] {
      let packages = "\(bed.repository("\(generation)/sig"))/Packages"
      for file in try FileManager.default.contentsOfDirectory(atPath: packages).sorted() {
        let header = try RPMFile(headerOf: "\(packages)/\(file)")
        let names = ["kernel", "qemu-kvm", "libvirt", "edk2"]
        let number = try #require(names.firstIndex { header.name.hasPrefix($0) })
        let (epoch, rest) = parts(header.version)
        let version = rest.split(separator: "-", maxSplits: 1).map(String.init)
        var rpm: [String: Any] = [
          "id": rpms.count + 1, "build_id": base + number, "name": header.name,
          "version": version[0], "release": version[1], "arch": header.architecture,
          "file": "\(packages)/\(file)",
        ]
        var build: [String: Any] = [
          "id": base + number, "name": names[number], "version": version[0],
          "release": version[1],
        ]
        if let epoch { (rpm["epoch"], build["epoch"]) = (epoch, epoch) }
        rpms.append(rpm)
        if !builds.contains(where: { $0["id"] as? Int == base + number }) { builds.append(build) }
      }
    }
    let events = builds.enumerated().map { number, build -> [String: Any] in
      let tag = (build["id"] as? Int ?? 0) < 200 ? "virt10-release" : "virt10-candidate"
      return ["id": number + 1, "does": "tag", "tag": tag, "build": build["id"] ?? 0]
    }
    return [
      "users": [["id": 1, "name": "builder"]],
      "tags": [["id": 1, "name": "virt10-release"], ["id": 2, "name": "virt10-candidate"]],
      "builds": builds, "rpms": rpms, "events": events,
      "folders": [
        "older": bed.repository("older/base"), "newer": bed.repository("newer/base"),
      ],
    ]
  }

  private static func parts(_ version: String) -> (epoch: Int?, rest: String) {
    let parts = version.split(separator: ":", maxSplits: 1).map(String.init)
    return parts.count == 2 ? (Int(parts[0]), parts[1]) : (nil, version)
  }

  /// A matrix of a candidate tag over a distribution's repository, beside loose Debian packages.
  private func matrix(
    contracts: String = "R04", scenarios: String = "plain/launch-lifecycle", fault: String? = nil,
    more: String = ""
  ) throws -> String {
    let text = """
      sets:
        candidate:
          rpm:
            repos:
              - {id: base, baseurl: "\(hub.folder("newer"))", gpgkey: "\(bed.key("sig"))", repo_gpgcheck: true}
            releasever: "10"
            arch: x86_64
          koji:
            server: "\(hub.hub(fault, secure: true))"
            topurl: "\(hub.files(fault, secure: true))"
            tag: virt10-candidate
            gpgkey: "\(bed.key("sig"))"
            ca: "\(certificates.authority)"
          packages: [\(RPMBed.members.joined(separator: ", "))]
      \(more)
      contracts: [\(contracts)]
      scenarios: [\(scenarios)]
      """
    return try folder.write(text, to: "matrix.yaml")
  }

  /// A policy that asks for what a matrix names.
  private func policy(contracts: String = "R04") throws -> String {
    let text = """
      requirements:
        packages: {contracts: [\(contracts)], stage: packages}
        launches: {scenarios: [plain/launch-lifecycle], platforms: [amd-milan-snp], stage: launch}
      """
    return try folder.write(text, to: "policies/release.yaml")
  }

  private func lodge(_ arguments: String...) async throws -> Command.Finished {
    try await Program.run(
      arguments, cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"],
      state: folder.path)
  }

  @Test func aTagBecomesCellsOfTheLedgerBesideOtherSets() async throws {
    let released = """
        released:
          rpm: {repos: [{id: base, baseurl: "\(hub.folder("older"))", gpgkey: "\(bed.key("sig"))"}], releasever: "10", arch: x86_64}
          koji: {server: "\(hub.hub())", topurl: "\(hub.files())", builds: [101, "kernel-\(bed.release("kernel", of: "older"))", 102, 103], gpgkey: "\(bed.key("sig"))"}
          packages: [\(RPMBed.members.joined(separator: ", "))]
      """
    let file = try matrix(more: released)
    let finished = try await lodge(
      "run", file, "--scenarios", Program.scenarios, "--platform", "amd-milan-snp", "--json")
    #expect(finished.ending == .exited(0), "\(finished.errors)")
    let results = try CanonicalJSON.decode(Results.self, from: finished.output)
    #expect(results.sets.map(\.name) == ["candidate", "released"])
    for set in results.sets {
      #expect(set.cells.contains { $0.kind == .scenario && $0.outcome == .pass }, "\(set.name)")
      #expect(set.cells.contains { $0.kind == .contract && $0.outcome == .pass }, "\(set.name)")
    }
    let known = try await lodge("matrix", "--json")
    let matrix = try CanonicalJSON.decode(Results.self, from: known.output)
    #expect(matrix.sets.map(\.id) == results.sets.map(\.id))

    let lock = try Lock(
      reading: try await lodge("set", "resolve", "candidate", "--matrix", file).output)
    let kernel = try #require(lock.packages.first { $0.name == "kernel-core" })
    #expect(kernel.build == 200 && kernel.suite == "koji" && kernel.signature == .verified)
    let source = try #require(lock.sources?.first { $0.id == "koji" })
    #expect(source.tag == "virt10-candidate" && source.event == 8)
  }

  @Test func aPromotionNeedsTheGateAndIsVerified() async throws {
    let file = try matrix()
    let user = try await certificates.user("builder")
    let common = [
      "candidate", "--matrix", file, "--to", "virt10-release", "--policy", try policy(),
      "--scenarios", Program.scenarios,
    ]
    func promote(_ more: String...) async throws -> Command.Finished {
      try await Program.run(
        ["promote"] + common + more, cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"],
        state: folder.path)
    }
    let early = try await promote("--certificate", user)
    #expect(
      early.ending == .exited(1) && early.text.contains("gate release: No"), "\(early.errors)")
    #expect(early.text.contains("nothing is recorded of these very packages"))

    let run = try await lodge(
      "run", file, "--scenarios", Program.scenarios, "--platform", "amd-milan-snp")
    #expect(run.ending == .exited(0), "\(run.errors)")
    let dry = try await promote("--dry-run")
    #expect(dry.ending == .exited(0), "\(dry.errors)")
    #expect(dry.text.contains("gate release: Yes") && dry.text.contains("nothing was done"))
    #expect(
      dry.text.contains("kernel-\(bed.release("kernel", of: "newer"))  gets virt10-release"),
      "\(dry.text)")

    let done = try await promote("--certificate", user)
    #expect(done.ending == .exited(0), "\(done.errors)")
    #expect(done.text.contains("4 builds are in virt10-release, as the hub lists it"))
    let again = try await promote("--certificate", user)
    #expect(again.text.contains("has virt10-release already"), "\(again.text)\(again.errors)")

    // A red cell is a No, whatever was tagged before.
    let red = try matrix(contracts: "R01, R04")
    let second = try await lodge(
      "run", red, "--scenarios", Program.scenarios, "--platform", "amd-milan-snp")
    #expect(second.ending == .exited(1), "\(second.text)\(second.errors)")
    _ = try policy(contracts: "R01, R04")
    let refused = try await promote("--certificate", user)
    #expect(refused.ending == .exited(1), "\(refused.errors)")
    #expect(
      refused.text.contains("R01 kernel.tdx-host-compiled (TDX) at packages"), "\(refused.text)")
  }

  @Test func aTagThatMovedSinceItWasJudgedIsRefused() async throws {
    let file = try matrix()
    let run = try await lodge(
      "run", file, "--scenarios", Program.scenarios, "--platform", "amd-milan-snp")
    #expect(run.ending == .exited(0), "\(run.errors)")
    // Somebody tags the older QEMU again, which makes it the newest of the tag.
    let user = try await certificates.user("builder")
    let settings = try folder.write(
      """
      [koji]
      server = \(hub.hub(secure: true))
      authtype = ssl
      cert = \(user)
      serverca = \(certificates.authority)
      """, to: "koji.conf")
    let moved = try await Command(
      "\(FixtureHub.peers ?? "")/bin/koji",
      [
        "--config=\(settings)", "tag-build", "virt10-candidate",
        "qemu-kvm-\(bed.release("qemu-kvm", of: "older"))",
      ]
    ).run()
    #expect(moved.ending == .exited(0), "\(moved.errors)")
    let refused = try await lodge(
      "promote", "candidate", "--matrix", file, "--to", "virt10-release", "--certificate", user,
      "--policy", try policy(), "--scenarios", Program.scenarios)
    #expect(refused.ending == .exited(1), "\(refused.text)\(refused.errors)")
    #expect(refused.text.contains("nothing is recorded of these very packages"), "\(refused.text)")
  }

  @Test(arguments: [
    ("status=404", "404"), ("cut=300", "does not answer as a Koji hub"),
    ("circle=1", "has moved to"),
  ])
  func aHubThatFailsIsNamed(fault: String, words: String) async throws {
    let file = try matrix(fault: fault)
    let finished = try await lodge("set", "resolve", "candidate", "--matrix", file)
    #expect(finished.ending == .exited(2), "\(finished.text)")
    #expect(
      finished.errors.contains("koji") && finished.errors.contains(words), "\(finished.errors)")
  }
}
