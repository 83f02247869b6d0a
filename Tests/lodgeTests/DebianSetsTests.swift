import Foundation
import Glibc
import LodgeHost
import LodgeModel
import LodgePackages
import LodgeTesting
import Testing

/// The program itself, on the real packages of the archive that this host's apt knows.
///
/// Serialized: all tests share one store, as all runs of a user do.
@Suite(
  .serialized,
  .enabled("the archive of this host's apt is not reachable") { await Archive.isReachable })
struct DebianSetsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func lodge(_ arguments: String...) async throws -> Command.Finished {
    try await lodge(arguments)
  }

  private func lodge(_ arguments: [String]) async throws -> Command.Finished {
    let cache = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"]
    return try await Program.run(arguments, cache: cache, state: folder.path)
  }

  private var matrix: String { Self.repository + "Matrices/debian.yaml" }
  private var scenarios: String { Program.scenarios }

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)

  @Test func theFirstMatrixIsTrue() async throws {
    let finished = try await lodge("run", matrix, "--stage", "packages", "--json")
    #expect(finished.ending == .exited(1), "\(finished.errors)")
    let results = try CanonicalJSON.decode(Results.self, from: finished.output)
    #expect(results.sets.map(\.name) == ["bookworm", "trixie", "sid"])
    for set in results.sets {
      let judged = set.cells.filter { $0.stage == .packages }
      #expect(judged.allSatisfy { $0.outcome != .error && $0.outcome != .notRun }, "\(set.name)")
      let hosts = set.cells.filter { $0.stage == .metal }
      #expect(!hosts.isEmpty, "\(set.name)")
      #expect(hosts.allSatisfy { $0.outcome == .notRun && $0.reason.contains("needs ") })
    }
    func offers(_ set: String, _ type: DomainType) -> [Member] {
      let support = results.sets.first { $0.name == set }?.support ?? []
      return support.filter { $0.type == type && $0.answer == .offered }.map(\.member)
    }
    for set in ["bookworm", "trixie", "sid"] {
      #expect(offers(set, .sev) == Member.allCases && offers(set, .sevES) == Member.allCases)
    }
    #expect(offers("bookworm", .sevSNP).allSatisfy { $0 == .firmware })
    #expect(offers("trixie", .sevSNP) == Member.allCases)
    #expect(offers("trixie", .tdx).allSatisfy { $0 == .firmware })
    #expect(offers("sid", .sevSNP) == Member.allCases)
    #expect(offers("sid", .tdx) == [.qemu, .libvirt, .firmware])
    let tdx = results.sets.last?.cells.filter { $0.type == .tdx && $0.outcome == .fail } ?? []
    #expect(tdx.map(\.catalogue) == ["R01"])
    #expect(tdx.first?.reason.contains("INTEL_TDX_HOST") == true)
    #expect(results.sets.last?.acceptExpired.map(\.suite) == ["sid"])
  }

  @Test(.enabled(Comment(rawValue: ExportReader.missing)) { ExportReader.areThere })
  func othersReadWhatIsExported() async throws {
    let ledger = "\(folder.path)/ledger.sqlite"
    let run = try await lodge("run", matrix, "--stage", "packages", "--ledger", ledger)
    #expect(run.ending == .exited(1), "\(run.errors)")
    let json = try await lodge("matrix", "--ledger", ledger, "--json")
    let results = try CanonicalJSON.decode(Results.self, from: json.output)
    #expect(results.sets.count == 3)
    for format in ExportReader.allCases {
      let words = ["matrix", "--ledger", ledger, "--format", format.rawValue]
      let exports = [try await lodge(words), try await lodge(words)]
      #expect(exports[0].ending == .exited(1) && exports[0].output == exports[1].output)
      let counts = try await format.counts(of: exports[0].output)
      #expect(
        format.compared(counts) == format.compared(format.expected(of: results)),
        "\(format.rawValue)")
    }
  }

  /// What follows from the packages alone: who launches what, and who refuses.
  @Test func domainsAreLaunchedOnModelledHosts() async throws {
    let finished = try await lodge(
      "run", matrix, "--scenarios", scenarios, "--contract", "R01", "--scenario",
      "*/launch-lifecycle", "--json")
    #expect(finished.ending == .exited(1), "\(finished.errors)")
    let results = try CanonicalJSON.decode(Results.self, from: finished.output)
    func outcome(_ set: String, _ type: DomainType) -> String {
      let cells = results.sets.first { $0.name == set }?.cells ?? []
      let cell = cells.first { $0.kind == .scenario && $0.type == type }
      return [cell?.outcome.rawValue, cell?.layer?.rawValue].compactMap(\.self).joined(
        separator: " by ")
    }
    for set in ["bookworm", "trixie", "sid"] {
      for type in [DomainType.plain, .sev, .sevES] {
        #expect(outcome(set, type) == "pass", "\(set)")
      }
    }
    #expect(outcome("bookworm", .sevSNP) == "not-applicable by schema")
    #expect(outcome("trixie", .sevSNP) == "pass")
    #expect(outcome("sid", .sevSNP) == "pass")
    #expect(outcome("trixie", .tdx) == "not-applicable by schema")
    #expect(outcome("sid", .tdx) == "fail by kernel")
    let launched = results.sets.flatMap(\.cells).filter {
      $0.kind == .scenario && $0.outcome == .pass
    }
    #expect(launched.allSatisfy { $0.stage == .launch && $0.platform != nil })
    #expect(launched.allSatisfy { $0.artefacts.map(\.kind).contains(.transcript) })
  }

  @Test func sidLaunchesTDXOnAKernelThatHasIt() async throws {
    let finished = try await lodge(
      "try", "tdx/launch-lifecycle", "--set", "sid", "--matrix", matrix, "--scenarios", scenarios,
      "--kernel-changes", "\(scenarios)/kernels/with-tdx.yaml", "--json")
    #expect(finished.ending == .exited(0), "\(finished.errors)")
    let set = try CanonicalJSON.decode(Results.self, from: finished.output).sets.first
    #expect(set?.cells.map(\.platform) == ["intel-spr-tdx", "intel-emr-tdx"])
    #expect(set?.cells.allSatisfy { $0.outcome == .pass } == true)
    #expect(set?.notes.isEmpty == false)
  }

  @Test func sidsTrustDomainFirmwareHasItsMRTD() async throws {
    let installed = try await lodge("set", "install", "--matrix", matrix, "sid")
    #expect(installed.ending == .exited(0), "\(installed.errors)")
    let root = installed.text.trimmingCharacters(in: .whitespacesAndNewlines)
    let image = "\(root)/usr/share/ovmf/OVMF.inteltdx.ms.fd"
    // That of 2026.08+ds-2; every build has a value of its own.
    let known = "a265075b4147a096109e501e76196df1ec8a18659c26f7401492c597ec88f312"
    guard try Digest(ofFile: image).hex == known else { return }
    let predicted = try await lodge("measure", "--predict", "--type", "tdx", "--firmware", image)
    let measurement =
      "a7a1f751abc454f9cbab198ca8d2edb2821935df525c74182b5e776cb0929e8c59aefecce725b0d08a5e9d3d"
      + "3183bd08"
    #expect(predicted.text.hasPrefix("\(measurement)\n"), "\(predicted.errors)")
  }

  @Test func aUsersOwnDomainIsLaunched() async throws {
    let xml = try folder.write(
      """
      <domain type='kvm'><name>mine</name><memory unit='MiB'>128</memory><vcpu>1</vcpu>
      <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os><features><acpi/></features>
      <devices><disk type='file'><source file='/home/me/x'/><target dev='vda'/></disk></devices>
      <launchSecurity type='sev-snp'><policy>0x30000</policy></launchSecurity></domain>
      """, to: "mine.xml")
    let finished = try await lodge(
      "try", "--xml", xml, "--set", "sid", "--matrix", matrix, "--scenarios", scenarios, "--json")
    #expect(finished.ending == .exited(0), "\(finished.errors)")
    let set = try CanonicalJSON.decode(Results.self, from: finished.output).sets.first
    #expect(set?.cells.map(\.type) == [.sevSNP] && set?.cells.map(\.outcome) == [.pass])
    #expect(set?.notes.contains { $0.hasPrefix("disk vda is left out") } == true)
  }

  @Test func twoSetsAreComparedCallByCall() async throws {
    func comparison(_ set: String) async throws -> [String] {
      let finished = try await lodge(
        "try", "sev/launch-lifecycle", "--set", set, "--against", "trixie", "--matrix", matrix,
        "--scenarios", scenarios, "--json")
      let sets = try CanonicalJSON.decode(Results.self, from: finished.output).sets
      #expect(sets.map(\.name) == [set, "trixie"])
      return sets.first?.cells.flatMap(\.findings).map(\.summary) ?? []
    }
    let same = try await comparison("trixie")
    #expect(same == ["the calls are those of trixie"], "\(same)")
    let differences = try await comparison("sid")
    #expect(differences.first == "the calls differ from those of trixie")
    #expect(differences.contains { $0.hasPrefix("vm1, call ") }, "\(differences)")
  }

  /// A lab that stays answers, and is gone with everything in it when it is ended as was said.
  @Test func aKeptDomainStandsUntilItsLabIsEnded() async throws {
    let finished = try await lodge(
      "try", "plain/define-round-trip[bare]", "--set", "trixie", "--matrix", matrix,
      "--scenarios", scenarios, "--keep", "--json")
    #expect(finished.ending == .exited(0), "\(finished.errors)")
    #expect(finished.errors.contains("the lab stays: virsh -c 'qemu+unix:///system?socket=/"))
    let process = try #require(finished.errors.firstMatch(of: /to end it: kill (\d+)/))
    let number = try #require(Int32(process.1))
    #expect(kill(number, SIGTERM) == 0)
    for _ in 0..<200 where kill(number, 0) == 0 { try await Task.sleep(for: .milliseconds(25)) }
    #expect(kill(number, 0) != 0)
  }

  @Test func theSameLaunchGivesTheSameTranscript() async throws {
    func digests() async throws -> [Digest] {
      let finished = try await lodge(
        "try", "sev-snp/launch-lifecycle", "--set", "trixie", "--matrix", matrix, "--scenarios",
        scenarios, "--json")
      let cells = try CanonicalJSON.decode(Results.self, from: finished.output).sets.first?.cells
      return cells?.flatMap(\.artefacts).filter { $0.kind == .transcript }.map(\.digest) ?? []
    }
    let first = try await digests()
    #expect(!first.isEmpty)
    #expect(try await digests() == first)
  }

  /// The launched value against the independent tool, which is told only what the launch says.
  @Test(
    .enabled("LODGE_TEST_PEERS names no environment with sev-snp-measure") {
      ProcessInfo.processInfo.environment["LODGE_TEST_PEERS"] != nil
    })
  func launchesAreMeasuredAsAnotherToolSays() async throws {
    let installed = try await lodge("set", "install", "--matrix", matrix, "sid", "--offline")
    let root = installed.text.trimmingCharacters(in: .whitespacesAndNewlines)
    let launches = try await measured(
      "sev/launch-lifecycle", "sev-snp/vcpus*", "sev-snp/cpu-model*", "sev-snp/generations",
      set: "sid")
    #expect(launches.count >= 6)
    let peers = ProcessInfo.processInfo.environment["LODGE_TEST_PEERS"] ?? ""
    for launch in launches {
      let firmware = try #require(launch.attributes["firmware"])
      let areas = launch.regions.flatMap(\.saveAreas)
      let processors = [
        "--vcpus", "\(areas.reduce(0) { $0 + $1.count })", "--vcpu-sig",
        areas.first?.fields["rdx"] ?? "0",
      ]
      let told = try await Command(
        "\(peers)/bin/sev-snp-measure",
        ["--mode", launch.type == .sev ? "sev" : "snp", "--ovmf", root + firmware]
          + (launch.type == .sev ? [] : processors)
      ).succeed()
      #expect(
        told.text.trimmingCharacters(in: .whitespacesAndNewlines) == launch.measurement,
        "\(launch.type)")
    }
  }

  @Test func launchesAreMeasuredAsTheirInputsSay() async throws {
    for set in ["bookworm", "trixie", "sid"] {
      let launches = try await measured(
        "sev*/vcpus*", "sev*/direct-boot*", "sev*/firmware*", "mixed/coexistence",
        "tdx/launch-lifecycle", set: set,
        "--kernel-changes", set == "sid" ? "\(scenarios)/kernels/with-tdx.yaml" : "")
      #expect(launches.allSatisfy { $0.predicted == .equal }, "\(set)")
      let types = Set(launches.map(\.type))
      #expect(types.isSuperset(of: [.sev, .sevES]), "\(set)")
      #expect(types.contains(.sevSNP) == (set != "bookworm"), "\(set)")
      #expect(types.contains(.tdx) == (set == "sid"), "\(set)")
    }
  }

  /// What `lodge measure` says of scenarios of a set.
  private func measured(
    _ names: String..., set: String, _ option: String = "", _ value: String = ""
  ) async throws -> [MeasuredLaunch] {
    struct Told: Decodable { var launches: [MeasuredLaunch] }
    let options = value.isEmpty ? [] : [option, value]
    let finished = try await Program.run(
      ["measure"] + names
        + ["--set", set, "--matrix", matrix, "--scenarios", scenarios, "--json"] + options,
      cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"], state: folder.path)
    #expect(finished.ending == .exited(0), "\(finished.errors)")
    return try CanonicalJSON.decode([Told].self, from: finished.output).flatMap(\.launches)
  }

  @Test func aKernelThatAddsFeaturesIsCaught() async throws {
    let finished = try await lodge(
      "run", matrix, "--set", "bookworm", "--scenarios", scenarios, "--scenario",
      "sev-es/launch-lifecycle", "--contract", "R17", "--contract", "R18", "--kernel-changes",
      "\(scenarios)/kernels/with-debug-swap.yaml", "--json")
    #expect(finished.ending == .exited(1), "\(finished.errors)")
    let cells = try CanonicalJSON.decode(Results.self, from: finished.output).sets
      .flatMap(\.cells).filter { $0.outcome == .fail }
    #expect(cells.map(\.catalogue) == ["R17", "R18"])
    #expect(cells.first?.reason.contains("sev_features was 0x0, is 0x20") == true)
  }

  /// A run tells what became otherwise since the set before, and the ledger tells it again.
  @Test func twoSetsAreComparedByWhatTheyMeasure() async throws {
    let finished = try await lodge(
      "run", matrix, "--set", "trixie", "--set", "sid", "--scenarios", scenarios, "--scenario",
      "sev-snp/launch-lifecycle", "--contract", "R17", "--json")
    let sets = try CanonicalJSON.decode(Results.self, from: finished.output).sets
    func stability(_ index: Int) -> Cell? {
      sets[index].cells.first { $0.catalogue == "R17" && $0.type == .sevSNP }
    }
    #expect(stability(0)?.outcome == .pass && stability(0)?.findings == [])
    let warning = try #require(stability(1)?.findings.first)
    #expect(stability(1)?.outcome == .pass && warning.grade == .warn)
    #expect(warning.summary.contains("1 of 1 launches are measured otherwise than on trixie"))
    #expect(warning.summary.contains("KVM_SEV_SNP_LAUNCH_UPDATE NORMAL: page 0xff"))
    let told = try await lodge("diff", "trixie", "sid", "--json")
    #expect(told.ending == .exited(0), "\(told.errors)")
    struct Difference: Decodable {
      struct Change: Decodable { var scenario: String, before: String, after: String }
      var measurements: [Change]
    }
    let changes = try CanonicalJSON.decode(Difference.self, from: told.output).measurements
    #expect(changes.map(\.scenario) == ["sev-snp/launch-lifecycle"])
    let values = sets.map { $0.cells.flatMap(\.measurements).map(\.measurement) }
    #expect(values == changes.first.map { [[$0.before], [$0.after]] })
    let unknown = try await lodge("diff", "trixie", "sidd")
    #expect(unknown.ending == .exited(2) && unknown.errors.contains("did you mean sid?"))
  }

  @Test func theSameArchiveStateGivesTheSameLock() async throws {
    let first = try await lodge("set", "resolve", "--matrix", matrix, "trixie")
    let second = try await lodge("set", "resolve", "--matrix", matrix, "trixie", "--offline")
    #expect(first.ending == .exited(0), "\(first.errors)")
    #expect(!first.output.isEmpty && first.output == second.output)
    #expect(!first.text.contains("://"))
  }

  @Test func aLockIsUsedWithoutResolvingAndAChangedOneIsRefused() async throws {
    let resolved = try await lodge("set", "resolve", "--matrix", matrix, "trixie", "--offline")
    let lock = try Lock(reading: resolved.output)
    let file = try folder.write(resolved.output, to: "trixie.lock")
    let installed = try await lodge("set", "install", "--locked", file, "--offline")
    #expect(installed.ending == .exited(0), "\(installed.errors)")
    let root = installed.text.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(root.contains(lock.id.hex))
    #expect(FileManager.default.fileExists(atPath: "\(root)/usr/bin/qemu-system-x86_64"))
    let digest = try #require(lock.packages.first?.sha256)
    let other = String(digest.hex.reversed())
    let altered = resolved.text.replacing(digest.hex, with: other)
    let refused = try await lodge(
      "run", "--stage", "packages", "--locked", try folder.write(altered, to: "altered.lock"))
    #expect(refused.ending == .exited(2))
    #expect(refused.errors.contains(try #require(lock.packages.first?.label)))
  }

  @Test func anAlteredTreeIsCaught() async throws {
    let installed = try await lodge("set", "install", "--matrix", matrix, "sid", "--offline")
    let root = installed.text.trimmingCharacters(in: .whitespacesAndNewlines)
    let copy = "\(folder.path)/root"
    _ = try await Command("cp", ["-a", root, copy]).succeed()
    let before = try await lodge("check", "--root", copy, "--json")
    let header = "\(copy)/usr/lib/linux/uapi/x86/asm/kvm.h"
    let text = try String(contentsOfFile: header, encoding: .utf8)
    try FileManager.default.removeItem(atPath: header)
    let altered = text.replacing(/#define KVM_X86_SNP_VM\s+4/, with: "#define KVM_X86_SNP_VM 3")
    try altered.write(toFile: header, atomically: true, encoding: .utf8)
    let after = try await lodge("check", "--root", copy, "--json")
    func failures(_ finished: Command.Finished) throws -> [String] {
      try CanonicalJSON.decode(Results.self, from: finished.output).sets.flatMap(\.cells)
        .filter { $0.outcome == .fail }.map { "\($0.catalogue ?? "") \($0.type?.rawValue ?? "")" }
    }
    let found = try failures(after).filter { try !failures(before).contains($0) }
    #expect(found.contains("R04 sev-snp"), "\(found)")
  }

  @Test func aMemberBringsAlongWhatOnlyItsSuiteHas() async throws {
    let file = try folder.write(
      """
      sets:
        mixed:
          apt: {suites: [trixie]}
          packages: [libvirt-daemon-system, {name: qemu-system-x86, suite: trixie-backports}]
      """, to: "mixed.yaml")
    let resolved = try await lodge("set", "resolve", "--matrix", file, "mixed")
    #expect(resolved.ending == .exited(0), "\(resolved.errors)")
    let packages = try Lock(reading: resolved.output).packages
    func suite(_ name: String) -> String? { packages.first { $0.name == name }?.suite }
    #expect(suite("qemu-system-x86") == "trixie-backports")
    #expect(suite("qemu-system-common") == "trixie-backports")
    #expect(suite("libvirt0") == "trixie")
  }

  /// The real source of a suite whose archive keeps it.
  @Test func aSourceIsPartOfTheSetAndStandsInItsRoot() async throws {
    let file = try folder.write(
      """
      sets:
        sources:
          apt: {suites: [trixie]}
          packages: [qemu-system-x86, linux-libc-dev]
          sources: [qemu]
        misspelt:
          apt: {suites: [trixie]}
          packages: [qemu-system-x86]
          sources: [qemuu]
      """, to: "sources.yaml")
    let installed = try await lodge("set", "install", "--matrix", file, "sources")
    #expect(installed.ending == .exited(0), "\(installed.errors)")
    let root = installed.text.trimmingCharacters(in: .whitespacesAndNewlines)
    let place = "\(root)/usr/src/lodge/qemu"
    let names = try FileManager.default.contentsOfDirectory(atPath: place).sorted()
    #expect(names == ["VERSION", "include", "linux-headers", "patches"])
    #expect(
      FileManager.default.fileExists(atPath: "\(place)/linux-headers/asm-x86/kvm.h"))
    let resolved = try await lodge("set", "resolve", "--matrix", file, "sources", "--offline")
    let packages = try Lock(reading: resolved.output).packages
    let parts = packages.filter { $0.architecture == "source" }
    #expect(parts.count == 3 && parts.allSatisfy { $0.signature == .verified && $0.name == "qemu" })
    let binary = packages.first { $0.name == "qemu-system-x86" }
    #expect(parts.allSatisfy { $0.version == binary?.version })
    let misspelt = try await lodge("set", "resolve", "--matrix", file, "misspelt")
    #expect(misspelt.ending == .exited(2))
    #expect(misspelt.errors.contains("no suite of it has a source package qemuu"))
    #expect(misspelt.errors.contains("sources:"))
  }

  /// Packages of three suites that nobody resolved together, and a suite that outranks the set.
  @Test func aSetOfSeveralSuitesIsNotClosedOrIsOutranked() async throws {
    let file = try folder.write(
      """
      sets:
        pinned:
          apt: {suites: [bookworm], stock: [trixie]}
          packages: [qemu-system-x86, libvirt-daemon-system, linux-libc-dev]
      """, to: "pinned.yaml")
    func findings(_ number: String, _ arguments: String...) async throws -> [Finding] {
      let finished = try await Program.run(
        ["check", "--json", "--contract", number] + arguments,
        cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"], state: folder.path)
      let results = try CanonicalJSON.decode(Results.self, from: finished.output)
      return results.sets.flatMap(\.cells).flatMap(\.findings)
    }
    let outranked = try await findings("R68", "--matrix", file, "--set", "pinned")
    #expect(outranked.contains { $0.summary.contains("qemu-system-x86") }, "\(outranked)")
    #expect(outranked.allSatisfy { $0.grade == .warn })
    #expect(try await findings("C10", "--matrix", file, "--set", "pinned") == [])

    let locks = try await ["bookworm", "sid"].asyncMap { set in
      try Lock(
        reading: try await lodge("set", "resolve", "--matrix", matrix, set, "--offline").output)
    }
    // User space of one suite with the kernel of another closes; QEMU with another's libraries not.
    func mixed(_ isTaken: (String) -> Bool) throws -> String {
      let lock = Lock(
        packages: locks[0].packages.filter { !isTaken($0.name) }
          + locks[1].packages.filter { isTaken($0.name) }, acceptExpired: locks[1].acceptExpired)
      return try folder.write(lock.canonicalBytes, to: "\(lock.id.short).lock")
    }
    let kernel = try mixed { $0.hasPrefix("linux-") }
    #expect(
      try await findings("C10", "--locked", kernel).filter { $0.summary.contains("qemu") } == [])
    let qemu = try await findings("C10", "--locked", try mixed { $0.hasPrefix("qemu-") })
    #expect(
      qemu.contains { $0.grade == .fail && $0.summary.hasPrefix("qemu-system-x86 ") }, "\(qemu)")
    #expect(qemu.contains { $0.summary.contains("and the set has libc6 2.36") }, "\(qemu)")
  }

  private func blame(
    _ arguments: [String], scenarios: String = Program.scenarios
  ) async throws -> BlameReportRead {
    let cache = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"]
    let finished = try await Program.run(
      ["blame", "--matrix", matrix, "--scenarios", scenarios, "--offline", "--json"] + arguments,
      cache: cache, state: folder.path)
    #expect(finished.ending == .exited(0), "\(finished.errors)")
    return try CanonicalJSON.decode(BlameReportRead.self, from: finished.output)
  }

  /// The image of sid that takes kernel hashes and holds no code for them is one of ovmf.
  @Test func theFirmwareIsBlamedForItsImages() async throws {
    let report = try await blame(["trixie", "sid", "--cell", "R36", "--stage", "packages"])
    #expect(report.parts == ["kernel", "qemu", "libvirt", "firmware", "rest"])
    let blamed = try #require(report.blamed.first)
    #expect(report.blamed.count == 1 && blamed.catalogue == "R36" && blamed.type == "sev")
    #expect(blamed.culprits == [["firmware"]] && blamed.repairs == [["firmware"]])
    // Wherever a mix has sid's firmware, and nowhere else.
    for (mix, seen) in zip(report.mixes, blamed.seen) {
      #expect((seen.outcome == "fail") == (mix.parts["firmware"] == "sid"), "\(mix)")
    }
    #expect(report.passed.allSatisfy { $0.sentence == "both sets keep it" })
  }

  /// Asked again, nothing is launched, unless anything that decides a launch has changed.
  @Test func aScenarioIsBlamedOnTheMemberThatRefuses() async throws {
    let question = ["trixie", "sid", "--cell", "sev-es/reset[anew-without-key-sharing]"]
    let first = try await blame(question + ["--relaunch"])
    #expect(first.blamed.map(\.culprits) == [[["qemu"]]] && first.known == 0)
    let second = try await blame(question)
    #expect(second.mixes == first.mixes && second.blamed == first.blamed)
    #expect(second.known == first.mixes.count)

    let copy = folder.path + "/scenarios"
    try FileManager.default.copyItem(atPath: scenarios, toPath: copy)
    let file = "\(copy)/sev-es/reset.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try (text + "# changed \(UUID())\n").write(toFile: file, atomically: false, encoding: .utf8)
    let third = try await blame(question, scenarios: copy)
    #expect(third.known == 0 && third.blamed == first.blamed)
  }

  @Test func nobodyIsToBlameForWhatIsAlike() async throws {
    let cases: [([String], Int, String)] = [
      (["trixie", "sid", "--cell", "R04", "--stage", "packages"], 3, "both sets keep it"),
      (["sid", "trixie", "--cell", "R36", "--stage", "packages"], 3, "swap the two"),
      (["trixie", "sid", "--cell", "R999"], 2, "no contract or scenario fits R999"),
      (["trixie", "sidd", "--cell", "R36"], 2, "did you mean sid?"),
      (["trixie", "trixie", "--cell", "R36"], 2, "both sets are called trixie"),
      (["trixie", "sid"], 64, "name what is red"),
    ]
    for (arguments, code, words) in cases {
      let finished = try await Program.run(
        ["blame", "--matrix", matrix, "--scenarios", scenarios, "--offline"] + arguments,
        cache: ProcessInfo.processInfo.environment["XDG_CACHE_HOME"], state: folder.path)
      #expect(finished.ending == .exited(code), "\(arguments): \(finished.errors)")
      let told = (finished.text + finished.errors).split(whereSeparator: \.isWhitespace)
      #expect(told.joined(separator: " ").contains(words), "\(told)")
    }
  }

  /// A mix holds exactly the members that it names, is closed, and is judged and kept like any set.
  @Test func mixesAreSetsOfTheMatrix() async throws {
    let shipped = try String(contentsOfFile: matrix, encoding: .utf8)
    let file = try folder.write(
      shipped + "mix:\n  grid: {sets: [trixie, sid], members: [kernel, qemu]}\n", to: "mix.yaml")
    func versions(_ set: String) async throws -> [String: String] {
      let resolved = try await lodge("set", "resolve", "--matrix", file, set, "--offline")
      #expect(resolved.ending == .exited(0), "\(resolved.errors)")
      return Dictionary(
        try Lock(reading: resolved.output).packages.map { ($0.name, $0.version) },
        uniquingKeysWith: { first, _ in first })
    }
    let (trixie, sid) = (try await versions("trixie"), try await versions("sid"))
    let mixed = try await versions("grid/trixie+sid")
    for name in ["qemu-system-x86", "qemu-system-common", "qemu-system-data"] {
      #expect(mixed[name] == sid[name], "\(name)")
    }
    for name in ["linux-image-amd64", "linux-libc-dev", "libvirt0", "libvirt-daemon", "ovmf"] {
      #expect(mixed[name] == trixie[name], "\(name)")
    }
    let installed = try await lodge(
      "set", "install", "--matrix", file, "grid/trixie+sid", "--offline")
    let root = installed.text.trimmingCharacters(in: .whitespacesAndNewlines)
    let kernels = try FileManager.default.contentsOfDirectory(atPath: "\(root)/usr/lib/modules")
    #expect(kernels.count == 1 && kernels.allSatisfy { $0.contains("deb13") }, "\(kernels)")

    let finished = try await lodge(
      "run", file, "--offline", "--stage", "packages", "--contract", "C10", "--contract", "R0*",
      "--json")
    let results = try CanonicalJSON.decode(Results.self, from: finished.output)
    let combinations = ["trixie+trixie", "trixie+sid", "sid+trixie", "sid+sid"]
    #expect(
      results.sets.map(\.name) == ["bookworm", "trixie", "sid"] + combinations.map { "grid/\($0)" })
    for set in results.sets {
      #expect(set.cells.first { $0.catalogue == "C10" }?.outcome == .pass, "\(set.name)")
    }
    #expect(results.sets[3].id == results.sets[1].id, "what is all trixie is trixie")
    let kept = try await lodge("matrix", "--set", "grid/sid+trixie", "--json")
    let known = try CanonicalJSON.decode(Results.self, from: kept.output)
    #expect(known.sets.map(\.id) == [results.sets[5].id])
    let misspelt = try await lodge("check", "--matrix", file, "--set", "grid/sid+trixi")
    #expect(misspelt.errors.contains("did you mean grid/sid+trixie?"), "\(misspelt.errors)")
  }

  @Test func unknownNamesAreExplained() async throws {
    let file = try folder.write(
      """
      sets:
        a: {apt: {suites: [trixie]}, packages: [qemu-sytem-x86]}
        b: {apt: {suites: [no-such-suite]}, packages: [ovmf]}
        c: {apt: {suites: [sid]}, packages: [ovmf]}
      """, to: "m.yaml")
    for (set, words) in [
      ("a", "did you mean qemu-system-x86?"), ("b", "no suite no-such-suite"),
      ("c", "set acceptExpired: true"), ("d", "the matrix has no set d"),
    ] {
      let finished = try await lodge("set", "resolve", "--matrix", file, set)
      #expect(
        finished.ending == .exited(2) && finished.errors.contains(words), "\(finished.errors)")
    }
  }

  @Test func aRunThatIsKilledLeavesNothingHalfMade() async throws {
    let cache = "\(folder.path)/cache"
    let store =
      "\(ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache")/lodge"
    try FileManager.default.createDirectory(
      atPath: "\(cache)/lodge", withIntermediateDirectories: true)
    for part in ["packages", "resolved"] {
      _ = try await Command("cp", ["-a", "\(store)/\(part)", "\(cache)/lodge/\(part)"]).succeed()
    }
    let resolved = try await lodge("set", "resolve", "--matrix", matrix, "trixie", "--offline")
    let file = try folder.write(resolved.output, to: "trixie.lock")
    let install = ["set", "install", "--locked", file, "--offline"]
    for milliseconds in [150, 400, 900, 1600] {
      _ = try? await Program.run(
        install, cache: cache, state: folder.path, deadline: .milliseconds(milliseconds))
    }
    let whole = try await Program.run(install, cache: cache, state: folder.path)
    let root = whole.text.trimmingCharacters(in: .whitespacesAndNewlines)
    let reference = try await lodge("set", "install", "--locked", file, "--offline").text
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let difference = try await Command(
      "diff", ["-r", "--no-dereference", root, reference], deadline: .seconds(120)
    ).run()
    #expect(difference.ending == .exited(0), "\(difference.text.prefix(500))")
    let left = try FileManager.default.contentsOfDirectory(atPath: "\(cache)/lodge/scratch")
    #expect(left.isEmpty, "\(left)")
  }
}

