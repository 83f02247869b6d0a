import Foundation
import LodgeModel
import Testing

@testable import LodgeEvidence

struct HostileHeaderTests {
  @Test(arguments: [
    ("#if 1\nint a;\n", 1, "#if without #endif"),
    ("int a;\n#endif\n", 2, "#endif without #if"),
    ("#if 0\n#else\n#else\n#endif\n", 3, "a branch after #else"),
    ("#elif 1\n", 1, "a branch without #if"),
    ("#if 1 +\n#endif\n", 1, "expected a value"),
    ("#if 1 / 0\n#endif\n", 1, "the expression has no value"),
    ("#error by design\n", 1, "#error by design"),
    ("#unknown\n", 1, "#unknown is not understood"),
    ("#define\n", 1, "#define has no name"),
    ("#define A(\n", 1, "the parameters of #define have no end"),
    ("#include\n", 1, "#include names no header"),
    ("#pragma pack(1)\n", 1, "#pragma pack is not understood"),
    ("int a;\n/* never", 2, "the comment has no end"),
    ("\\\n\\\nchar *a = \"never;\n", 1, "the quote has no end on its line"),
    ("#define A(x) x\nA(1\n", 2, "the call of A has no end"),
    ("#define A(x) x\nint a[A(1, 2)];\n", 2, "A takes 1 arguments, not 2"),
    ("struct a {\n  __u64 b;\n};\n", 2, "an unknown type before __u64"),
    ("struct a { int b; };\nstruct a { int c; };\n", 2, "a is defined twice"),
    ("struct a {\n  struct b c;\n};\n", 2, "the member c has a type that is not complete"),
    ("struct a { int b[-1]; };\n", 1, "-1 is no dimension"),
    ("struct a { int b:33; };\n", 1, "33 is no width of its bit field"),
    ("struct a { char b[1 << 30][1 << 30]; };\n", 1, "the array is too large"),
    ("struct a { int b __attribute__((aligned(3))); };\n", 1, "3 is no alignment"),
    ("struct a { int b __attribute__((mode(DI))); };\n", 1, "mode is not understood"),
    ("enum { A = };\n", 1, "no integer constant before }"),
    ("int a = {\n", 1, "a bracket is not closed at the end"),
  ])
  func whatIsNotUnderstoodIsNamedWithFileAndLine(text: String, line: Int, reason: String) throws {
    let failure = try #require(throws: HeaderFailure.self) { try HeaderTree(kvm: text).read() }
    #expect(failure.place == HeaderPlace(file: HeaderTree.kvm, line: line))
    #expect(failure.reason.contains(reason))
    #expect(failure.description.hasPrefix("cannot read \(HeaderTree.kvm), line \(line): "))
  }

  @Test(arguments: [
    Endless("a header in itself", "#include <linux/kvm.h>", fails: "too much is included"),
    Endless("a header beside itself", "#include \"kvm.h\"", fails: "too much is included"),
    Endless("a macro that doubles", bomb + "#define END A40", fails: "too many tokens"),
    Endless("a text that doubles", bomb + "int a[A40];", fails: "too many tokens"),
    Endless(
      "calls in calls", "#define F(x) x\n#define END " + nest("F(", 1000, ")"),
      fails: "nested too deep"),
    Endless(
      "an argument many times",
      "#define F(x) " + nest("x ", 20_000) + "\n#define END F(" + nest("1 + ", 20_000, ")"),
      fails: "makes too much"),
    Endless("pasting", "#define END " + nest("A ## ", 20_000), fails: "name is too long"),
    Endless("a long name", "int " + nest("a", 20_000) + ";", fails: "name is too long"),
    Endless(
      "parameters", "#define F(" + nest("a, ", 20_000, "", around: "a") + ")",
      fails: "too many parameters"),
    Endless("declarators", "int " + nest("(", 20_000, ")") + ";", fails: "nested too deep"),
    Endless("#if with brackets", "#if " + nest("(", 20_000, ")"), fails: "nested too deep"),
    Endless("structures", nest("struct {", 20_000, "} a;"), fails: "nested too deep"),
    Endless("#if in #if", nest("#if 1\n", 20_000), fails: "#if without #endif"),
    Endless("members of members", wide, fails: "too many members"),
    Endless("parentheses", "#define END " + nest("(", 20_000, ")"), fails: nil),
    Endless("conditions", "#define END " + nest("1 ? 1 : ", 20_000), fails: nil),
    Endless("signs", "#define END " + nest("- ", 20_000), fails: nil),
  ])
  func whatIsNestedTooDeepIsRefused(endless: Endless) throws {
    let tree = HeaderTree(kvm: endless.text + "\n")
    guard let reason = endless.reason else {
      #expect(try tree.read().constants.isEmpty)
      return
    }
    let failure = try #require(throws: HeaderFailure.self) { try tree.read() }
    #expect(failure.reason.contains(reason))
  }

