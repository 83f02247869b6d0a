import Foundation
import LodgeModel
import Testing

@testable import LodgeEvidence

/// Small schemas in the shape of libvirt's: a start, overrides, and what they include.
struct DomainGrammarTests {
  private static let domain =
    "<start><ref name='domain'/></start><include href='domainoverrides.rng'/>"
  private static let overrides =
    "<include href='domaincommon.rng'/><define name='extra' combine='choice'><empty/></define>"
  private static let common = """
    <include href='basictypes.rng'/>
    <define name='domain'><element name='domain'><optional><ref name='launchSecurity'/></optional>
    <ref name='extra'/></element></define>
    <define name='extra'><notAllowed/></define>
    <define name='launchSecurity'><element name='launchSecurity'>
      <attribute name='type'><value>tdx</value></attribute>
      <optional><element name='policy'><ref name='hexuint'/></element></optional>
      <optional><attribute name='hashes'><choice><value>yes</value><value>no</value></choice>
      </attribute></optional>
      <optional><element name='service'><optional><attribute name='path'><data type='string'/>
      </attribute></optional></element></optional>
    </element></define>
    """
  private static let types =
    "<define name='hexuint'><data type='string'><param name='pattern'>0x[0-9a-f]+</param></data></define>"

  private func schema(_ files: [String: String?] = [:]) async throws -> LaunchSecuritySchema {
    let usual: [String: String?] = [
      "domain.rng": Self.domain, "domainoverrides.rng": Self.overrides,
      "domaincommon.rng": Self.common, "basictypes.rng": Self.types,
    ]
    let all = usual.merging(files) { $1 }.compactMapValues(\.self)
    let tree = try TreeOfFiles(
      Dictionary(
        uniqueKeysWithValues: all.map { name, text in
          ("usr/share/libvirt/schemas/\(name)", Data("<grammar>\(text)</grammar>".utf8))
        }))
    var evidence = Evidence()
    await Collector.launchSecurity(try tree.root())(&evidence)
    return try #require(evidence.launchSecurity.value, "\(evidence.launchSecurity)")
  }

  @Test func aWholeSchemaHasNoFlawAndTellsWhatItemsHold() async throws {
    let schema = try await schema()
    #expect(schema.flaws == nil)
    #expect(
      schema.types["tdx"]?.map { "\($0.name): \($0.content ?? "")" } == [
        "policy: string(pattern=0x[0-9a-f]+)", "hashes: yes|no", "service: [@path{string}]",
      ])
  }

  @Test(arguments: [
    ("domain.rng", nil, "there is no domain.rng, with which libvirt begins"),
    ("basictypes.rng", nil, "it includes basictypes.rng, which is not there"),
    ("basictypes.rng", "<define name='other'/>", "it refers to hexuint, which it does not define"),
    (
      "domain.rng", "<start><ref name='extra'/></start><include href='domaincommon.rng'/>",
      "no domain may have <launchSecurity>: nothing leads there from its start"
    ),
    (
      "domain.rng", "<include href='../../etc/passwd'/>",
      "it includes ../../etc/passwd, which is not there"
    ),
  ])
  func aFlawIsNamed(file: String, text: String?, flaw: String) async throws {
    let schema = try await schema([file: text])
    #expect(schema.flaws == [flaw])
  }

  @Test func whatStandsInAnIncludeTakesThePlaceOfWhatItBrings() async throws {
    let schema = try await schema([
      "domain.rng": "<start><ref name='domain'/></start><include href='domaincommon.rng'>"
        + "<define name='hexuint'><data type='unsignedInt'/></define></include>"
    ])
    #expect(schema.types["tdx"]?.first?.content == "unsignedInt")
  }

  @Test func filesThatIncludeEachOtherAreReadOnce() async throws {
    let schema = try await schema(["basictypes.rng": Self.types + "<include href='domain.rng'/>"])
    #expect(schema.flaws == nil)
  }

  @Test func contentWithoutEndIsCut() async throws {
    let schema = try await schema([
      "basictypes.rng": "<define name='hexuint'><choice><ref name='hexuint'/>"
        + String(repeating: "<value>yes</value>", count: 500) + "</choice></define>"
    ])
    #expect((schema.types["tdx"]?.first?.content?.count ?? 0) < 500)
  }
}
