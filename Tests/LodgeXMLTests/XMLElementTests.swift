import LodgeTesting
import LodgeXML
import Testing

struct XMLElementTests {
  private let text = """
    <?xml version='1.0'?>
    <!-- before -->
    <domain type='kvm' xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0">
      <name>a &lt;b&gt; &#x41;&#66;</name>
      <devices>
        <disk device='disk'><target dev='vda'/></disk>
        <disk device='cdrom'><target dev='sda'/></disk>
      </devices>
      <note><![CDATA[1 < 2]]></note>
    </domain>
    """

  @Test func aDocumentIsRead() throws {
    let root = try XMLElement(parsing: text)
    #expect(root.name == "domain" && root.attribute("type") == "kvm")
    #expect(root.values(at: "name") == ["a <b> AB"])
    #expect(root.values(at: "devices/disk/target/@dev") == ["vda", "sda"])
    #expect(root.values(at: "devices/disk/@bus").isEmpty)
    #expect(root.values(at: "note") == ["1 < 2"])
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let root = try XMLElement(parsing: text)
    #expect(try XMLElement(parsing: root.document) == root)
    let hostile = XMLElement("a", attributes: [.init("b", "'\"<&>\n")], text: "</a><evil/>")
    #expect(try XMLElement(parsing: hostile.document) == hostile)
  }

  @Test(arguments: [
    ("", "an element is expected"), ("<a>", "a does not end"), ("<a></b>", "a does not end"),
    ("<a b='1' b='2'/>", "b stands twice"), ("<a b=1/>", "a quoted value"),
    ("<a>&nbsp;</a>", "the entity nbsp is not known"), ("<a>&amp</a>", "begins no entity"),
    ("<a/><b/>", "more after the root"), ("<!DOCTYPE a><a/>", "a name is expected"),
    ("<a b='1'c='2'/>", "a space is expected"), ("<a><!-- </a>", "a comment does not end"),
  ])
  func whatIsNotWellFormedIsRefused(_ text: String, _ reason: String) throws {
    let failure = #expect(throws: XMLFailure.self) { _ = try XMLElement(parsing: text) }
    #expect("\(try #require(failure))".contains(reason))
  }

  @Test func depthIsBounded() {
    let deep = String(repeating: "<a>", count: 100_000)
    #expect(throws: XMLFailure(line: 1, reason: "elements are nested too deep")) {
      _ = try XMLElement(parsing: deep)
    }
  }

  @Test func damageIsRefusedOrRead() {
    var random = SplitMix(state: 11)
    for _ in 0..<2000 {
      var bytes = Array(text.utf8)
      for _ in 0..<3 {
        bytes[Int.random(in: bytes.indices, using: &random)] = random.next(upperBound: 255)
      }
      let damaged = String(
        decoding: bytes.prefix(Int.random(in: 0...bytes.count, using: &random)), as: UTF8.self)
      _ = try? XMLElement(parsing: damaged)
    }
  }
}
