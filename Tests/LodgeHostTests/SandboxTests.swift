import Foundation
import LodgeHost
import Testing

struct SandboxTests {
  private func run(_ script: String) async throws -> Command.Finished {
    try await Sandbox(root: "/").command("/bin/sh", ["-c", script], deadline: .seconds(10)).run()
  }

  @Test func thereIsNoNetworkAndNoHostFile() async throws {
    let finished = try await run("ls /home /root /etc/passwd /var 2>/dev/null; cat /proc/net/dev | tail -n +3")
    #expect(!finished.text.contains("passwd") && !finished.text.contains("eth"))
  }

  @Test func theRootCannotBeWritten() async throws {
    let finished = try await run("touch /usr/x && echo written")
    #expect(finished.ending != .exited(0) && finished.text.isEmpty)
  }

  @Test func onlyItsOwnProcessesAreSeen() async throws {
    let finished = try await run("ls /proc | grep -c '^[0-9]'")
    #expect((Int(finished.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 99) < 8)
  }

  @Test func nothingOutlivesIt() async throws {
    let mark = "3\(Int.random(in: 100_000...999_999))"
    _ = try? await Sandbox(root: "/").command(
      "/bin/sh", ["-c", "sleep \(mark) & sleep \(mark)"], deadline: .milliseconds(300)
    ).run()
    try await Task.sleep(for: .milliseconds(200))
    let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc")
    let commands = processes.compactMap { try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8) }
    #expect(!commands.contains { $0.contains(mark) })
  }
}
