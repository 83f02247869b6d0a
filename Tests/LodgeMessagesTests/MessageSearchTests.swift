import LodgeModel
import Testing

@testable import LodgeMessages

struct MessageSearchTests {
  private static let search = MessageSearch(
    .builtIn,
    cases: [
      (
        contract: "set.tdx-layers",
        text: "canonical/tdx#46: an upgrade replaced the patched QEMU, and libvirt said \"launch "
          + "security is not supported with this QEMU binary\""
      ),
      (
        contract: "kernel.snp-commands",
        text: "AMDESE/AMDSEV#216, SNP_LAUNCH_START ret=-25: keep Qemu and host kernel in lock-step"
      ),
    ])

  private func found(_ text: String) -> [String] {
    Self.search.answer(to: text).messages.map(\.message.id)
  }

  /// Every message, with values filled in and as a user would paste it.
  @Test(arguments: 0..<6) func everyMessageLeadsBackToItself(way: Int) {
    for message in MessageCatalogue.builtIn.messages where !message.isMarker {
      let text = Paste(way).text(of: message)
      let answer = Self.search.answer(to: text)
      let best = answer.messages.prefix { $0.likeness >= 0.95 }.map(\.message)
      #expect(
        best.prefix(4).contains { $0.pattern == message.pattern },
        "\(message.id) in \(text) gave \(answer.messages.map(\.message.id))")
    }
  }

  @Test(arguments: [
    "The quick brown fox jumps over the lazy dog.",
    "Please install the kernel and restart the machine before you start the guest.",
    "I could not find my keys because the house was dark and nobody was at home.",
    "The host kernel does not support my keyboard.",
    "Our team failed to deliver the request in time, so the policy is not allowed any more.",
    "Several guests are active in the hotel and the hardware error was unknown.",
    "We discussed the security of memory and launched a new feature with invalid parameters.",
    "kernel panic - not syncing: VFS: unable to mount root fs on unknown-block(0,0)",
    "cannot access storage file '/var/lib/libvirt/images/a.qcow2': No such file or directory",
    "", " ", "%s %s", "1 2 3", "the", "qemu", "error: failed",
  ])
  func otherTextsLeadNowhere(text: String) {
    let answer = Self.search.answer(to: text)
    #expect(answer.messages == [])
    #expect(answer.cases == [])
  }

  @Test(arguments: [
    ("vm-type tdx not supported by KVM", "qemu.kvm.vm-type"),
    ("qemu-system-x86_64: -accel kvm: vm-type TDX not supported by KVM", "qemu.kvm.vm-type"),
    (
      "qemu-system-x86_64: -object tdx-guest,id=tdx: Parameter ‘qom-type’ does not accept value "
        + "‘tdx-guest’", "qemu.object.type"
    ),
    ("{\"error\": {\"desc\": \"Invalid parameter 'certs-path'\"}}", "qemu.object.certs-path"),
    ("restricted guest memory", "qemu.snp.restricted-memory"),
    ("[   14.697860] ccp 0000:05:00.5: SEV-SNP API:1.55 build:24", "kernel.ccp.snp-api"),
    ("[   14.697860] ccp 0000:05:00.5: SEV API:1.55 build:24", "kernel.ccp.api"),
    ("TD misconfiguration: SEPT #VE has to be dis\nabled", "kernel.tdx-guest.misconfigured"),
    ("vm-type tdx\nnot supported by KVM", "qemu.kvm.vm-type"),
    ("Memory Encryption Features active: AMD SEV SEV-ES", "kernel.guest.features"),
    ("AMD Memory Encryption Features active: SEV", "kernel.guest.amd-features"),
    ("SEV: LAUNCH_START ret=1 fw_error=11 'Bad measurement'", "qemu.sev.launch-start"),
    ("TDVF contains unsupported section type 5", "qemu.tdvf.section-type"),
    ("UNSUPPORTED SECTION TYPE 5", "qemu.tdvf.section-type"),
  ])
  func pastedLinesAreFound(text: String, id: String) {
    #expect(found(text).first == id)
  }

  @Test func aLogNamesAllItsMessages() {
    let log = """
      error: Failed to start domain 'snp'
      error: internal error: process exited while connecting to monitor: \
      2024-12-06T09:14:26.679347Z qemu-system-x86_64: -accel kvm: sev_snp_launch_start: \
      SNP_LAUNCH_START ret=-22 fw_error=0 ''
      2024-12-06T09:14:26.679388Z qemu-system-x86_64: -accel kvm: sev_common_kvm_init: failed to \
      create encryption context
      """
    let ids = found(log)
    #expect(
      Set(ids).isSuperset(of: [
        "qemu.snp.launch-start", "qemu.sev.encryption-context", "libvirt.process.exited",
      ]))
    #expect(ids.last == "libvirt.process.exited")
  }

  /// Words of another message that stand apart in a text say nothing.
  @Test func onlyWhatStandsTogetherIsAPart() {
    #expect(found("unsupported section type 5") == ["qemu.tdvf.section-type"])
  }

  @Test func severalCandidatesAreAllNamed() {
    let ids = found("launch security is not supported with this QEMU binary")
    #expect(
      Set(ids).isSuperset(of: [
        "libvirt.launch-security.unsupported", "libvirt.launch-security.unsupported-sev",
        "libvirt.tdx.unsupported",
      ]))
  }

  @Test func knownCasesAreFoundByQuoteWordsAndThread() {
    for (text, contract) in [
      ("error: launch security is not supported with this QEMU binary", "set.tdx-layers"),
      ("keep Qemu and host kernel in lock-step", "kernel.snp-commands"),
      ("AMDSEV#216", "kernel.snp-commands"),
      ("https://github.com/canonical/tdx/issues/46", "set.tdx-layers"),
    ] {
      #expect(Self.search.answer(to: text).cases.map(\.contract) == [contract], "\(text)")
    }
  }

  @Test func theNearestIsNamedWhereNothingIsNearEnough() {
    let answer = Self.search.answer(to: "The host kernel does not support my keyboard.")
    #expect(answer.nearest?.message.id == "qemu.sev.configuration")
    #expect(found("vm-type tdx not supported by KVM").isEmpty == false)
  }

  @Test func markersAreNoMessages() {
    for marker in MessageCatalogue.builtIn.messages where marker.isMarker {
      #expect(!found("\(marker.text) \(marker.text)").contains(marker.id))
    }
  }

  @Test func veryLongTextsAreReadFromTheirStart() {
    let log = "vm-type tdx not supported by KVM\n" + String(repeating: "lorem ipsum\n", count: 9999)
    #expect(found(log).first == "qemu.kvm.vm-type")
  }
}

