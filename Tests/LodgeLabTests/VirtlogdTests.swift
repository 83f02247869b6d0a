import Foundation
import LodgeBindings
import LodgeHost
import LodgeLab
import LodgeTesting
import Testing

/// An unpacked root with virtqemud that the environment names.
private let modularRoot = ProcessInfo.processInfo.environment["LODGE_TEST_MODULAR_ROOT"]

/// Both styles of daemon, with the virtlogd of a whole root beside them.
@Suite(.timeLimit(.minutes(5)))
struct VirtlogdTests {
  private let folder: TemporaryFolder
  private let scratch: Scratch
  private let soon = Duration.seconds(30)

  init() throws {
    folder = try TemporaryFolder()
    scratch = try Scratch(in: "\(folder.path)/scratch")
  }

  private func plan(of root: String?, _ handler: StdioHandler? = nil) throws -> LabPlan {
    var plan = try LabPlan(of: root, in: folder)
    plan.stdioHandler = handler
    return plan
  }

  @Test(
    .enabled(if: unpackedRoot != nil, "LODGE_TEST_ROOT names no unpacked root of libvirt and QEMU"))
  func libvirtd() async throws {
    try await lives(plan(of: unpackedRoot, .logd))
  }

  @Test(
    .enabled(
      if: modularRoot != nil,
      "LODGE_TEST_MODULAR_ROOT names no root with virtqemud; Scripts/modular-root makes one"))
  func virtqemud() async throws {
    try await lives(plan(of: modularRoot)) { #expect($0.virsh.contains("virtqemud-sock")) }
  }

  /// A domain that fails and then runs, whose every word virtlogd wrote.
  private func lives(_ plan: LabPlan, _ check: (Lab) -> Void = { _ in }) async throws {
    try await Lab.opened(plan, in: scratch) { lab in
      check(lab)
      let files = FileManager.default
      #expect(files.fileExists(atPath: "\(lab.folder.logs)/virtlogd.log"))
      let domain = try await lab.connection.define(ModelledHost.domain("one"), within: soon)
      try lab.folder.plant("fault KVM_CREATE_VM errno=ENOMEM\n", for: "one")
      // libvirt may ask virtlogd for QEMU's words too early to quote them; the log has them.
      await #expect(throws: LibvirtFailure.self) { try await domain.start(within: soon) }
      try lab.folder.plant(nil, for: "one")
      try await domain.start(within: soon)
      #expect(try await domain.state(within: soon).name == .running)
      try await domain.destroy(within: soon)
      let launches = lab.folder.launches(of: "one")
      #expect(launches.map(\.endReason) == ["failed", "destroyed"])
      #expect(launches.first?.output.contains { $0.contains("Cannot allocate memory") } == true)
      #expect(launches.last?.commandLine.contains("guest=one,debug-threads=on") == true)
      #expect(lab.obituary == nil)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
  }
}
