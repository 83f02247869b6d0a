import Foundation
import LodgeHost
import Testing

struct InterposerTests {
  @Test func whatAProgramPrintsCanBeChanged() async throws {
    var sandbox = Sandbox(root: "/")
    sandbox.interposer = Interposer { invocation, run in
      #expect(invocation.program == "/usr/bin/cat")
      #expect(invocation.input == Data("said".utf8))
      var finished = try await run()
      finished.output += Data(" and changed".utf8)
      return finished
    }
    let command = sandbox.command(
      "/usr/bin/cat", [], input: Data("said".utf8), deadline: .seconds(20))
    #expect(try await command.run().text == "said and changed")
  }

  @Test func whatWasKeptNeedsNoProgram() async throws {
    var sandbox = Sandbox(root: "/nowhere")
    sandbox.interposer = Interposer { invocation, _ in
      Command.Finished(
        ending: .exited(0), output: Data(invocation.arguments.joined().utf8), errors: "")
    }
    let command = sandbox.command("/usr/bin/qemu", ["-help"], deadline: .seconds(20))
    #expect(try await command.run().text == "-help")
    #expect(try await command.run { _ in true }.text == "-help")
  }
}
