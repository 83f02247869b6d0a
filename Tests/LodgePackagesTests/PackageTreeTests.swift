import Foundation
import LodgeHost
import LodgePackages
import LodgeTesting
import Testing

struct PackageTreeTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func unpack(_ build: (inout TarBuilder) -> Void) throws -> PackageTree {
    var tar = TarBuilder()
    build(&tar)
    let file = try PackageFile(try DebBuilder(data: tar).write(to: folder))
    return try PackageTree(unpacking: file, named: "sample 1.0", to: "\(folder.path)/out/tree")
  }

  /// What stands outside of the tree that was unpacked.
  private var strays: [String] {
    let inside = try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/out")
    let outside = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return ((inside ?? []) + (outside ?? [])).filter {
      !["tree", "out", "sample.deb"].contains($0)
    }
  }

  @Test func filesFoldersAndLinksComeOutAsTheyWent() throws {
    let tree = try unpack { tar in
      tar.directory("./usr/")
      tar.file("./usr/bin/tool", "#!/bin/sh\n", mode: 0o755)
      tar.link("./usr/bin/alias", to: "tool")
      tar.hardLink("./usr/bin/twin", to: "./usr/bin/tool")
    }
    #expect(
      tree.entries.map(\.path) == [
        "usr", "usr/bin", "usr/bin/tool", "usr/bin/alias", "usr/bin/twin",
      ])
    let text = try String(contentsOfFile: "\(folder.path)/out/tree/usr/bin/twin", encoding: .utf8)
    #expect(text == "#!/bin/sh\n")
    #expect(tree.notes.isEmpty)
  }

  /// What a hostile package may try, and the words that must name it.
  static let attacks:
    [(entry: String, reason: String, build: @Sendable (inout TarBuilder) -> Void)] = [
      ("/etc/passwd", "absolute", { $0.file("/etc/passwd") }),
      ("./../escape", "..", { $0.file("./../escape") }),
      ("./a/../../escape", "..", { $0.file("./a/../../escape") }),
      ("./usr/link", "out of the root", { $0.link("./usr/link", to: "../../escape") }),
      ("./escape", "out of the root", { $0.link("./escape", to: "..") }),
      (
        "./dir/file", "no directory",
        {
          $0.link("./dir", to: "/etc")
          $0.file("./dir/file")
        }
      ),
      ("./dev/sda", "device node", { $0.device("./dev/sda") }),
      ("./run/pipe", "pipe or socket", { $0.pipe("./run/pipe") }),
      (
        "./a", "twice",
        {
          $0.file("./a")
          $0.file("./a")
        }
      ),
      (
        "./a", "twice",
        {
          $0.link("./a", to: "b")
          $0.file("./a")
        }
      ),
      ("./a", "links to is absolute", { $0.hardLink("./a", to: "/etc/passwd") }),
      ("./a", "no file of the package", { $0.hardLink("./a", to: "./b") }),
      ("./a", "..", { $0.hardLink("./a", to: "../../etc/passwd") }),
      (
        "./a/b", "no directory",
        {
          $0.file("./a")
          $0.file("./a/b")
        }
      ),
    ]

  @Test(arguments: attacks.indices)
  func whatReachesOutsideIsRefusedByName(_ index: Int) throws {
    let attack = Self.attacks[index]
    let failure = #expect(throws: PackageFailure.self) { _ = try unpack(attack.build) }
    let text = "\(try #require(failure))"
    #expect(
      text.contains("sample 1.0") && text.contains(attack.entry) && text.contains(attack.reason))
    #expect(strays.isEmpty)
  }

  @Test func setuidBitsNeverReachTheTree() throws {
    let tree = try unpack { $0.file("./usr/bin/su", mode: 0o6755) }
    #expect(tree.notes == ["package sample 1.0: entry ./usr/bin/su: its setuid bit was dropped"])
    let attributes = try FileManager.default.attributesOfItem(
      atPath: "\(folder.path)/out/tree/usr/bin/su")
    #expect((attributes[.posixPermissions] as? Int) == 0o555)
  }

  @Test func decompressionBombsAreStopped() throws {
    var tar = TarBuilder()
    for index in 0..<9 { tar.zeros("./zeros\(index)", count: 16 << 20) }
    try folder.write(tar.finished, to: "data.tar")
    let packed = try packedDeb("data.tar")
    let failure = #expect(throws: PackageFailure.self) {
      _ = try PackageTree(
        unpacking: try PackageFile(packed), named: "bomb 1", to: "\(folder.path)/out/tree")
    }
    #expect("\(try #require(failure))".contains("decompression bomb"))
  }

  /// Members follow each other, so a packed archive has other bytes right behind it.
  @Test(arguments: ["gzip", "xz", "zstd"])
  func packedMembersEndWhereTheirHeadersSay(_ packer: String) async throws {
    func pack(_ tar: TarBuilder) async throws -> Data {
      try await Command(packer, ["-c", "-q"], input: tar.finished).succeed().output
    }
    var control = TarBuilder()
    control.file("./control", "Package: packed\nVersion: 2\n")
    var data = TarBuilder()
    data.file("./a", String(repeating: "abc", count: 5000))
    let bytes = DebBuilder.archive([
      ("debian-binary", Data("2.0\n".utf8)), ("control.tar", try await pack(control)),
      ("data.tar", try await pack(data)), ("_gpgorigin", Data("signature".utf8)),
    ])
    let file = try DebFile(try folder.write(bytes, to: "sample.deb"))
    #expect(try file.controlFields()["Package"] == "packed")
    let tree = try PackageTree(
      unpacking: .deb(file), named: "packed 2", to: "\(folder.path)/out/tree")
    #expect(tree.entries.map(\.kind) == [.file(size: 15_000)])
  }

  @Test func aCutPackageIsNamed() throws {
    var tar = TarBuilder()
    tar.file("./usr/share/file", String(repeating: "x", count: 4000))
    let whole = DebBuilder(data: tar).bytes
    for length in stride(from: 0, to: whole.count - 1, by: 97) {
      let path = try folder.write(whole.prefix(length), to: "cut.deb")
      #expect(throws: PackageFailure.self) {
        _ = try PackageTree(
          unpacking: try PackageFile(path), named: "cut", to: "\(folder.path)/cut-\(length)")
      }
    }
  }

  @Test func noAlteredByteTrapsOrEscapes() throws {
    var tar = TarBuilder()
    tar.directory("./usr/")
    tar.file("./usr/a", "content")
    tar.link("./usr/b", to: "a")
    let whole = DebBuilder(data: tar).bytes
    var random = SplitMix(state: 7)
    for round in 0..<400 {
      var bytes = whole
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(
          in: 0...255, using: &random)
      }
      let path = try folder.write(bytes, to: "altered.deb")
      _ = try? PackageTree(
        unpacking: try PackageFile(path), named: "altered", to: "\(folder.path)/fuzz/\(round)")
    }
    let rounds = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/fuzz")
    #expect(rounds.allSatisfy { Int($0) != nil })
  }

  private func packedDeb(_ data: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/gzip")
    process.arguments = ["-f", "\(folder.path)/\(data)"]
    try process.run()
    process.waitUntilExit()
    let content = try Data(contentsOf: URL(filePath: "\(folder.path)/\(data).gz"))
    return try folder.write(DebBuilder.packed(content), to: "sample.deb")
  }
}
