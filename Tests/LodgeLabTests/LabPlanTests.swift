import Foundation
import LodgeHost
import LodgeLab
import LodgeTesting
import Testing

/// What is refused before anything starts.
struct LabPlanTests {
  private let folder: TemporaryFolder
  private let scratch: Scratch
  private let plan: LabPlan

  init() throws {
    folder = try TemporaryFolder()
    scratch = try Scratch(in: "\(folder.path)/scratch")
    plan = try LabPlan(ofNothingIn: folder)
  }

  @Test(.enabled(if: Command.locate("bwrap") != nil, "bwrap is not installed"))
  func aRootWithoutLibvirtIsNamedWithARemedy() async throws {
    let failure = await #expect(throws: LabFailure.noLibvirt(root: plan.root)) {
      try await Lab.opened(plan, in: scratch) { _ in }
    }
    #expect("\(try #require(failure))".contains("add a package with the daemon"))
  }

  @Test(
    .enabled(if: Command.locate("bwrap") != nil, "bwrap is not installed"),
    arguments: [
      "/etc/shadow", "proc/cpuinfo", "/proc/../etc/x", "/sys//x", "/sys/", "/proc/./x", "",
    ])
  func aHostFileOutOfPlaceIsRefused(path: String) async throws {
    try folder.write("", to: "root/usr/sbin/libvirtd")
    var plan = plan
    plan.hostFiles = [path: "text"]
    let failure = await #expect(throws: LabFailure.self) {
      try await Lab.opened(plan, in: scratch) { _ in }
    }
    guard case .unusable(path, _) = failure else {
      Issue.record("\(failure.map { "\($0)" } ?? "no failure")")
      return
    }
  }

  @Test func messagesTellTheLastWords() {
    let failure = LabFailure.died("libvirtd", .exited(1), words: "one\ntwo\nthree\nfour\n")
    #expect(
      "\(failure)" == "libvirtd in the lab ended with exit code 1; it said: two / three / four")
  }
}
