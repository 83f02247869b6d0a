import LodgePackages
import Testing

struct AptSourceTests {
  private let deb822 = """
    Types: deb deb-src
    URIs: mirror.example/debian
    Suites: bookworm bookworm-updates
    Components: main contrib
    Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

    # a comment between
    Types: deb
    URIs: mirror.example/security
    Suites: bookworm-security
    Components: main

    Enabled: no
    Types: deb
    URIs: mirror.example/off
    Suites: trixie
    Components: main
    """

  @Test func bothFormsSayTheSame() {
    let line = "deb [arch=amd64 signed-by=/k.gpg] mirror.example/debian trixie main contrib # note"
    #expect(
      AptSource.parse(oneLine: "# deb off x main\n\(line)\ndeb-src a b c") == [
        AptSource(
          uri: "mirror.example/debian", suites: ["trixie"], components: ["main", "contrib"],
          signedBy: "/k.gpg")
      ])
    let entries = AptSource.parse(deb822: deb822)
    #expect(entries.map(\.uri) == ["mirror.example/debian", "mirror.example/security"])
    #expect(entries.first?.suites == ["bookworm", "bookworm-updates"])
  }

  @Test(arguments: [
    ("trixie", "mirror.example/debian"), ("bookworm-updates", "mirror.example/debian"),
    ("trixie-security", "mirror.example/security"), ("sid", "mirror.example/debian"),
  ])
  func aSuiteComesFromTheHostsOwnArchive(_ suite: String, _ uri: String) {
    let entries = AptSource.parse(deb822: deb822)
    #expect(AptSource.forSuite(suite, among: entries, codename: "bookworm")?.uri == uri)
  }

  @Test func anArchiveThatOnlyBorrowsTheNameIsPassedOver() {
    let borrowed = "deb [signed-by=/etc/apt/keyrings/tool.asc] mirror.example/tool bookworm stable"
    let entries = AptSource.parse(oneLine: borrowed) + AptSource.parse(deb822: deb822)
    for suite in ["bookworm", "trixie"] {
      let chosen = AptSource.forSuite(suite, among: entries, codename: "bookworm")
      #expect(chosen?.uri == "mirror.example/debian")
    }
  }

  @Test func anArchiveOfSomethingElseIsNoArchiveOfTheSuite() {
    let others = AptSource.parse(oneLine: "deb mirror.example/tools nodistro main")
    #expect(AptSource.forSuite("trixie", among: others, codename: "bookworm") == nil)
  }
}
