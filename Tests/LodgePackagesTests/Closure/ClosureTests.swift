import Foundation
import LodgeHost
import LodgeModel
import LodgeTesting
import Testing

@testable import LodgePackages

/// Small Debian packages whose control files relate them.
struct ClosureTests {
  private let folder: TemporaryFolder
  private let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(at: "\(folder.path)/store")
  }

  private func deb(_ name: String, _ version: String = "1.0", _ fields: String...) throws -> String
  {
    var control = TarBuilder()
    let text =
      ["Package: \(name)", "Version: \(version)", "Architecture: amd64"] + fields
      + ["Description: one", " of several lines"]
    control.file("./control", text.joined(separator: "\n") + "\n")
    var data = TarBuilder()
    data.file("./usr/share/\(name)")
    let bytes = DebBuilder.archive([
      ("debian-binary", Data("2.0\n".utf8)), ("control.tar", control.finished),
      ("data.tar", data.finished),
    ])
    return try folder.write(bytes, to: "\(name)_\(version).deb")
  }

  private func closure(_ files: String...) async throws -> SetClosure {
    try await store.closure(of: try await store.lock(ofFiles: files, set: "loose"), from: nil)
  }

  @Test func whatIsMetIsNotNamed() async throws {
    let closure = try await closure(
      try deb(
        "a", "1:2.0~rc1-1", "Depends: b (>= 1), virtual,", " gone | c:any", "Multi-Arch: same"),
      try deb("b", "1.0+b1", "Provides: virtual (= 3)", "Pre-Depends: c (<< 1.0-1)"),
      // Replaces alone keeps nobody apart, and a package may exclude what it provides itself.
      try deb(
        "c", "1.0~", "Replaces: b", "Multi-Arch: allowed", "Provides: x", "Conflicts: x"))
    #expect(closure == SetClosure(packages: 3))
  }

  @Test func eachRequirementThatNobodyMeetsIsNamed() async throws {
    let closure = try await closure(
      try deb("a", "1", "Depends: b (>= 2), nowhere"),
      try deb("b", "1", "Pre-Depends: elsewhere | nowhere (= 3)"))
    #expect(closure.unmet.map(\.package) == ["a 1", "a 1", "b 1"], "\(closure)")
    #expect(closure.unmet.map(\.found) == ["b 1", nil, nil])
    #expect(closure.unmet.first?.requirement.contains("2") == true)
    #expect(closure.unmet.allSatisfy(\.isLoose) && closure.conflicts.isEmpty)
  }

  @Test(arguments: ["Breaks", "Conflicts"])
  func packagesThatExcludeEachOtherAreNamed(field: String) async throws {
    let closure = try await closure(
      try deb("a", "1", "\(field): b (<< 2)"), try deb("b", "1"), try deb("c", "1"))
    #expect(closure.conflicts.map(\.package) == ["a 1"], "\(closure)")
    #expect(closure.conflicts.map(\.other) == ["b 1"])
    #expect(closure.unmet.isEmpty)
  }

  @Test func nobodySaysWhatOutranksLooseFiles() async throws {
    #expect(try await closure(try deb("a")).rivals == nil)
  }

  @Test func aFileThatTheStoreLostIsNamed() async throws {
    let lock = try await store.lock(ofFiles: [try deb("a")], set: "loose")
    try FileManager.default.removeItem(atPath: "\(store.path)/packages")
    let failure = await #expect(throws: PackageFailure.self) {
      _ = try await store.closure(of: lock, from: nil)
    }
    #expect("\(try #require(failure))".contains("a 1.0"))
  }

  @Test func whatAptPrefersIsRead() {
    let candidates = AptPolicy.candidates(
      in: """
        qemu-system-x86:
          Installed: 1:10.0
          Candidate: 1:11.1
          Version table:
             1:11.1 500
                500 place/debian sid/main amd64 Packages
         *** 1:10.0 100
                100 /tmp/status
        gone:
          Installed: (none)
          Candidate: (none)
        """)
    #expect(candidates == ["qemu-system-x86": "1:11.1"])
  }
}
