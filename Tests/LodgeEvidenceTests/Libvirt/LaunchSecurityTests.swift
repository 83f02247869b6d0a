import Foundation
import LodgeModel
import Testing

@testable import LodgeEvidence

struct LaunchSecurityTests {
  private func items(_ schema: Data) throws -> [String: [String]] {
    let grammar = try RelaxNGPattern.parse(schema)
    var patterns = LaunchSecurityPatterns(DomainGrammar.definitions(among: grammar.children))
    return try patterns.types().mapValues { items in
      items.map { ($0.isAttribute ? "@" : "") + $0.name + ($0.isOptional ? "?" : "") }
    }
  }

  private func items(_ definitions: String) throws -> [String: [String]] {
    try items(Data("<grammar>\(definitions)</grammar>".utf8))
  }

  private static let sev = [
    "@kernelHashes?", "cbitpos?", "reducedPhysBits?", "policy", "handle?", "dhCert?", "session?",
  ]
  private static let snp = [
    "@kernelHashes?", "@authorKey?", "@vcek?", "cbitpos?", "reducedPhysBits?", "policy",
    "guestVisibleWorkarounds?", "idBlock?", "idAuth?", "hostData?",
  ]
  private static let tdx = [
    "policy?", "mrConfigId?", "mrOwner?", "mrOwnerConfig?", "quoteGenerationService?",
  ]

  @Test(arguments: [
    ("9.0.0", ["sev": sev, "s390-pv": []]),
    ("11.3.0", ["sev": sev, "sev-snp": snp, "s390-pv": []]),
    ("12.8.0", ["sev": sev, "sev-snp": snp, "tdx": tdx, "s390-pv": []]),
  ])
  func realSchemaAllows(version: String, expected: [String: [String]]) throws {
    #expect(
      try items(RecordedFile("libvirt-schema/domaincommon-\(version).rng").data) == expected)
  }

  @Test func collectorNamesTheSchema() async throws {
    let schema = try RecordedFile("libvirt-schema/domaincommon-12.8.0.rng").data
    let tree = try TreeOfFiles(["usr/share/libvirt/schemas/domaincommon.rng": schema])
    var evidence = Evidence()
    await Collector.launchSecurity(try tree.root())(&evidence)
    let found = try #require(evidence.launchSecurity.value)
    #expect(found.source.file == "usr/share/libvirt/schemas/domaincommon.rng")
    #expect(found.allows(.tdx))
    #expect(found.flaws == ["there is no domain.rng, with which libvirt begins"])
  }

  @Test func itemOfOneChoiceOnlyIsOptional() throws {
    let found = try items(
      """
      <define name="launchSecurity"><element name="launchSecurity">
        <attribute name="type"><choice><value>sev</value><value> sev-es </value></choice></attribute>
        <choice><element name="a"/><group><element name="b"/><element name="c"/></group></choice>
        <element name="d"/>
      </element></define>
      """)
    #expect(found == ["sev": ["a?", "d", "b?", "c?"], "sev-es": ["a?", "d", "b?", "c?"]])
  }

  @Test func schemaWithoutTheElementAllowsNothing() throws {
    #expect(try items("<define name='perf'/>").isEmpty)
  }

  @Test func definitionThatNeedsItselfIsReadOnce() throws {
    let found = try items(
      """
      <define name="launchSecurity"><element name="launchSecurity">
        <attribute name="type"><value>tdx</value></attribute><ref name="loop"/>
      </element></define>
      <define name="loop"><element name="a"/><ref name="loop"/></define>
      """)
    #expect(found == ["tdx": ["a"]])
  }

  @Test func definitionsThatGrowWithoutEndAreRefused() throws {
    let doubling = (0..<60).map {
      "<define name='d\($0)'><ref name='d\($0 + 1)'/><ref name='d\($0 + 1)'/></define>"
    }
    let element = "<element name='launchSecurity'><ref name='d0'/></element>"
    #expect(throws: RelaxNGFailure.tooIntricate(limit: 1_000)) {
      try items("<define name='launchSecurity'>\(element)</define>" + doubling.joined())
    }
  }

  @Test func whatAnItemHoldsMayNotGrowWithoutEndEither() {
    let many = (0..<7).map { level in
      "<define name='d\(level)'>"
        + String(repeating: "<ref name='d\(level + 1)'/>", count: 100) + "</define>"
    }
    let element =
      "<element name='launchSecurity'><attribute name='type'><value>sev</value></attribute>"
      + "<element name='policy'><ref name='d0'/></element></element>"
    #expect(throws: RelaxNGFailure.tooIntricate(limit: 1_000)) {
      try items("<define name='launchSecurity'>\(element)</define>" + many.joined())
    }
  }

  @Test func documentTypeIsRefused() throws {
    let schema = Data(
      """
      <!DOCTYPE grammar [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>
      <grammar><define name="launchSecurity">&a;&b;</define></grammar>
      """.utf8)
    #expect(throws: RelaxNGFailure.hasDocumentType) { try items(schema) }
  }

  @Test func textThatIsNoUTF8IsRefused() {
    #expect(throws: RelaxNGFailure.notUTF8) {
      try items(Data("<a".utf8) + [0xf2] + Data("/>".utf8))
    }
  }

  @Test func schemaThatNestsTooDeeplyIsRefused() {
    let schema = Data(String(repeating: "<group>", count: 100).utf8)
    #expect(throws: RelaxNGFailure.tooDeep(limit: 64)) { try items(schema) }
  }

  @Test func damagedSchemaNeverTraps() throws {
    let schema = try RecordedFile("libvirt-schema/domaincommon-12.8.0.rng")
    for data in schema.damaged(count: 2000) { _ = try? items(data) }
  }
}
