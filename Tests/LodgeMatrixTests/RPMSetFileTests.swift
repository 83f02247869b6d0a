import Foundation
import LodgeMatrix
import LodgeModel
import Testing

struct RPMSetFileTests {
  private let good = """
    sets:
      sig:
        rpm:
          repos:
            - {id: base, baseurl: "http://mirror.example/$releasever/$basearch", priority: 50}
            - {id: sig, metalink: "https://mirrors.example/sig", gpgkey: [KEY], repo_gpgcheck: true, exclude: ["kernel*"]}
          releasever: "10"
          arch: x86_64
          exclude: [qemu-kvm-docs]
        koji: {server: "http://hub.example/kojihub", topurl: "http://hub.example/files", tag: virt10-candidate, gpgkey: KEY2}
        files: [extra.rpm]
        signatures: recorded
        install: transaction
        scriptlets: true
        packages: [kernel-core, {name: qemu-kvm-core, repo: sig}, "libvirt.so.0()(64bit)"]
    """

  @Test func theWholeGrammarIsRead() throws {
    let set = try #require(try Matrix(yaml: good, file: "m.yaml").sets.first)
    #expect(set.installation == .transaction(scriptlets: true))
    guard case .rpm(let wish) = set.source else {
      Issue.record("it is no set of RPMs")
      return
    }
    #expect(wish.repositories.map(\.id) == ["base", "sig"])
    #expect(wish.repositories.map(\.priority) == [50, 99])
    #expect(
      wish.repositories.map(\.address) == [
        .base("http://mirror.example/$releasever/$basearch"),
        .metalink("https://mirrors.example/sig"),
      ])
    #expect(wish.repositories.map(\.isMetadataSigned) == [false, true])
    #expect(wish.repositories.map(\.keys) == [[], ["KEY"]])
    #expect(wish.repositories.map(\.exclude) == [[], ["kernel*"]])
    #expect(wish.koji?.selection == .tag("virt10-candidate"))
    #expect(wish.koji?.keys == ["KEY2"])
    #expect(wish.files == ["extra.rpm"])
    #expect((wish.releasever, wish.architecture) == ("10", "x86_64"))
    #expect(wish.exclude == ["qemu-kvm-docs"])
    #expect(wish.signatures == .recorded)
    #expect(wish.members.map(\.name) == ["kernel-core", "qemu-kvm-core", "libvirt.so.0()(64bit)"])
    #expect(wish.members.map(\.repository) == [nil, "sig", nil])
  }

  @Test func signaturesAreRequiredAndFilesUnpackedByDefault() throws {
    let text = good.replacing("    signatures: recorded\n", with: "")
      .replacing("    install: transaction\n    scriptlets: true\n", with: "")
    let set = try #require(try Matrix(yaml: text, file: "m.yaml").sets.first)
    guard case .rpm(let wish) = set.source else { return }
    #expect(wish.signatures == .required)
    #expect(set.installation == .unpacked)
  }

  /// A change to the good file, and the words that help.
  @Test(arguments: [
    ("baseurl: \"http:", "baseurl: \"ftp:", "begins with http://"),
    ("priority: 50", "priority: best", "a number from 1"),
    ("id: sig,", "id: base,", "two repositories have the id base"),
    ("repo: sig}", "repo: gis}", "no source of the set"),
    ("tag: virt10-candidate", "task: soon", "a task is a number"),
    ("tag: virt10-candidate", "tag: a, task: 1", "one of tag, builds and task"),
    ("signatures: recorded", "signatures: optional", "required or recorded"),
    ("install: transaction", "install: rpm", "neither unpack nor transaction"),
    ("install: transaction", "install: unpack", "in an install: transaction only"),
    ("gpgkey: [KEY], ", "", "repo_gpgcheck needs a gpgkey"),
    ("files: [extra.rpm]", "installed: {}", "may be one set together"),
    ("releasever: \"10\"", "releasever: \"../..\"", "cannot be a name"),
    ("metalink: \"https://mirrors.example/sig\", ", "", "one of baseurl and metalink"),
    ("repo_gpgcheck", "gpgcheck", "unknown key gpgcheck"),
  ])
  func whatIsOutsideTheGrammarIsNamed(before: String, after: String, words: String) throws {
    #expect(good.contains(before))
    let failure = #expect(throws: MatrixFailure.self) {
      try Matrix(yaml: good.replacing(before, with: after), file: "m.yaml")
    }
    #expect("\(try #require(failure))".contains(words), "\(failure.map { "\($0)" } ?? "")")
  }
}

struct ShippedMatricesTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Matrices").standardized

  @Test func everyMatrixThatIsShippedIsInTheGrammar() throws {
    let files = try FileManager.default.contentsOfDirectory(
      at: Self.folder, includingPropertiesForKeys: nil
    ).filter { $0.pathExtension == "yaml" }
    #expect(files.count >= 2)
    for file in files {
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(try !Matrix(yaml: text, file: file.lastPathComponent).sets.isEmpty)
    }
  }
}
