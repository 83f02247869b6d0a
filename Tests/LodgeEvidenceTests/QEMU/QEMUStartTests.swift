import Foundation
import LodgeEvidence
import LodgeModel
import LodgeTesting
import Testing

/// Programs in QEMU's place that do not begin to answer.
struct QEMUStartTests {
  private func evidence(_ program: String, mode: Int = 0o755) async throws -> Evidence {
    let folder = try TemporaryFolder()
    try await folder.addShell()
    try folder.write(program, to: "usr/bin/qemu-system-x86_64", mode: mode)
    let root = try Root(at: folder.path) { _ in nil }
    let evidence = await Evidence(
      reading: root, with: [.start, .qemu, .qom, .defaults, .replies, .vmstate])
    withExtendedLifetime(folder) {}
    return evidence
  }

  private func others(_ evidence: Evidence) -> [any FactState] {
    [evidence.qemu, evidence.qom, evidence.defaults, evidence.replies, evidence.vmstate]
  }

  @Test func oneThatAnswersStarts() async throws {
    let evidence = try await evidence(ScriptedQEMU.script)
    let start = try #require(evidence.start.value)
    #expect(start.refusal == nil && start.source.file == "usr/bin/qemu-system-x86_64")
    #expect(others(evidence).allSatisfy { $0.isFound })
  }

  @Test(arguments: [
    ("#!/bin/sh\necho 'no libfoo.so.1' >&2; exit 127\n", "exit code 127: no libfoo.so.1"),
    ("#!/bin/sh\nexit 0\n", "exit code 0"), ("#!/bin/sh\nkill -ABRT $$\n", "died of signal 6"),
    ("#!/nowhere/sh\n", "execvp"),
  ])
  func whatEndsIsAFactAndItsAnswersAreAbsent(program: String, words: String) async throws {
    let evidence = try await evidence(program)
    let refusal = try #require(evidence.start.value?.refusal, "\(evidence.start)")
    #expect(refusal.contains(words))
    for state in others(evidence) {
      #expect(!state.isFound && !state.isUnreadable, "\(state)")
      #expect(state.summary("").contains("QEMU does not start: it "), "\(state)")
    }
  }

  @Test func whatMayNotBeRunDoesNotStart() async throws {
    let evidence = try await evidence(ScriptedQEMU.script, mode: 0o644)
    #expect(evidence.start.value?.refusal?.contains("Permission denied") == true)
  }

  @Test func whatIsKilledIsAnError() async throws {
    let evidence = try await evidence("#!/bin/sh\nkill -KILL $$\n")
    #expect(evidence.start.isUnreadable && evidence.qemu.isUnreadable)
  }

  @Test func aRootWithoutQEMUHasNoStart() async throws {
    let evidence = await Evidence(
      reading: try TreeOfFiles(["etc/x": .init()]).root(), with: [.start])
    #expect(!evidence.start.isFound && !evidence.start.isUnreadable)
  }
}
