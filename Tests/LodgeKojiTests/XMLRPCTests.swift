import Foundation
import LodgeKoji
import LodgeTesting
import Testing

struct XMLRPCTests {
  private static let document = """
    <?xml version='1.0'?>
    <methodResponse>
    <params>
    <param>
    <value><array><data>
    <value><int>7</int></value>
    <value><i8>8589934592</i8></value>
    <value>bare</value>
    <value><string>a &lt;b&gt; &amp; é</string></value>
    <value><boolean>1</boolean></value>
    <value><double>1.5</double></value>
    <value><nil/></value>
    <value><ex:nil/></value>
    <value><dateTime.iso8601>20261126T20:28:10</dateTime.iso8601></value>
    <value><base64>
    AAEC
    </base64></value>
    <value><struct>
    <member><name>epoch</name><value><nil/></value></member>
    </struct></value>
    </data></array></value>
    </param>
    </params>
    </methodResponse>
    """

  @Test func anAnswerIsRead() throws {
    let answer = try XMLRPCAnswer(Data(Self.document.utf8))
    #expect(
      answer
        == .value(
          .array([
            .integer(7), .integer(8_589_934_592), .string("bare"), .string("a <b> & é"),
            .boolean(true), .double(1.5), .null, .null, .date("20261126T20:28:10"),
            .data(Data([0, 1, 2])), .structure(["epoch": .null]),
          ])))
  }

  @Test func aFaultIsRead() throws {
    let text = """
      <methodResponse><fault><value><struct>
      <member><name>faultCode</name><value><int>1003</int></value></member>
      <member><name>faultString</name><value><string>tag is locked</string></value></member>
      </struct></value></fault></methodResponse>
      """
    #expect(
      try XMLRPCAnswer(Data(text.utf8)) == .fault(XMLRPCFault(code: 1003, text: "tag is locked")))
  }

  @Test(arguments: [
    ("", "an element is expected"), ("<html/>", "no answer"), ("<methodResponse/>", "no answer"),
    ("<methodResponse><params/></methodResponse>", "no value"),
    ("<methodResponse><params><param/></params></methodResponse>", "no value"),
    (answer("<value><int>x</int></value>"), "x is no int"),
    (answer("<value><i8>9223372036854775808</i8></value>"), "is no i8"),
    (answer("<value><boolean>2</boolean></value>"), "2 is no boolean"),
    (answer("<value><base64>A</base64></value>"), "is no base64"),
    (answer("<value><odd/></value>"), "the type odd is not known"),
    (answer("<value><int>1</int><int>2</int></value>"), "two types"),
    (answer("<value><array/></value>"), "an array has no data"),
    (answer("<value><struct><name/></struct></value>"), "other than members"),
    (answer("<int>1</int>"), "int stands where a value is expected"),
    (
      answer(
        "<value><struct><member><name>a</name><value/></member>"
          + "<member><name>a</name><value/></member></struct></value>"), "a stands twice"
    ),
    ("<methodResponse><fault><value/></fault></methodResponse>", "a fault has no code"),
    (
      answer(String(repeating: "<value><array><data>", count: 40)),
      "elements are nested too deep"
    ),
  ])
  func whatIsNoAnswerIsRefused(_ text: String, _ reason: String) throws {
    let failure = #expect(throws: XMLRPCFailure.self) { _ = try XMLRPCAnswer(Data(text.utf8)) }
    #expect("\(try #require(failure))".contains(reason))
  }

  private static func answer(_ value: String) -> String {
    "<methodResponse><params><param>\(value)</param></params></methodResponse>"
  }

  @Test func namedArgumentsComeLastInAStructure() {
    let call = XMLRPCCall("getTag", [.string("a<b")], named: ["event": .integer(5)])
    #expect(
      call.parameters
        == [.string("a<b"), .structure(["event": .integer(5), "__starstar": .boolean(true)])])
    let text = String(decoding: call.document, as: UTF8.self)
    #expect(text.contains("<methodName>getTag</methodName>"))
    #expect(text.contains("<string>a&lt;b</string>"))
  }

  @Test func damageIsRefusedOrRead() {
    var random = SplitMix(state: 12)
    for _ in 0..<3000 {
      var bytes = Array(Self.document.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = random.next(upperBound: 255)
      }
      let count = Bool.random(using: &random) ? bytes.count : Int.random(in: 0...bytes.count)
      _ = try? XMLRPCAnswer(Data(bytes.prefix(count)))
    }
  }
}