extension Message {
  fileprivate var pattern: [String] { MessagePattern(format: text).words }
}

/// One way in which users paste what they see.
private struct Paste {
  private let way: Int

  init(_ way: Int) { self.way = way }

  func text(of message: Message) -> String {
    let prefixes = [
      "", "qemu-system-x86_64: -accel kvm: ", "error: internal error: ",
      "[   12.345678] ", "2026-01-02T03:04:05.678Z host kernel: ", "> ",
    ]
    var text = prefixes[way] + filled(message.text)
    if let word = message.words.first { text += " (\(word))" }
    switch way {
    case 1: text = text.uppercased()
    case 2: text = text.replacing("'", with: "’").replacing("\"", with: "“")
    case 3: text = text.replacing(" ", with: "\n", maxReplacements: 3)
    case 4: text += "\nand then nothing happened"
    default: break
    }
    return text
  }

  private func filled(_ format: String) -> String {
    let conversion = /%(?:\d+\$)?[-+ #0]*(?:\*|\d+)?(?:hh|ll|[hlqjzt])?(?:pbl|p|[a-zA-Z])/
    var count = way
    return format.replacing("%%", with: "%").replacing(conversion) { match in
      count += 1
      return match.output.hasSuffix("s")
        ? ["tdx", "/dev/sev", "Invalid argument"][count % 3] : ["22", "0x7f00", "-5"][count % 3]
    }
  }
}
