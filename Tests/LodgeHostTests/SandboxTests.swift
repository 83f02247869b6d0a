import Foundation
import LodgeHost
import LodgeTesting
import Testing

struct SandboxTests {
  private func run(_ script: String) async throws -> Command.Finished {
    try await Sandbox(root: "/").command("/bin/sh", ["-c", script], deadline: .seconds(10)).run()
  }

  @Test func thereIsNoNetworkAndNoHostFile() async throws {
    let finished = try await run(
      "ls /home /root /etc/passwd /var 2>/dev/null; cat /proc/net/dev | tail -n +3")
    #expect(!finished.text.contains("passwd") && !finished.text.contains("eth"))
  }

  @Test func theRootCannotBeWritten() async throws {
    let finished = try await run("touch /usr/x && echo written")
    #expect(finished.ending != .exited(0) && finished.text.isEmpty)
  }

  @Test func placesAreSeenAsTheyWereGiven() async throws {
    let folder = try TemporaryFolder()
    try folder.write("given", to: "read/file")
    try folder.write("", to: "written/file")
    var sandbox = Sandbox(root: "/")
    sandbox.role = .administrator
    sandbox.environment = ["LIKE": "this"]
    sandbox.places = [
      .empty(at: "/var/empty"), .readOnly("\(folder.path)/read", at: "/run/read"),
      .writable("\(folder.path)/written", at: "/run/written"), .link(to: "run", at: "/var/run"),
    ]
    let script = """
      cat /run/read/file; readlink /var/run; echo $LIKE; id -u; uname -n; ls /var/empty
      echo inside >/run/written/file; echo x 2>/dev/null >/run/read/file || echo refused
      """
    let finished = try await sandbox.command("/bin/sh", ["-c", script], deadline: .seconds(10))
      .run()
    #expect(finished.text == "givenrun\nthis\n0\nlodge\nrefused\n")
    let written = try String(contentsOfFile: "\(folder.path)/written/file", encoding: .utf8)
    #expect(written == "inside\n")
  }

  @Test func processesAndDevicesStandElsewhereToo() async throws {
    var sandbox = Sandbox(root: "/")
    sandbox.role = .administrator
    sandbox.places = [.processes(at: "/root/proc"), .devices(at: "/root/dev")]
    let script = """
      cat /root/proc/self/comm; echo x >/root/dev/null && echo thrown away
      (: >>/root/proc/sys/kernel/core_pattern) 2>/dev/null || echo refused
      (: >>/root/proc/self/oom_score_adj) 2>/dev/null || echo refused
      """
    let finished = try await sandbox.command("/bin/sh", ["-c", script], deadline: .seconds(10))
      .run()
    #expect(finished.text == "cat\nthrown away\nrefused\nrefused\n")
  }

  @Test(arguments: [Sandbox.Role.user, .administrator])
  func settingsOfTheHostCannotBeChanged(_ role: Sandbox.Role) async throws {
    var sandbox = Sandbox(root: "/")
    sandbox.role = role
    let script = """
      for file in /proc/sys/kernel/core_pattern /proc/sys/vm/swappiness /proc/sysrq-trigger; do
        (: >>$file) 2>/dev/null && echo "$file was opened"
      done
      mount -o remount,rw,bind /usr 2>/dev/null && echo "/usr was made writable"
      mount -o remount,rw,bind /proc 2>/dev/null && echo "/proc was made writable"
      mkdir /tmp/proc; mount -t proc proc /tmp/proc 2>/dev/null && echo "a new /proc was mounted"
      unshare -Urmpf --mount-proc sh -c ': >>/proc/sys/kernel/core_pattern' 2>/dev/null &&
        echo "/proc was writable in a namespace below"
      echo done
      """
    let finished = try await sandbox.command("/bin/sh", ["-c", script], deadline: .seconds(20))
      .run()
    #expect(finished.text == "done\n", "\(finished.errors)")
  }

  @Test func onlyItsOwnProcessesAreSeen() async throws {
    let finished = try await run("ls /proc | grep -c '^[0-9]'")
    #expect((Int(finished.text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 99) < 8)
  }

  /// The early deadlines end it while it is being set up.
  @Test(arguments: [0, 1, 2, 3, 5, 8, 13, 300])
  func nothingOutlivesIt(_ milliseconds: Int) async throws {
    let mark = "3\(Int.random(in: 100_000...999_999))"
    _ = try? await Sandbox(root: "/").command(
      "/bin/sh", ["-c", "sleep \(mark) & sleep \(mark)"], deadline: .milliseconds(milliseconds)
    ).run()
    // The kernel takes the processes down one after the other; it is given a moment.
    for _ in 0..<50 where isRunning(mark) { try await Task.sleep(for: .milliseconds(100)) }
    #expect(!isRunning(mark))
  }

  private func isRunning(_ mark: String) -> Bool {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.contains { process in
      let command = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
      return command?.contains(mark) == true
    }
  }
}
