import Foundation
import LodgeEvidence
import LodgeModel
import Testing

struct LibvirtDocumentationTests {
  private func documentation(
    _ page: Data, at path: String = "usr/share/doc/libvirt-doc/html/formatdomain.html"
  ) async throws -> Fact<LibvirtDocumentation> {
    try await Collector.documentation.evidence(of: [path: page]).documentation
  }

  @Test func thePageOfTheNewestLibvirtHasThreeTables() async throws {
    let page = try RecordedFile("libvirt-docs/formatdomain-12.8.0+cut.html").data
    let found = try #require(try await documentation(page).value)
    #expect(found.policyBits.keys.sorted() == ["sev", "sev-snp", "tdx"])
    #expect(found.policyBits["tdx"]?.keys.sorted() == [0, 28])
    let snp = try #require(found.policyBits["sev-snp"])
    #expect(snp.keys.sorted() == Array(0...16) + Array(18...24))
    #expect(snp[18] == "Association with a migration agent is allowed when set.")
    #expect(found.policyBits["sev"]?[2] == "SEV-ES is required when set")
    #expect(found.policyBits["sev"]?.keys.sorted() == Array(0...5) + Array(16...32))
  }

  @Test func thePageAndItsSourceSayTheSame() async throws {
    let page = try RecordedFile("libvirt-docs/formatdomain-12.8.0+cut.html").data
    let source = try RecordedFile("libvirt-docs/formatdomain-11.3.0+cut.rst").data
    let places = [
      "usr/share/doc/libvirt-docs/formatdomain.rst", "usr/share/doc/libvirt/html/formatdomain.rst",
    ]
    let made = try #require(try await documentation(page).value?.policyBits)
    for place in places {
      let written = try await documentation(source, at: place).value?.policyBits
      #expect(written == made.filter { $0.key != "tdx" })
    }
  }

  @Test func anOldPageKnowsSEVAlone() async throws {
    let page = try RecordedFile("libvirt-docs/formatdomain-9.0.0+cut.html").data
    let found = try await documentation(page).value
    #expect(found?.policyBits.mapValues { $0.keys.max() } == ["sev": 32])
  }

  @Test func withoutAPageThereIsNoDocumentation() async throws {
    guard case .absent = try await documentation(Data(), at: "usr/share/doc/x/y.html") else {
      Issue.record("a page was found")
      return
    }
  }

  @Test func damagedPagesNeverStopTheReader() async throws {
    for damaged in try RecordedFile("libvirt-docs/formatdomain-12.8.0+cut.html").damaged(count: 60)
    {
      let fact = try await documentation(damaged)
      #expect(fact.isUnreadable || fact.value != nil)
    }
    #expect(try await documentation(Data([0x1F, 0x8B, 8, 0])).isUnreadable)
  }
}
