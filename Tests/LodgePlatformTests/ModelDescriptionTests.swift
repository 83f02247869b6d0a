import Foundation
import LodgeModel
import LodgePlatform
import Testing

struct ModelDescriptionTests {
  /// The descriptions without the long lists, which follow from the evidence line by line.
  @Test(arguments: [
    ("bookworm-amd", RecordedKernel.bookworm, Platform.amd, nil),
    ("trixie-amd", .trixie, .amd, nil),
    ("sid-amd", .sid, .amd, nil),
    ("trixie-intel", .trixie, .intel, nil),
    ("sid-intel", .sid, .intel, nil),
    ("sid-with-tdx-intel", .sid, .intel, KernelDescription.withTDX),
  ])
  func descriptionsAreTheRecordedOnes(
    _ name: String, _ recorded: RecordedKernel, _ platform: Platform,
    _ change: KernelDescription?
  ) throws {
    let kernel = try recorded.modelled(on: platform, changedBy: change)
    let lines = try ModelDescription(of: kernel).text.split(separator: "\n").filter { line in
      !["constant", "layout", "field"].contains { line.hasPrefix($0 + " ") }
    }
    let text = lines.joined(separator: "\n") + "\n"
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/descriptions/\(name).txt")
    if ProcessInfo.processInfo.environment["LODGE_RECORD"] == "1" {
      try Data(text.utf8).write(to: file)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test func everyLineIsInTheFormat() throws {
    let kernel = try RecordedKernel.sid.modelled(on: .intel, changedBy: .withTDX)
    let site = ModelDescription.CPUIDSite(buildID: "00ff", address: 0x1234)
    let lines = try ModelDescription(of: kernel, sites: [site]).text.split(separator: "\n")
    #expect(lines.first == "lodge-platform-model 1")
    #expect(lines.last == "cpuid-site 00ff 0x1234")
    let counts: [Substring: Int] = [
      "transcripts": 1, "faults": 1, "pools": 1, "measured": 1, "constant": 2, "layout": 2,
      "field": 3, "capability": 2, "vm-capability": 3, "setting": 2, "cpuid": 6, "kvm-cpuid": 7,
      "tdx-cpuid": 7, "msr": 2, "feature-msr": 2, "cpuid-site": 2,
    ]
    var seen: Set<Substring> = []
    for line in lines.dropFirst() where !line.hasPrefix("#") {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      let word = try #require(words.first)
      #expect(words.count - 1 == counts[word], "\(line)")
      #expect(!words.contains(""), "\(line)")
      seen.insert(word)
    }
    #expect(seen == Set(counts.keys))
  }

  @Test func numbersAreWrittenForTheReader() throws {
    let text = try ModelDescription(of: try RecordedKernel.sid.modelled(on: .amd)).text
    #expect(text.contains("\nconstant KVM_SEV_INIT2 22\n"))
    #expect(text.contains("\nconstant KVM_RUN 44672\n"))
    #expect(text.contains("\nconstant KVM_MEMORY_ENCRYPT_OP 0xc008aeba\n"))
    #expect(text.contains("\nconstant KVM_XEN_INVALID_GPA 0xffffffffffffffff\n"))
    #expect(text.contains("\nlayout kvm_sev_cmd 24\nfield kvm_sev_cmd.id 0 4\n"))
    #expect(!text.contains("KVM_ARM_"))
    #expect(!text.contains("kvm_s390"))
    #expect(!text.contains("AC_VECTOR"))
  }

  @Test func overridesChangeTheModel() throws {
    let kernel = try RecordedKernel.trixie.modelled(on: .amd)
    let text = try ModelDescription(
      of: kernel,
      overrides: ModelOverrides(
        capabilities: ["KVM_CAP_GUEST_MEMFD": 0], withoutConstants: ["KVM_SEV_INIT2"],
        settings: ["sev-es.asids": "1-2", "sev.asids": ""])
    ).text
    #expect(text.contains("\n# changed: sev-es.asids is 1-2\n"))
    #expect(text.contains("\ncapability 234 0\n"))
    #expect(!text.contains(" 234 1\n"))
    #expect(!text.contains("vm-capability 0 234"))
    #expect(!text.contains("constant KVM_SEV_INIT2 "))
    #expect(text.contains("\nsetting sev-es.asids 1-2\n"))
    #expect(!text.contains("\nsetting sev.asids "))
  }

  @Test(arguments: [
    (ModelOverrides(capabilities: ["KVM_CAP_GUEST_MEMF": 0]), "did you mean KVM_CAP_GUEST_MEMFD?"),
    (
      ModelOverrides(withoutConstants: ["KVM_SEV_LAUNCH_STRT"]),
      "did you mean KVM_SEV_LAUNCH_START?"
    ),
    (ModelOverrides(settings: ["sev.asid": "1-2"]), "did you mean sev.asids?"),
    (ModelOverrides(settings: ["sev.asids": "two"]), "a range such as 1-99 is wanted"),
    (ModelOverrides(settings: ["sev.asids": "5-2"]), "a range such as 1-99 is wanted"),
    (ModelOverrides(settings: ["tdx.keyids": "0x"]), "a number is wanted"),
    (ModelOverrides(settings: ["sev.init2": "maybe\nconstant"]), "yes or no is wanted"),
  ])
  func overridesThatMakeNoSenseAreRefused(_ overrides: ModelOverrides, _ words: String) throws {
    let kernel = try RecordedKernel.trixie.modelled(on: .amd)
    let failure = #expect(throws: ModelFailure.self) {
      try ModelDescription(of: kernel, overrides: overrides)
    }
    #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
  }

  @Test func takingAwayWhatAnOldKernelNeverHadIsNoTrouble() throws {
    let kernel = try RecordedKernel.bookworm.modelled(on: .amd)
    let overrides = ModelOverrides(withoutConstants: ["KVM_SEV_INIT2"])
    let text = try ModelDescription(of: kernel, overrides: overrides).text
    #expect(!text.contains("constant KVM_SEV_INIT2 "))
  }
}
