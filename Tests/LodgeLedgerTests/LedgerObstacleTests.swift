import Foundation
import LodgeLedger
import LodgeModel
import Testing

/// What a file system puts in a ledger's way; each test spoils a process of its own.
struct LedgerObstacleTests {
  private let folder: Folder
  private var path: String { folder.path("ledger.sqlite") }

  init() throws { folder = try Folder() }

  @Test func aReadOnlyFileIsReadButNotWritten() async throws {
    _ = try Ledger(path: path).begin(Sample.start)
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o777], ofItemAtPath: folder.url.path)
    await #expect(processExitsWith: .success) { [path = path as String] in
      Self.becomeNobody()
      let ledger = try Ledger(path: path)
      #expect(try ledger.runs(limit: 1).count == 1)
      let failure = try #require(throws: LedgerFailure.self) { try ledger.begin(Sample.start) }
      #expect(
        "\(failure)" == """
          cannot begin a run in ledger \(path): it is read-only for this user; \
          give this user access, or name another file with --ledger
          """)
    }
  }

  @Test func aFileThatMayNotBeReadIsDenied() async throws {
    _ = try Ledger(path: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: path)
    await #expect(processExitsWith: .success) { [path = path as String] in
      Self.becomeNobody()
      let failure = try #require(throws: LedgerFailure.self) { try Ledger(path: path) }
      #expect(failure.cause == .denied("permission to read it was denied"))
    }
  }

  @Test func aReadOnlyDirectoryIsNamed() async throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o555], ofItemAtPath: folder.url.path)
    await #expect(processExitsWith: .success) {
      [folder = folder.url.path as String, path = path as String] in
      Self.becomeNobody()
      let failure = try #require(throws: LedgerFailure.self) { try Ledger(path: path) }
      #expect(failure.cause == .denied("the directory \(folder) is read-only for this user"))
      let deeper = try #require(throws: LedgerFailure.self) {
        try Ledger(path: path + "/below/ledger.sqlite")
      }
      #expect(deeper.action == "make the directory for the file")
    }
  }

  @Test(.enabled("needs the right to mount a small file system") { Self.mayMount })
  func aFullDiskKeepsWhatWasRecordedBefore() async throws {
    await #expect(processExitsWith: .success) { [folder = folder.url.path as String] in
      try Self.mountSmallDisk(at: folder)
      let ledger = try Ledger(path: folder + "/ledger.sqlite")
      let run = try ledger.begin(Sample.start)
      let set = try Sample.digest(1)
      try ledger.record(Sample.lock(packages: 2), id: set, name: "sid", run: run)
      try ledger.record(cells: Sample.cells(10), ofSet: set, run: run)
      let failure = try #require(throws: LedgerFailure.self) {
        try ledger.record(cells: Sample.cells(5000), ofSet: set, run: run)
      }
      #expect(failure.cause == .full)
      #expect(failure.action == "record 5000 cells of set 010101010101")
      #expect(try ledger.results(of: run).sets.first?.cells == Sample.cells(10))
    }
  }

  /// Whether the process has CAP_SYS_ADMIN, number 21.
  private static var mayMount: Bool {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") } ?? ""
    let rights = UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16) ?? 0
    return rights >> 21 & 1 == 1
  }

  /// Mounts 400 KiB where only this thread sees them; they go away with the process.
  private static func mountSmallDisk(at folder: String) throws {
    // The Glibc module leaves out sched.h's GNU part, and with it unshare(2) and its flags.
    let newMounts: CInt = 0x0002_0000
    let unshare = try #require(dlsym(dlopen(nil, RTLD_NOW), "unshare"))
    let call = unsafeBitCast(unshare, to: (@convention(c) (CInt) -> CInt).self)
    try #require(call(newMounts) == 0)
    try #require(mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0)
    try #require(mount("none", folder, "tmpfs", 0, "size=400k") == 0)
  }

  /// Gives up the rights of root, which no file mode stops.
  private static func becomeNobody() {
    if geteuid() == 0 { setuid(65534) }
  }
}
