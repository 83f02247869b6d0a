import LodgeModel
import Testing

struct GlobTests {
  @Test(arguments: [
    ("*", "kernel.tdx"), ("kernel.*", "kernel.tdx"), ("k?rnel*x", "kernel.tdx"), ("R0?", "R04"),
    ("*.tdx", "kernel.tdx"), ("**", ""), ("a*b*c", "axxbyybzzc"),
  ])
  func patternsFit(_ pattern: String, _ text: String) { #expect(Glob(pattern).matches(text)) }

  @Test(arguments: [
    ("kernel", "kernel.tdx"), ("?", ""), ("*.qemu", "kernel.tdx"), ("R0?", "R0"), ("", "a"),
  ])
  func patternsDoNotFit(_ pattern: String, _ text: String) { #expect(!Glob(pattern).matches(text)) }

  @Test func manyStarsEndSoon() {
    let pattern = Glob(String(repeating: "*a", count: 60) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 500)))
  }
}
