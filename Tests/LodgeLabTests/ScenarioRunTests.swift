import LodgeBindings
import LodgeHost
import LodgeLab
import LodgeModel
import LodgeScenarios
import LodgeTesting
import Testing

/// Scenarios in labs over the libvirt and QEMU of a whole root.
@Suite(
  .enabled(if: unpackedRoot != nil, "LODGE_TEST_ROOT names no unpacked root of libvirt and QEMU"),
  .timeLimit(.minutes(5)))
struct ScenarioRunTests {
  private let folder: TemporaryFolder
  private let scratch: Scratch
  private let plan: LabPlan

  init() throws {
    folder = try TemporaryFolder()
    scratch = try Scratch(in: "\(folder.path)/scratch")
    plan = try LabPlan(of: unpackedRoot, in: folder)
  }

  private func scenario(
    _ steps: [Action], expecting expectations: [Int: LodgeScenarios.Expectation.Wanted] = [:],
    faults: [Fault] = []
  ) throws -> Scenario {
    let template = try DomainTemplate(
      name: "plain",
      text: ModelledHost.domain("${name}"))
    return Scenario(
      id: "plain/test", claim: "it works", type: .plain, platforms: ["here"],
      domains: [.init(label: "guest", type: .plain, template: template, faults: faults)],
      steps: steps.enumerated().map { place, action in
        Step(
          action, domain: "guest", deadline: .seconds(20),
          expectations: expectations[place].map { [Expectation($0)] } ?? [])
      }, file: "test.yaml")
  }

  private func record(_ scenario: Scenario) async throws -> ScenarioRecord {
    try await Lab.opened(plan, in: scratch) { lab in
      let record = await ScenarioRun.record(
        of: scenario, in: lab, root: plan.root, evidence: Evidence(),
        abilities: SetAbilities(Evidence(), kernel: [:], platform: []), ladder: Ladder(rungs: [:]))
      let left = try await lab.connection.domains(within: .seconds(20))
      #expect(left.map(\.name) == [])
      return record
    }
  }

  @Test func aLifeIsLived() async throws {
    let record = try await record(
      scenario([
        .roundTrip, .start(paused: true), .state("paused*"), .resume, .state("running"),
        .event("started (booted)"),
        .monitor(MonitorQuestion("query-status", returns: ["running": "true"])),
        .description(XMLPattern(has: [.init("memory", "65536")])),
        .arguments(has: ["guest=*-plain-test-guest,*"], lacks: ["*confidential*"]),
        .transcript(has: [CallPattern("KVM_CREATE_VM")], lacks: [CallPattern("KVM_SEV_*")]),
        .destroy, .startAgain, .stillAlive, .destroy, .undefine, .nothingLeft,
      ]))
    #expect(record.verdict == Verdict(.pass, "it works"))
    #expect(record.steps.allSatisfy { $0.answer == .served })
    #expect(record.domains.first?.arguments.isEmpty == false)
    #expect(record.domains.first?.transcript.contains("KVM_CREATE_VM") == true)
    let cell = record.cell(on: "here")
    #expect(cell.id == "plain/test" && cell.stage == .launch && cell.outcome == .pass)
  }

  @Test func aFaultIsRefusedAndASecondLaunchWorks() async throws {
    let record = try await record(
      scenario(
        [
          .define(validating: false), .start(paused: false), .resume, .state("shutoff (failed)"),
          .startAgain, .state("running"),
        ],
        expecting: [
          1: .refusal(RefusalPattern(by: [.kernel], messages: ["*Cannot allocate memory*"]))
        ],
        faults: [Fault(call: "KVM_CREATE_VM", errno: "ENOMEM")]))
    #expect(record.verdict.outcome == .pass, "\(record.verdict.reason)")
    #expect(record.verdict.layer == .kernel)
    #expect(record.steps[2].answer == .passedOver("start was not served"))
  }

  @Test func whatIsLeftBehindIsFound() async throws {
    let defined = try await record(scenario([.define(validating: false), .nothingLeft]))
    #expect(defined.verdict.outcome == .fail)
    #expect(defined.verdict.reason.contains("plain-test-guest is still defined"))
  }

  @Test func aStepWithoutItsBeforehandIsLodgesTrouble() async throws {
    let record = try await record(scenario([.start(paused: false)]))
    #expect(record.verdict.outcome == .error)
    #expect(record.verdict.reason.contains("a step before this one is missing"))
  }

  @Test func aDaemonThatDoesNotAnswerInTimeIsNoFail() async throws {
    var scenario = try scenario([.define(validating: false)])
    scenario.steps[0].deadline = .zero
    let record = try await record(scenario)
    #expect(record.verdict.outcome == .error, "\(record.verdict.reason)")
  }
}