  @Test func aLongChainOfTypesIsRead() throws {
    let links = (1...4_000).map {
      "typedef struct { t\($0 - 1) a; } t\($0);\ntypedef t\($0) u\($0)[1];"
    }
    let text = "typedef int t0;\n" + links.joined(separator: "\n") + "\nstruct last { u4000 a; };"
    #expect(try HeaderTree(kvm: text).read().layouts["last"]?.size == 4)
  }

  @Test(arguments: ["asm/kvm.h", "linux/psp-sev.h", "linux/types.h", "linux/kvm.h"])
  func damagedHeadersNeverTrap(name: String) throws {
    let tree = try HeaderTree(HeaderTree.sid)
    let path = try #require(tree.files.keys.first { $0.hasSuffix(name) })
    let original = try #require(tree.files[path])
    var random = SeededRandom(seed: 0x10d9e)
    for _ in 0..<(original.count > 30_000 ? 8 : 30) {
      var damaged = tree
      damaged.files[path] = random.damaged(original)
      // Whether it is still C does not matter here.
      _ = try? damaged.read()
    }
  }

  /// Macros of which each makes two of the one before it.
  private static let bomb = (1...40).map { "#define A\($0) A\($0 - 1) A\($0 - 1)\n" }.joined()

  private static func nest(
    _ open: String, _ depth: Int, _ close: String = "", around core: String = "1"
  ) -> String {
    String(repeating: open, count: depth) + core + String(repeating: close, count: depth)
  }

  /// Structures of which each holds the one before it ten times.
  private static let wide =
    "struct a0 { int b; };\n"
    + (1...5).map { level in
      "struct a\(level) { struct a\(level - 1) "
        + (0..<10).map { "b\($0)" }.joined(separator: ", ") + "; };\n"
    }.joined()
}

/// A header that would keep a careless reader for ever, or take its stack.
struct Endless: CustomTestStringConvertible {
  let testDescription: String
  let text: String
  /// Nil for a macro that is only left out.
  let reason: String?

  init(_ testDescription: String, _ text: String, fails reason: String?) {
    (self.testDescription, self.text, self.reason) = (testDescription, text, reason)
  }
}

/// The same numbers on every run.
private struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  /// Bytes cut short, or with a few of them changed, mostly into what C is made of.
  mutating func damaged(_ bytes: Data) -> Data {
    var bytes = Data(bytes)
    if Int.random(in: 0..<4, using: &self) == 0 {
      return bytes.prefix(Int.random(in: 0..<bytes.count, using: &self))
    }
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      let index = Int.random(in: 0..<bytes.count, using: &self)
      let syntax = Array("(){}[]#<>\"'/*\\,;:0-~ \n".utf8)
      let isSyntax = Bool.random(using: &self)
      bytes[index] =
        isSyntax
        ? syntax[Int.random(in: 0..<syntax.count, using: &self)]
        : UInt8.random(in: 0...255, using: &self)
    }
    return bytes
  }
}
