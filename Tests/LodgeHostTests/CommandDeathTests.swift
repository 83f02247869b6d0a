import Foundation
import LodgeHost
import Testing

struct CommandDeathTests {
  /// A process that is killed while a program of its runs, as a run is by the kernel or a user.
  @Test func aProgramDiesWithTheProcessThatRanIt() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) {
      async let running = Command("sleep", ["3141592"]).run()
      try await Task.sleep(for: .milliseconds(500))
      kill(getpid(), SIGKILL)
      _ = try await running
    }
    for _ in 0..<50 where isRunning { try await Task.sleep(for: .milliseconds(100)) }
    #expect(!isRunning)
  }

  private var isRunning: Bool {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.contains { process in
      let command = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
      return command?.contains("3141592") == true
    }
  }
}
