import LodgeModel
import LodgeSite
import Testing

struct ExplainedTextTests {
  private let contracts = ["R04", "R01", "R50"].map { number in
    Contract(
      id: "kernel.rule-\(number.lowercased())", catalogue: number,
      claim: "the kernel keeps what rule \(number) says", from: [.kernel], to: [.qemu],
      basis: "Linux", remedy: "take a kernel that keeps \(number)",
      knownCase: "a kernel of another tree", reads: [.uapi],
      judge: { _, _ throws(MissingFact) in .kept })
  }

  private let vmType = Message(
    id: "qemu.kvm.vm-type", program: .qemu, text: "vm-type %s not supported by KVM", since: "9.1",
    readers: ["canonical/tdx test_guest_fail.py"], threads: ["canonical/tdx#342"],
    contracts: ["R04", "R01", "R99"],
    meaning: "The running kernel does not offer this VM type under QEMU's number")

  private let kvmType = Message(
    id: "qemu.kvm.kvm-type", program: .qemu, text: "kvm-type '%s' not supported by KVM",
    tree: "Intel's TDX trees", contracts: ["R04"], meaning: "An out-of-tree QEMU says the same")

  private var explained: ExplainedText {
    ExplainedText(
      "vm-type tdx not supported by KVM",
      messages: [
        .init(vmType, likeness: 1, isPart: false), .init(kvmType, likeness: 0.876, isPart: true),
      ], cases: ["kernel.rule-r50", "kernel.unknown"], nearest: nil, among: contracts)
  }

  @Test func aPastedTextIsExplained() throws {
    try expectSnapshot(explained.text(width: 80), "explained-text.txt")
  }

  @Test func programsReadTheSame() throws {
    let json = try CanonicalJSON.encode(explained)
    try expectSnapshot(String(decoding: json.dropLast(), as: UTF8.self), "explained-text.json")
  }

  @Test func contractsStandInTheOrderOfTheirMessages() {
    #expect(explained.contracts.map(\.catalogue) == ["R04", "R01", "R50"])
    #expect(explained.contracts.map(\.by.count) == [2, 1, 0])
  }

  @Test func whatIsLikeNothingNamesTheNearest() {
    let nothing = ExplainedText(
      "vm", messages: [], cases: [], nearest: .init(vmType, likeness: 0.4, isPart: true), among: [])
    #expect(nothing.isEmpty)
    #expect(
      nothing.text() == "no message in the catalogue and no known case is like this text; the "
        + "nearest is qemu.kvm.vm-type: \"vm-type %s not supported by KVM\"")
  }
}
