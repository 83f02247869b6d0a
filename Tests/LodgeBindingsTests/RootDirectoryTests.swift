import Foundation
import LodgeBindings
import LodgeTesting
import Testing

struct RootDirectoryTests {
  private let folder: TemporaryFolder
  private let root: RootDirectory

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("inside", to: "root/etc/hostname")
    try folder.write("secret", to: "secret")
    root = try RootDirectory("\(folder.path)/root")
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/root/\(path)", withDestinationPath: target)
  }

  @Test func absoluteLinksLeadIntoTheRoot() throws {
    try link("name", to: "/etc/hostname")
    #expect(try root.read("name", limit: 100) == Data("inside".utf8))
    #expect(root.resolve("name") == "etc/hostname")
  }

  @Test(arguments: [
    "../secret", "../../../../../../../../etc/passwd", "/../secret", "/proc/self/environ",
  ])
  func noLinkLeadsOut(_ target: String) throws {
    try link("out", to: target)
    #expect((try? root.read("out", limit: 1000)) ?? nil == nil)
    #expect(try root.read("../secret", limit: 100) == nil)
  }

  @Test func linkedFoldersStayInside() throws {
    try link("up", to: "..")
    #expect(root.list("up") == ["etc", "up"])
    #expect(root.kind("up/secret") == nil)
  }

  @Test func whatIsNotThereIsNoError() throws {
    #expect(try root.read("none", limit: 10) == nil)
    #expect(try root.read("etc/hostname/below", limit: 10) == nil)
    #expect(root.list("none") == [])
    #expect(root.kind("etc") == .directory)
    #expect(root.kind("etc/hostname") == .file(size: 6))
  }

  @Test func tooLargeFilesAndPipesAreRefused() throws {
    #expect(throws: RootFailure.self) { try root.read("etc/hostname", limit: 5) }
    #expect(throws: RootFailure.self) { try root.read("etc", limit: 5) }
    mkfifo("\(folder.path)/root/pipe", 0o644)
    #expect(throws: RootFailure.self) { try root.read("pipe", limit: 5) }
  }

  @Test func aRootThatIsNotThereIsNamed() {
    #expect(throws: RootFailure.self) { try RootDirectory("\(folder.path)/none") }
  }

  @Test func linksInACircleAreAnErrorNotAHang() throws {
    try link("a", to: "b")
    try link("b", to: "a")
    #expect(throws: RootFailure.self) { try root.read("a", limit: 5) }
  }

  @Test func theEndOfAFileIsRead() throws {
    #expect(try root.readEnd(of: "etc/hostname", limit: 4) == Data("side".utf8))
    #expect(try root.readEnd(of: "etc/hostname", limit: 400) == Data("inside".utf8))
    #expect(try root.readEnd(of: "etc/none", limit: 4) == nil)
    try link("etc/out", to: "../../secret")
    #expect(try root.readEnd(of: "etc/out", limit: 4) == nil)
  }
}
