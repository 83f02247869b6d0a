import Foundation
import LodgeBindings
import LodgeTesting
import Testing

/// A daemon that takes connections and says nothing.
private final class SilentDaemon {
  let uri: String
  private let folder: TemporaryFolder
  private let listener: FileHandle

  init() throws {
    folder = try TemporaryFolder()
    let path = "\(folder.path)/socket"
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    listener = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = withUnsafeBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { bind(descriptor, $0.baseAddress, size) }
    }
    try #require(bound == 0)
    try #require(listen(descriptor, 8) == 0)
    uri = "qemu+unix:///system?socket=\(path)"
  }
}

struct LibvirtDeadlineTests {
  private func time(_ work: () async -> Void) async -> Duration {
    let clock = ContinuousClock()
    return await clock.measure(work)
  }

  @Test func aSilentDaemonIsGivenUpByTheDeadline() async throws {
    let daemon = try SilentDaemon()
    let deadline = Duration.milliseconds(200)
    let passed = await time {
      await #expect(
        throws: LibvirtFailure.deadline(doing: "connect to \(daemon.uri)", deadline)
      ) {
        try await LibvirtConnection(daemon.uri, within: deadline)
      }
    }
    #expect(passed >= deadline)
  }

  /// One that waited for the daemon would end with the deadline's failure.
  @Test func aCancelledTaskDoesNotWaitForTheDaemon() async throws {
    let daemon = try SilentDaemon()
    let uri = daemon.uri
    let task = Task { try await LibvirtConnection(uri, within: .seconds(60)) }
    try await Task.sleep(for: .milliseconds(100))
    task.cancel()
    await #expect(throws: LibvirtFailure.cancelled(doing: "connect to \(uri)")) {
      _ = try await task.value
    }
    withExtendedLifetime(daemon) {}
  }

  @Test func aMissingDaemonIsAnErrorOfLibvirt() async throws {
    let failure = await #expect(throws: LibvirtFailure.self) {
      try await LibvirtConnection(
        "qemu+unix:///system?socket=/nonexistent/socket", within: .seconds(10))
    }
    #expect(failure?.error?.domain.name == "VIR_FROM_RPC")
    #expect(failure?.error?.code.name == "VIR_ERR_SYSTEM_ERROR")
    #expect(failure?.error?.message.contains("No such file or directory") == true)
  }

  @Test func messagesSayWhatWasDoneAndForHowLong() {
    let failure = LibvirtFailure.deadline(doing: "start domain snp", .milliseconds(1500))
    #expect(
      "\(failure)" == "cannot start domain snp: libvirt gave no answer within 1.5 seconds")
  }
}
