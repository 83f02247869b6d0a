import Foundation
import Glibc
import LodgeBindings
import LodgeHost
import LodgeLab
import LodgeTesting
import Testing

/// An unpacked root that the environment names.
private let unpackedRoot = ProcessInfo.processInfo.environment["LODGE_TEST_ROOT"]

/// Labs over the libvirt and QEMU of a whole root, with domains under TCG.
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
    plan = LabPlan(
      root: try #require(unpackedRoot), description: ModelledHost.description,
      hostFiles: ModelledHost.files, library: try #require(PlatformModel.library),
      cache: "\(folder.path)/cache")
  }

  @Test func aDomainLivesInALab() async throws {
    try await Lab.opened(plan, in: scratch) { lab in
      let domain = try await lab.connection.define(ModelledHost.domain("one"), within: soon)
      try await domain.start(within: soon)
      #expect(try await domain.state(within: soon).name == .running)
      try await domain.destroy(within: soon)
      let launch = try #require(lab.folder.launches(of: "one").first)
      #expect(launch.commandLine.first?.hasSuffix("qemu-system-x86_64") == true)
      #expect(launch.commandLine.contains("guest=one,debug-threads=on"))
      #expect(launch.endReason == "destroyed")
      #expect(lab.obituary == nil)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
  }
}