/// What scripts read of a blame.
private struct BlameReportRead: Decodable {
  struct Mix: Decodable, Equatable { var parts: [String: String] }
  struct Seen: Decodable, Equatable { var outcome: String? }
  struct Blamed: Decodable, Equatable {
    var catalogue: String?
    var type: String?
    var seen: [Seen]
    var culprits: [[String]]
    var repairs: [[String]]
  }
  struct Passed: Decodable { var sentence: String }

  var parts: [String]
  var mixes: [Mix]
  var blamed: [Blamed]
  var passed: [Passed]
  var known: Int
}

extension Array {
  fileprivate func asyncMap<Value>(
    _ work: (Element) async throws -> Value
  ) async throws -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await work(element)) }
    return values
  }
}

/// Whether sets can be resolved here; in CI nothing is skipped, so there it must be so.
enum Archive {
  static var isReachable: Bool {
    get async {
      if ProcessInfo.processInfo.environment["CI"] != nil { return true }
      guard
        let source = AptSource.forSuite(
          "trixie", among: AptSource.ofHost(), codename: hostCodename())
      else { return false }
      guard let folder = try? TemporaryFolder() else { return false }
      let address = "\(source.uri)/dists/trixie/InRelease"
      let finished = try? await Command(
        "/usr/lib/apt/apt-helper", ["download-file", address, "\(folder.path)/InRelease"],
        deadline: .seconds(20)
      ).run()
      return finished?.ending == .exited(0)
    }
  }
}
