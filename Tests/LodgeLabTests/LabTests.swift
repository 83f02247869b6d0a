import Foundation
import LodgeBindings
import LodgeHost
import LodgeLab
import LodgeTesting
import Testing

/// An unpacked root that the environment names.
let unpackedRoot = ProcessInfo.processInfo.environment["LODGE_TEST_ROOT"]

/// Labs over the libvirt and QEMU of a whole root.
@Suite(
  .enabled(if: unpackedRoot != nil, "LODGE_TEST_ROOT names no unpacked root of libvirt and QEMU"),
  .timeLimit(.minutes(5)))
struct LabTests {
  private let folder: TemporaryFolder
  private let scratch: Scratch
  private let plan: LabPlan
  private let soon = Duration.seconds(30)

  init() throws {
    folder = try TemporaryFolder()
    scratch = try Scratch(in: "\(folder.path)/scratch")
    plan = try LabPlan(of: unpackedRoot, in: folder)
  }

  @Test func aDomainLivesInALab() async throws {
    try await Lab.opened(plan, in: scratch) { lab in
      let events = lab.connection.events()
      let domain = try await lab.connection.define(ModelledHost.domain("one"), within: soon)
      try await domain.start(paused: true, within: soon)
      #expect(try await domain.state(within: soon).name == .paused)
      try await domain.resume(within: soon)
      #expect(try await domain.state(within: soon).name == .running)
      let status = try await domain.ask(#"{"execute": "query-status"}"#, within: soon)
      #expect(status.contains(#""status":"running""#))
      try await domain.destroy(within: soon)
      let stopped = await events.first {
        if case .lifecycle(.stopped, _) = $0.kind { true } else { false }
      }
      #expect(stopped?.description == "one: stopped (destroyed)")
      let launch = try #require(lab.folder.launches(of: "one").first)
      #expect(launch.commandLine.first?.hasSuffix("qemu-system-x86_64") == true)
      #expect(launch.commandLine.contains("guest=one,debug-threads=on"))
      #expect(launch.endReason == "destroyed")
      let transcript = try #require(try lab.folder.transcript(of: "one"))
      #expect(String(decoding: transcript, as: UTF8.self).contains(" kvm KVM_CREATE_VM "))
      lab.folder.forgetTranscript(of: "one")
      #expect(try lab.folder.transcript(of: "one") == nil)
      #expect(lab.obituary == nil)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
  }

  @Test func emulatorsAreProbedOnceForLabsOfOneKind() async throws {
    func probes() async throws -> [String: Date] {
      try await Lab.opened(plan, in: scratch) { lab in
        _ = try await lab.connection.domainCapabilities(within: soon)
      }
      let files = FileManager.default
      var dates: [String: Date] = [:]
      for path in try files.subpathsOfDirectory(atPath: plan.cache)
      where path.contains("/capabilities/") {
        let attributes = try files.attributesOfItem(atPath: "\(plan.cache)/\(path)")
        dates[path] = attributes[.modificationDate] as? Date
      }
      return dates
    }
    let first = try await probes()
    #expect(!first.isEmpty)
    #expect(try await probes() == first)
  }

  /// The first of them validate at the same time.
  @Test func severalDomainsStartAtOnce() async throws {
    try await Lab.opened(plan, in: scratch) { lab in
      let states = try await withThrowingTaskGroup { group in
        for number in 0..<4 {
          group.addTask {
            let domain = try await lab.connection.define(
              ModelledHost.domain("d\(number)"), within: .seconds(60))
            try await domain.start(within: .seconds(60))
            return try await domain.state(within: .seconds(60)).name
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(states == [.running, .running, .running, .running])
    }
  }

  @Test func aDaemonThatDiesIsToldByItsLastWords() async throws {
    var broken = plan
    broken.description = Data("no description\n".utf8)
    let failure = await #expect(throws: LabFailure.self) {
      try await Lab.opened(broken, in: scratch) { _ in }
    }
    guard case .died(_, .exited(121), let words) = failure else {
      Issue.record("\(failure.map { "\($0)" } ?? "no failure")")
      return
    }
    #expect(words.contains("not a description"))
  }

  @Test func aDaemonThatIsTooSlowIsGivenUp() async throws {
    var hasty = plan
    hasty.startsWithin = .milliseconds(1)
    let failure = await #expect(throws: LabFailure.self) {
      try await Lab.opened(hasty, in: scratch) { _ in }
    }
    #expect("\(try #require(failure))".contains("did not answer within 0.001 seconds"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
  }

  /// A guest whose name is no file name, and a fault in its way.
  @Test func aPlantedFaultIsMet() async throws {
    try await Lab.opened(plan, in: scratch) { lab in
      let name = "a b,c"
      try lab.folder.plant("fault KVM_CREATE_VM errno=ENOMEM\n", for: name)
      let domain = try await lab.connection.define(ModelledHost.domain(name), within: soon)
      let failure = await #expect(throws: LibvirtFailure.self) {
        try await domain.start(within: soon)
      }
      #expect(failure?.error?.message.contains("Cannot allocate memory") == true)
      #expect(try await domain.state(within: soon).description == "shutoff (failed)")
      #expect(lab.folder.launches(of: name).last?.endReason == "failed")
      try lab.folder.plant(nil, for: name)
      try await domain.start(within: soon)
      #expect(try await domain.state(within: soon).name == .running)
    }
  }

  @Test func workThatFailsLeavesNothing() async throws {
    struct Oops: Error {}
    await #expect(throws: Oops.self) {
      try await Lab.opened(plan, in: scratch) { lab in
        let domain = try await lab.connection.define(ModelledHost.domain("left"), within: soon)
        try await domain.start(within: soon)
        throw Oops()
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
    #expect(try await isGone("guest=left,"))
  }

  @Test func aFolderMayBeDeep() async throws {
    let deep = try Scratch(in: "\(folder.path)/\(String(repeating: "deep/", count: 30))scratch")
    let names = try await Lab.opened(plan, in: deep) { lab in
      #expect(lab.virsh.hasPrefix("(cd '/"))
      return try await lab.connection.domains(within: soon).map(\.name)
    }
    #expect(names == [])
  }

  @Test func aLabStaysWhenAsked() async throws {
    let place = "\(folder.path)/staying"
    let lab = try await Lab.opened(plan, in: Scratch(in: place), staying: true) { $0 }
    #expect(try await lab.connection.domains(within: soon).isEmpty)
    // Whoever starts in the meantime leaves it alone.
    _ = try Scratch(in: place)
    #expect(FileManager.default.fileExists(atPath: lab.folder.path))
    let word = try #require(lab.farewell.split(separator: " ").last)
    kill(try #require(Int32(word)), SIGTERM)
    #expect(try await isGone(lab.folder.path))
    for _ in 0..<100 where lab.obituary == nil { try await Task.sleep(for: .milliseconds(50)) }
    #expect(lab.farewell == "the lab is gone")
    _ = try Scratch(in: place)
    #expect(!FileManager.default.fileExists(atPath: lab.folder.path))
  }

  /// A run that is killed while domains run, and the start after it.
  @Test func nothingOutlivesAKilledRun() async throws {
    let place = "/tmp/lodge-test-killed-lab"
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let place = "/tmp/lodge-test-killed-lab"
      let plan = LabPlan(
        root: try #require(unpackedRoot), description: try ModelledHost.description(),
        hostFiles: ModelledHost.files, library: try #require(PlatformModel.library),
        cache: "\(place)/cache")
      try await Lab.opened(plan, in: Scratch(in: "\(place)/scratch")) { lab in
        let domain = try await lab.connection.define(
          ModelledHost.domain("killed"), within: .seconds(60))
        try await domain.start(within: .seconds(60))
        kill(getpid(), SIGKILL)
      }
    }
    #expect(try await isGone("guest=killed,"))
    #expect(try await isGone(place))
    let left = try FileManager.default.contentsOfDirectory(atPath: "\(place)/scratch")
    try #require(left.count == 2, "a folder and its lock")
    let next = try Scratch(in: "\(place)/scratch")
    let swept = try FileManager.default.contentsOfDirectory(atPath: "\(place)/scratch")
    #expect(swept.count == 2 && !swept.contains(left[0]), "only its own")
    withExtendedLifetime(next) {}
    try removeTree(place)
  }

  /// Whether no process is called with a text any more, after a moment for the kernel.
  private func isGone(_ text: String) async throws -> Bool {
    for _ in 0..<100 {
      let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc")
      let isThere = processes.contains { process in
        let command = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
        return command?.contains(text) == true
      }
      if !isThere { return true }
      try await Task.sleep(for: .milliseconds(50))
    }
    return false
  }
}
