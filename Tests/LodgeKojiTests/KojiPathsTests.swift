import LodgeKoji
import Testing

struct KojiPathsTests {
  private let paths = KojiPaths(topurl: "https://hub.example/kojifiles/")
  private let build = KojiBuild(id: 1, name: "qemu-kvm", version: "9.1", release: "2.el10")
  private let rpm = KojiRPM(
    id: 2, name: "qemu-kvm-core", version: "9.1", release: "2.el10", architecture: "x86_64",
    size: 3, payloadHash: "0", buildID: 1)

  @Test func packagesStandInTheFolderOfTheirBuild() throws {
    #expect(
      try paths.rpm(rpm, of: build)
        == "https://hub.example/kojifiles/packages/qemu-kvm/9.1/2.el10/x86_64/"
        + "qemu-kvm-core-9.1-2.el10.x86_64.rpm")
    #expect(
      try paths.signedRPM(rpm, of: build, key: "ABCD0123")
        == "https://hub.example/kojifiles/packages/qemu-kvm/9.1/2.el10/data/signed/abcd0123/x86_64/"
        + "qemu-kvm-core-9.1-2.el10.x86_64.rpm")
  }

  @Test func otherVolumesAndDraftsHaveFoldersOfTheirOwn() throws {
    var draft = build
    (draft.volume, draft.release) = ("vol_1", "2.el10,draft_7")
    #expect(
      try paths.rpm(rpm, of: draft)
        == "https://hub.example/kojifiles/vol/vol_1/packages/qemu-kvm/9.1/2.el10,draft_7/x86_64/"
        + "qemu-kvm-core-9.1-2.el10.x86_64.rpm")
  }

  @Test func outputsStandInTheFolderOfTheirTask() throws {
    let output = KojiOutput(name: "logs/a b.log", size: 1)
    #expect(
      try paths.output(output, of: 1_234_567)
        == "https://hub.example/kojifiles/work/tasks/4567/1234567/logs/a%20b.log")
  }

  @Test func whatMeansSomethingInAddressesIsEscaped() throws {
    var odd = rpm
    odd.version = "9.1~rc1^git#?%;+"
    #expect(
      try paths.rpm(odd, of: build).hasSuffix("-9.1~rc1%5Egit%23%3F%25%3B+-2.el10.x86_64.rpm"))
  }

  @Test(arguments: ["", ".", "..", "a/b", "../../etc", "a\nb", "a\u{0}", "a..b", "a\\b"])
  func namesThatLeadElsewhereAreRefused(_ name: String) {
    #expect(!KojiPaths.isName(name))
    var (build, rpm) = (build, rpm)
    build.name = name
    #expect(throws: KojiFailure.unsafeName(name, of: "a build")) {
      try paths.rpm(self.rpm, of: build)
    }
    rpm.architecture = name
    #expect(throws: KojiFailure.unsafeName(name, of: "an architecture")) {
      try paths.rpm(rpm, of: self.build)
    }
    build = self.build
    build.volume = name
    #expect(throws: KojiFailure.unsafeName(name, of: "a volume")) {
      try paths.rpm(self.rpm, of: build)
    }
    #expect(throws: KojiFailure.self) {
      try paths.output(KojiOutput(name: "a/\(name)/..", size: 1), of: 1)
    }
  }

  @Test func theCommitOfASourceIsRead() {
    let commit = String(repeating: "0a", count: 20)
    #expect(KojiSource("git+https://host/a#\(commit)").commit == commit)
    #expect(KojiSource("git+https://host/a#main").commit == nil)
    #expect(KojiSource("a-1-2.src.rpm").commit == nil)
  }
}
