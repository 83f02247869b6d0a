import Testing

@testable import LodgeMessages

struct MessagePatternTests {
  @Test(arguments: [
    ("vm-type %s not supported", ["vm", "type", "%", "not", "supported"]),
    ("'%1$s' launch security", ["%", "launch", "security"]),
    ("ret=%d fw_error=%d '%s'", ["ret", "%", "fw_error", "%", "%"]),
    ("SNP running at VMPL%u.", ["snp", "running", "at", "vmpl*", "%"]),
    ("base=%#llx, end=0x%016llx", ["base", "%", "end", "0x*", "%"]),
    ("%*pbl online, %lluGB segments", ["%", "online", "%", "segments"]),
    ("100%% sure", ["100", "sure"]),
    ("%s", ["%"]),
    ("", []),
  ])
  func formatStringsAreRead(format: String, expected: [String]) {
    let read = MessagePattern(format: format).elements.map { element in
      switch element {
      case .word(let word): word
      case .stem(let stem): "\(stem)*"
      case .gap: "%"
      }
    }
    #expect(read == expected)
  }

  @Test func wordsHaveNeitherCaseNorQuotes() {
    #expect(
      PastedText("Parameter ‘qom-type’ doesn’t, KVM_SEV_INIT2!").words
        == ["parameter", "qom", "type", "doesn", "t", "kvm_sev_init2"])
    #expect(PastedText("sev_snp_launch: x").has("snp launch"))
    #expect(!PastedText("several").has("sev"))
  }

  @Test func threadsAreReadInBothSpellings() {
    let threads = ThreadReference.all(
      in: "see AMDESE/AMDSEV#216, https://github.com/canonical/tdx/issues/46 and x/-/issues/7")
    #expect(
      threads == [
        ThreadReference(repository: "amdsev", number: "216"),
        ThreadReference(repository: "tdx", number: "46"),
        ThreadReference(repository: "x", number: "7"),
      ])
  }
}
