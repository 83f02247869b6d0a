import LodgeMatrix
import LodgeModel
import LodgePlatform
import LodgeTesting
import Testing

struct PlatformFileTests {
  private let good = """
    title: A small host
    processor:
      count: 4
      threadsPerCore: 2
      memory: 4096
      microcode: 0xa0011d1
      kiloHertz: 2000000
      flags: [svm, sev]
      cpuid: |
        0x00000000 0x00: eax=0x00000001 ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65
        0x00000001 0x00: eax=0x00a00f11 ebx=0x00080800 ecx=0x7efa320b edx=0x178bfbff
        0x80000000 0x00: eax=0x8000001f ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65
        0x80000001 0x00: eax=0x00a00f11 ebx=0x00000000 ecx=0x01c237ff edx=0x2fd3fbff
        0x80000002 0x00: eax=0x20444d41 ebx=0x43595045 ecx=0x00000000 edx=0x00000000
        0x80000008 0x00: eax=0x00003030 ebx=0x00000000 ecx=0x00003007 edx=0x00000000
        0x8000001f 0x00: eax=0x0001fc3f ebx=0x00004173 ecx=0x000001fd edx=0x00000064
      featureMSRs:
        0x10a: 0xc000069
    sev:
      apiMajor: 1
      apiMinor: 55
      build: 21
      policyBits: 0x21fffff
      chipID: \(String(repeating: "a5", count: 64))
    parameters:
      kvm_amd: {sev: N}
    """

  @Test func theWholeGrammarIsRead() throws {
    let platform = try Platform(yaml: good, file: "platforms/small.yaml")
    #expect(platform.id == "small" && platform.title == "A small host")
    #expect(platform.processor.vendor == .amd && platform.processor.name == "AMD EPYC")
    #expect(platform.processor.cpuid.count == 7)
    #expect(platform.processor.featureMSRs == [0x10A: 0xC00_0069])
    #expect(platform.sev?.asids == 100..<510)
    #expect(platform.sev?.chipID == Array(repeating: 0xA5, count: 64))
    #expect(platform.parameters == ["kvm_amd": ["sev": "N"]])
  }

  /// A change to the good file, the line that is to be named, and the words that help.
  @Test(arguments: [
    ("processor:", "processors:", 2, "did you mean processor?"),
    ("count: 4", "cout: 4", 3, "did you mean count?"),
    ("count: 4", "count: 3", 4, "3 processors are no whole cores"),
    ("count: 4", "count: 0", 3, "“0” is no number from 1 to 1024"),
    ("count: 4", "count: four", 3, "“four” is no number"),
    ("count: 4", "count: +4", 3, "“+4” is no number"),
    ("memory: 4096", "memory: 99999999999999999999", 5, "no number from 1024 to 16777216"),
    ("microcode: 0xa0011d1", "microcode: 0x1ffffffff", 6, "no number from 1 to"),
    ("[svm, sev]", "[svm, \"a\\nb\"]", 8, "is no word"),
    ("eax=0x00a00f11 ebx", "eax=0x1ffffffff ebx", 11, "no row of cpuid -r"),
    ("0x80000000 0x00:", "0x00000001 0x00:", 12, "rows go up"),
    ("ebx=0x68747541", "ebx=0x12345678", 9, "known are AuthenticAMD, GenuineIntel"),
    ("0x80000008 0x00", "0x80000009 0x00", 9, "CPUID 0x80000008 is missing"),
    ("0x10a:", "ten:", 18, "no index of an MSR"),
    ("eax=0x0001fc3f", "eax=0x00000001", 20, "has no SEV"),
    ("apiMinor", "apiMinro", 21, "did you mean apiMinor?"),
    ("a5a5a5", "a5", 24, "128 hexadecimal digits"),
    ("kvm_amd:", "kvm_arm:", 26, "did you mean kvm_amd?"),
    ("{sev: N}", "{../sev: N}", 26, "cannot be a parameter's name"),
    ("sev:\n", "tdx:\n", 20, "unknown key apiMajor"),
  ])
  func whatIsOutsideTheGrammarIsNamedWithItsLine(
    _ old: String, _ new: String, _ line: Int, _ words: String
  ) throws {
    let failure = #expect(throws: MatrixFailure.self) {
      let text = good.replacing(old, with: new, maxReplacements: 1)
      #expect(text != good)
      _ = try Platform(yaml: text, file: "p.yaml")
    }
    let text = "\(try #require(failure))"
    #expect(text.hasPrefix("p.yaml:\(line): ") && text.contains(words), "\(text)")
  }

  @Test func aProcessorWithSEVNeedsItsFirmware() throws {
    let start = try #require(good.firstRange(of: "sev:\n")).lowerBound
    let text = String(good[..<start])
    let failure = #expect(throws: MatrixFailure.self) {
      try Platform(yaml: text, file: "p.yaml")
    }
    #expect(failure?.reason.contains("the key sev is needed") == true)
  }

  /// Damaged files throw or are read, and never trap.
  @Test func damageIsNeverATrap() {
    var random = SplitMix(state: 2026)
    for _ in 0..<2000 {
      var bytes = Array(good.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
          in: 0...127, using: &random)
      }
      let cut = Int.random(in: bytes.count / 2...bytes.count, using: &random)
      let text = String(decoding: bytes.prefix(cut), as: UTF8.self)
      guard let platform = try? Platform(yaml: text, file: "p.yaml") else { continue }
      _ = platform.supportedCPUID(launching: [.sev])
      _ = HostFiles(of: platform, parameters: platform.parameters)
    }
  }
}
