import Foundation
import LodgeTesting
import Testing

@testable import LodgeMutation

struct WorkingTreeTests {
  private let folder: TemporaryFolder
  private let copies: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    copies = try TemporaryFolder()
    try folder.write("one", to: "usr/lib/modules/7.2-x/config")
    try folder.write("two", to: "usr/share/image.fd", mode: 0o444)
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: "\(folder.path)/lib", withDestinationPath: "usr/lib")
    try files.createSymbolicLink(
      atPath: "\(folder.path)/usr/share/link.fd", withDestinationPath: "image.fd")
  }

  private func tree() async throws -> WorkingTree {
    try await WorkingTree(of: folder.path, at: "\(copies.path)/tree")
  }

  private func listing(_ path: String) -> [String] {
    let files = FileManager.default
    return (files.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).sorted().map {
      let link = try? files.destinationOfSymbolicLink(atPath: "\(path)/\($0)")
      let text = try? String(contentsOfFile: "\(path)/\($0)", encoding: .utf8)
      return "\($0) \(link ?? "") \(text ?? "")"
    }
  }

  @Test func whatIsChangedInACopyIsNotInItsOriginal() async throws {
    let (before, tree) = (listing(folder.path), try await tree())
    try tree.edit("usr/share/link.fd") { $0 = Array("other".utf8) }
    try tree.write(Data("more".utf8), to: "lib/new/folder/file")
    try tree.remove("usr/lib/modules/7.2-x/config")
    try tree.move("usr/share", to: "usr/elsewhere")
    #expect(listing(folder.path) == before)
    #expect(try String(data: tree.read("usr/elsewhere/image.fd"), encoding: .utf8) == "other")
    #expect(try String(data: tree.read("usr/lib/new/folder/file"), encoding: .utf8) == "more")
    try tree.checkOriginal()
  }

  @Test func aCopyIsPutBack() async throws {
    let tree = try await tree()
    let before = listing(tree.path)
    try tree.edit("usr/share/image.fd") { $0 += [0] }
    try tree.edit("usr/share/image.fd") { $0 += [1] }
    try tree.remove("usr/share/link.fd")
    try tree.link("usr/share/link.fd", to: "nowhere")
    try tree.write(Data(), to: "etc/modprobe.d/file")
    try tree.move("usr/lib/modules/7.2-x", to: "usr/lib/modules/7.3-x")
    try tree.restore()
    #expect(listing(tree.path) == before)
  }

  @Test func aFileThatGaveItsPlaceToALinkIsPutBack() async throws {
    let tree = try await tree()
    let before = listing(tree.path)
    try tree.move("usr/share/image.fd", to: "usr/share/vendor/image.fd")
    try tree.link("usr/share/image.fd", to: "vendor/image.fd")
    try tree.restore()
    #expect(listing(tree.path) == before)
  }

  @Test func filesAreFoundByPattern() async throws {
    let tree = try await tree()
    #expect(try tree.find(["boot/config-*", "lib/modules/*/config"]) == "lib/modules/7.2-x/config")
    #expect(throws: StaleEdit.self) { try tree.find(["boot/config-*"]) }
  }

  @Test func anEditThatChangesNothingIsStale() async throws {
    let tree = try await tree()
    #expect(throws: StaleEdit("usr/share/image.fd stays as it is")) {
      try tree.edit("usr/share/image.fd") { _ in }
    }
    #expect(throws: StaleEdit.self) { try tree.remove("usr/share/gone.fd") }
  }
}
