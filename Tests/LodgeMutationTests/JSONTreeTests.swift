import Foundation
import Testing

@testable import LodgeMutation

struct JSONTreeTests {
  @Test(arguments: [
    #"{"b":1,"a":[true,false,null,-2.50,18446744073709551615],"é":"x\"\\\n"}"#, "[]", "{}", "\"\"",
  ])
  func whatIsReadIsWrittenBack(text: String) throws {
    #expect(try JSONTree(Data(text.utf8)).text() == text)
  }

  @Test func spacesAndLinesDoNotMatter() throws {
    let tree = try JSONTree(Data(" {\"a\" : [ 1 ,2 ]\r\n, \"b\":{ } } ".utf8))
    #expect(tree.text() == #"{"a":[1,2],"b":{}}"#)
    #expect(try JSONTree(Data(tree.text(indent: "  ").utf8)) == tree)
  }

  @Test(arguments: ["", "{", "[1", "{\"a\"}", "\"x", "[1] 2", "nul"])
  func whatIsNoJSONIsRefused(text: String) {
    #expect(throws: StaleEdit.self) { try JSONTree(Data(text.utf8)) }
  }

  @Test func membersAreSetAddedAndTakenAway() throws {
    var tree = try JSONTree(Data(#"{"a":1,"b":2}"#.utf8))
    tree["a"] = .string("x")
    tree["b"] = nil
    tree["c"] = .null
    #expect(tree.text() == #"{"a":"x","c":null}"#)
  }
}
