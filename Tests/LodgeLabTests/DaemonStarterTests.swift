import Foundation
import LodgeHost
import LodgeTesting
import Testing

@testable import LodgeLab

/// How the start of two daemons goes wrong, in a root of a shell and two scripts.
@Suite(.enabled(if: Command.locate("bwrap") != nil, "bwrap is not installed"))
struct DaemonStarterTests {
  private let folder: TemporaryFolder
  private let scratch: Scratch
  private let plan: LabPlan

  init() async throws {
    folder = try TemporaryFolder()
    scratch = try Scratch(in: "\(folder.path)/scratch")
    let root = "\(folder.path)/root"
    try makeFolder(root)
    let libraries = try await Command("ldd", ["/bin/sh"]).succeed().text
      .split(whereSeparator: \.isWhitespace).map(String.init).filter { $0.hasPrefix("/") }
    _ = try await Command("cp", ["-L", "--parents", "/bin/sh"] + libraries + [root]).succeed()
    plan = LabPlan(
      root: root, description: try ModelledHost.description(), hostFiles: ModelledHost.files,
      library: try #require(PlatformModel.library), cache: "\(folder.path)/cache",
      startsWithin: .seconds(10))
  }

  private func failure(
    virtlogd: String, virtqemud: String = "echo none >&2", within deadline: Duration? = nil
  ) async throws -> LabFailure {
    try folder.write("#!/bin/sh\n\(virtlogd)\n", to: "root/usr/sbin/virtlogd", mode: 0o755)
    try folder.write("#!/bin/sh\n\(virtqemud)\n", to: "root/usr/sbin/virtqemud", mode: 0o755)
    var plan = plan
    plan.startsWithin = deadline ?? plan.startsWithin
    let failure = await #expect(throws: LabFailure.self) {
      try await Lab.opened(plan, in: scratch) { _ in }
    }
    return try #require(failure)
  }

  @Test func virtlogdThatDiesIsToldByItsLastWords() async throws {
    let words = "echo 'cannot listen' >&2; echo 'Address in use' >/var/log/virtlogd.log"
    #expect(
      try await failure(virtlogd: "\(words); exit 3")
        == .died("virtlogd", .exited(3), words: "cannot listen\nAddress in use\n"))
  }

  @Test func virtlogdThatIsKilledIsTold() async throws {
    #expect(
      try await failure(virtlogd: "kill -SEGV $$")
        == .died("virtlogd", .killed(signal: 11), words: ""))
  }

  @Test func virtlogdThatNeverListensIsGivenUp() async throws {
    #expect(
      try await failure(virtlogd: "kill -STOP $$", within: .seconds(1))
        == .silent("virtlogd", .seconds(1), words: ""))
  }

  @Test func virtlogdThatCannotRunIsTold() async throws {
    try folder.write("", to: "root/usr/sbin/virtqemud", mode: 0o755)
    var plan = plan
    plan.stdioHandler = .logd
    let words = "lodge: /usr/sbin/virtlogd: No such file or directory\n"
    await #expect(throws: LabFailure.died("virtlogd", .exited(127), words: words)) {
      try await Lab.opened(plan, in: scratch) { _ in }
    }
  }

  /// It is told by its own name once virtlogd listens.
  @Test func theDaemonAfterItIsTold() async throws {
    #expect(
      try await failure(
        virtlogd: "[ \"$*\" = --daemon ]", virtqemud: "echo \"no driver$*\" >&2; exit 5")
        == .died("virtqemud", .exited(5), words: "no driver\n"))
  }
}
