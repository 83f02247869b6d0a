import LodgeModel
import LodgeScenarios
import LodgeTesting
import LodgeXML
import Testing

struct DomainTemplateTests {
  private let text = """
    <domain type='kvm'>
      <name>${name}</name>
      <memory unit='b'>${memory:size=512MiB}</memory>
      <os><loader>${firmware:path=@firmware.sev-snp}</loader></os>
      <memoryBacking>${backing:xml?}</memoryBacking>
      <launchSecurity type='sev-snp' vcek='${vcek:bool?}'>
        <policy>${policy:hex}</policy>
        <hostData>${hostData:base64?}</hostData>
      </launchSecurity>
    </domain>
    """

  private func filled(_ values: [String: ParameterValue]) throws -> XMLElement {
    let template = try DomainTemplate(name: "t", text: text)
    return try XMLElement(
      parsing: template.fill(values, domain: "guest") { "/files/\($0)" })
  }

  @Test func placesAreFilled() throws {
    let xml = try filled([
      "policy": .text("0x30000"), "vcek": .text("no"),
      "backing": .text("<hugepages/><nosharepages/>"),
    ])
    #expect(xml.values(at: "name") == ["guest"])
    #expect(xml.values(at: "memory") == ["536870912"])
    #expect(xml.values(at: "os/loader") == ["/files/firmware.sev-snp"])
    #expect(xml.values(at: "launchSecurity/@vcek") == ["no"])
    #expect(
      xml.children.first { $0.name == "memoryBacking" }?.children.map(\.name) == [
        "hugepages", "nosharepages",
      ])
  }

  @Test func whatStaysEmptyIsLeftOut() throws {
    let xml = try filled(["policy": .text("0x1"), "firmware": .text("")])
    #expect(xml.children.map(\.name) == ["name", "memory", "launchSecurity"])
    #expect(xml.children.last?.attribute("vcek") == nil)
    #expect(xml.children.last?.children.map(\.name) == ["policy"])
  }

  @Test(arguments: [
    ("policy", "3", "policy wants hex, such as 0x30000, not “3”"),
    ("policy", "0x1'/><evil/>", "policy wants hex"),
    ("hostData", "<a/>", "hostData wants base64"),
    ("vcek", "maybe", "vcek wants bool"),
    ("memory", "1 parsec", "memory wants size"),
    ("memory", "999999999999TiB", "memory wants size"),
    ("firmware", "relative", "firmware wants path"),
    ("firmware", "/a\nb", "firmware wants path"),
    ("backing", "<open>", "is no XML"),
    ("polcy", "0x1", "it has no place for polcy; it has backing, firmware, hostData, memory"),
  ])
  func valuesMustBeOfTheirKind(_ name: String, _ value: String, _ words: String) throws {
    let failure = #expect(throws: TemplateFailure.self) {
      _ = try filled(["policy": .text("0x1")].merging([name: .text(value)]) { $1 })
    }
    #expect("\(try #require(failure))".contains(words), "\(failure.map { "\($0)" } ?? "")")
  }

  @Test func aValueThatIsMissingIsNamed() {
    #expect(throws: TemplateFailure(template: "t", reason: "no value is given for policy")) {
      _ = try filled([:])
    }
  }

  @Test func aFileThatTheSetLacksIsNamed() throws {
    let template = try DomainTemplate(name: "t", text: text)
    #expect(
      throws: TemplateFailure(template: "t", reason: "firmware: the set has no firmware.sev-snp")
    ) {
      _ = try template.fill(["policy": .text("0x1")], domain: "guest") { _ in nil }
    }
    #expect(template.files(for: ["firmware": .ofTheSet(.kernel)]) == [.kernel])
  }

  /// A path may hold what XML reserves; it stays a path.
  @Test func valuesNeverBecomeMarkup() throws {
    let evil = "/a'\"<b>&amp;</loader><evil/>"
    let xml = try filled(["policy": .text("0x1"), "firmware": .text(evil)])
    #expect(xml.values(at: "os/loader") == [evil])
    #expect(xml.children.allSatisfy { $0.name != "evil" })
  }

  @Test(arguments: [
    ("<a>${b}</a>", "b has no kind: write ${b:KIND}"),
    ("<a>${b:number}</a>", "b has the unknown kind number; known are hex, count"),
    ("<a>${b:hex}${b:hex}</a>", "b has its kind said twice"),
    ("<a>${b:hex=3}</a>", "the default of b, “3”, is no hex"),
    ("<a>${b:path=@nothing}</a>", "@nothing is no file of a set"),
    ("<a>${b</a>", "a place does not end"), ("<a>${b c}</a>", "“${b c}” is no place"),
    ("<a>${name:word}</a>", "name has its kind said twice"), ("<a>", "it is no XML"),
  ])
  func mistakesInATemplateAreNamed(_ text: String, _ words: String) throws {
    let failure = #expect(throws: TemplateFailure.self) {
      _ = try DomainTemplate(name: "t", text: text)
    }
    #expect(try #require(failure).reason.hasPrefix(words), "\(failure.map { "\($0)" } ?? "")")
  }

  @Test func damageIsRefusedOrRead() {
    var random = SplitMix(state: 5)
    for _ in 0..<1000 {
      var bytes = Array(text.utf8)
      for _ in 0..<4 {
        bytes[Int.random(in: bytes.indices, using: &random)] = random.next(upperBound: 127)
      }
      let template = try? DomainTemplate(name: "t", text: String(decoding: bytes, as: UTF8.self))
      _ = try? template?.fill(["policy": .text("0x1")], domain: "guest") { _ in "/x" }
    }
  }

  @Test(arguments: [
    ("AQID:6", "AQIDAAAA"), (":3", "AAAA"), ("AQID:3", "AQID"), ("AQ==:3", "AQAA"),
    ("AQID", "AQID"),
  ])
  func bytesAreFilledUpWithZeros(_ given: String, _ written: String) throws {
    let template = try DomainTemplate(
      name: "t", text: "<domain><name>${name}</name><id>${id:base64}</id></domain>")
    let xml = try template.fill(["id": .text(given)], domain: "d") { _ in nil }
    #expect(try XMLElement(parsing: xml).values(at: "id") == [written])
    for wrong in ["AQID:2", "AQI:8", "AQID:", "AQID:999999"] {
      #expect(throws: TemplateFailure.self) { try template.check(["id": .text(wrong)]) }
    }
  }
}
