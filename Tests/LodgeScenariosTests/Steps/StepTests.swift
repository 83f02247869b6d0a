import LodgeModel
import LodgeScenarios
import LodgeXML
import Testing

struct StepTests {
  @Test(arguments: [
    (#"{"return": {"sev-type": "sev-snp", "state": 3, "on": true}}"#, nil),
    (#"{"return": {"sev-type": "sev", "state": 3}}"#, "with “sev”, not “sev-snp”"),
    (#"{"return": {}}"#, "answers without sev-type"),
    (#"{"return": [1, 2"#, "cannot be read"), ("", "cannot be read"), ("{}", "cannot be read"),
    (#"{"error": {"class": "GenericError", "desc": "SEV is not enabled"}}"#, "SEV is not enabled"),
  ])
  func aReplyOfTheMonitorIsRead(_ reply: String, _ words: String?) {
    let question = MonitorQuestion("query-sev", returns: ["sev-type": "sev-snp", "state": "3"])
    let answer = StepAnswer(question.judge(reply), transcript: nil)
    #expect(words.map { answer.words.contains($0) } ?? (answer == .served), "\(answer)")
  }

  @Test func aQuestionIsJSON() {
    #expect(MonitorQuestion("cont").json == #"{"execute": "cont"}"#)
    #expect(
      MonitorQuestion("eject", arguments: #"{"device":"a"}"#).json
        == #"{"execute": "eject", "arguments": {"device":"a"}}"#)
  }

  @Test func callsAreFoundByNameFieldsAndAnswer() throws {
    let transcript = try Transcript(
      parsing: """
        # lodge transcript 1 qemu-system-x86_64 guest=a pid=1
        1 vm1 KVM_MEMORY_ENCRYPT_OP KVM_SEV_SNP_LAUNCH_START policy=0x70000 = -22 EINVAL ! kernel no

        """)
    func differs(_ name: Glob, _ fields: [String: Glob], lacks: Bool = false) -> String? {
      let pattern = [CallPattern(name, fields: fields)]
      return transcript.firstDifference(has: lacks ? [] : pattern, lacks: lacks ? pattern : [])
    }
    #expect(differs("KVM_SEV_SNP_*", ["policy": "0x7*", "answer": "EINVAL"]) == nil)
    #expect(differs("KVM_MEMORY_ENCRYPT_OP", [:]) == nil)
    #expect(
      differs("KVM_SEV_SNP_LAUNCH_START", ["policy": "0x3*"])?.contains("policy=0x3*") == true)
    #expect(differs("KVM_SEV_*", [:], lacks: true)?.contains("(call 1)") == true)
  }

  @Test func capabilitiesAreLookedInto() throws {
    let document = try XMLElement(
      parsing: "<c><f><enum name='sectype'><value>sev</value></enum></f></c>")
    let pattern = XMLPattern(
      has: [.init("f/enum/value", "sev")], lacks: [.init("f/enum/value", "tdx")])
    #expect(pattern.firstDifference(in: document) == nil)
    #expect(
      XMLPattern(has: [.init("f/enum/value", "tdx")]).firstDifference(in: document)
        == "f/enum/value should have “tdx”, and has “sev”")
    #expect(
      XMLPattern(lacks: [.init("f/enum/@name", "*")]).firstDifference(in: document)
        == "f/enum/@name should not have “sectype”")
  }

  @Test func aFaultIsALineForTheModel() {
    #expect(
      Fault(call: "KVM_SEV_LAUNCH_START", errno: "EIO", firmwareCode: 0x12).line
        == "fault KVM_SEV_LAUNCH_START nth=1 count=1 errno=EIO fw=0x12")
    #expect(
      Fault(call: "KVM_TDX_INIT_VM", nth: 2, repetition: .always, errno: nil, hardwareCode: 0x8000)
        .line == "fault KVM_TDX_INIT_VM nth=2 count=always errno=0 hw=0x8000")
    #expect(
      Fault(call: "KVM_SEV_LAUNCH_MEASURE", errno: "EFAULT", isServed: true).line
        == "fault KVM_SEV_LAUNCH_MEASURE nth=1 count=1 errno=EFAULT served=1")
  }

  @Test(arguments: [
    (Action.state("shutoff"), Action.Need.definition), (.state("shutoff (failed)"), .definition),
    (.state("shut*"), .definition), (.state("running"), .process), (.event("stopped*"), .nothing),
    (.processors(2), .process), (.stillAlive, .nothing),
  ])
  func aStepNeedsNoMoreThanItLooksAt(_ action: Action, _ need: Action.Need) {
    #expect(action.need == need)
  }
}
