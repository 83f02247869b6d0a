import LodgeMatrix
import LodgeModel
import LodgeScenarios
import Testing

struct ScenarioFileTests {
  private static let ladder = """
    sev-snp:
      platforms: [amd-milan-snp]
      lacking:
        - {ability: schema.sev-snp, at: define, by: schema, message: "*sev-snp*"}
        - {ability: kernel.sev-snp, at: start, by: [kernel, qemu]}
    plain: {platforms: generic-x86, proof: plain/launch}
    """

  private static let template = """
    <domain><name>${name}</name><os>${firmware:path=@firmware.sev-snp}</os>
    <policy>${policy:hex=0x30000}</policy></domain>
    """

  private static let good = """
    claim: It launches
    exclusive: true
    needs: [qemu.sev-snp-guest, not host.vfio]
    overrides: {settings: {sev-es.asids: 1-2}, capabilities: {KVM_CAP_VM_TYPES: 3}}
    parameters: {policy: "0xb0000"}
    domains: {first: {}, second: {type: plain, template: sev-snp}}
    faults:
      - {call: KVM_SEV_SNP_LAUNCH_START, nth: 2, count: always, errno: EIO, fw: 7, served: true}
    steps:
      - define: {validate: true}
      - {define: , on: second}
      - start: {paused: true}
        within: 5
        refused:
          - {by: kernel, message: ["*ret=-22*", "*EINVAL*"], when: not kernel.sev-snp}
      - {state: running, on: all, if: platform.sev-snp}
      - qmp: {command: query-sev, arguments: {a: 1, b: "2", c: [true]}, returns: {state: running}}
      - transcript: {has: [KVM_RUN, KVM_CREATE_VM: {type: "0x4"}], lacks: [KVM_SEV_INIT]}
      - {argv: {has: "*sev*"}, anyway: true}
      - launch-security-info: {sev-snp-policy: "*"}
      - attach: <disk/>
      - {resume: , crashes: SIGABRT}
      - {suspend: , hangs: true}
      - vcpus: 4
      - launch-security-secret: {secret: AAEC, address: 0x1000}
      - launch-security-secret: {secret: AAEC, header: AwQF}
      - {reset: , or: [success, hangs, {refused: {by: qemu}}, {crashes: exit}]}
      - {undefine: , refused: ladder}
      - nothing-left
    cases:
      plain: {}
      other:
        claim: Another thing
        platform: amd-genoa-snp
        parameters: {policy: "0x70000", firmware: "@kernel"}
        expect: {start: {refused: {by: [kernel, firmware]}}, second.define: {refused: ladder}}
    """

  private static func folder(_ scenario: String) throws -> ScenarioFolder {
    try ScenarioFolder(files: [
      "ladder.yaml": ladder, "templates/sev-snp.xml": template, "sev-snp/x.yaml": scenario,
      "platforms/p.yaml": "not: a scenario",
    ])
  }

  @Test func theWholeGrammarIsRead() throws {
    let scenarios = try Self.folder(Self.good).scenarios
    #expect(scenarios.map(\.id) == ["sev-snp/x[other]", "sev-snp/x[plain]"])
    let (other, plain) = (try #require(scenarios.first), try #require(scenarios.last))
    #expect(plain.claim == "It launches" && plain.platforms == ["amd-milan-snp"])
    #expect(plain.isExclusive && plain.type == .sevSNP)
    #expect("\(plain.needs)" == "qemu.sev-snp-guest, not host.vfio")
    #expect(plain.overrides.settings == ["sev-es.asids": "1-2"])
    #expect(plain.overrides.capabilities == ["KVM_CAP_VM_TYPES": 3])
    #expect(plain.domains.map(\.label) == ["first", "second"])
    #expect(plain.domains.map(\.type) == [.sevSNP, .plain])
    #expect(plain.domain("first")?.parameters == ["policy": .text("0xb0000")])
    #expect(
      plain.domain("first")?.faults == [
        Fault(
          call: "KVM_SEV_SNP_LAUNCH_START", nth: 2, repetition: .always, errno: "EIO",
          firmwareCode: 7, isServed: true)
      ])
    #expect(plain.domainName("second").hasSuffix("-sev-snp-x-plain-second"))
    #expect(other.claim == "Another thing" && other.platforms == ["amd-genoa-snp"])
    #expect(
      other.domain("first")?.parameters == [
        "policy": .text("0x70000"), "firmware": .ofTheSet(.kernel),
      ])
  }

  @Test func everyStepIsRead() throws {
    let scenarios = try Self.folder(Self.good).scenarios
    let steps = try #require(scenarios.last).steps
    #expect(
      steps.map(\.action) == [
        .define(validating: true), .define(validating: false), .start(paused: true),
        .state("running"), .state("running"),
        .monitor(
          MonitorQuestion(
            "query-sev", arguments: #"{"a":1,"b":"2","c":[true]}"#, returns: ["state": "running"])),
        .transcript(
          has: [CallPattern("KVM_RUN"), CallPattern("KVM_CREATE_VM", fields: ["type": "0x4"])],
          lacks: [CallPattern("KVM_SEV_INIT")]),
        .arguments(has: ["*sev*"], lacks: []), .launchSecurityInfo(["sev-snp-policy": "*"]),
        .attach("<disk/>"), .resume, .suspend, .processors(4),
        .launchSecuritySecret(.ofTheOwner("AAEC"), address: 0x1000),
        .launchSecuritySecret(.given(header: "AwQF", secret: "AAEC"), address: nil), .reset,
        .undefine, .nothingLeft,
      ])
    #expect(steps.map(\.domain).prefix(5) == ["first", "second", "first", "first", "second"])
    #expect(steps[2].deadline == .seconds(5) && steps[0].deadline == .seconds(30))
    #expect("\(steps[3].condition)" == "platform.sev-snp" && steps[7].isDoneAnyway)
    let expected = steps[2].expectations.first
    #expect(
      expected?.wanted
        == .refusal(RefusalPattern(by: [.kernel], messages: ["*ret=-22*", "*EINVAL*"])))
    #expect(expected.map { "\($0.when)" } == "not kernel.sev-snp")
    #expect(
      steps.suffix(8).flatMap(\.expectations).map(\.wanted) == [
        .crash(signal: "SIGABRT"), .silence, .asTheLadderSays,
      ])
    #expect(
      steps.flatMap(\.alternatives) == [
        .success, .silence, .refusal(RefusalPattern(by: [.qemu])), .crash(signal: "exit"),
      ])
    let other = try #require(scenarios.first).steps
    #expect(other[1].expectations.map(\.wanted) == [.asTheLadderSays])
    #expect(
      other[2].expectations.map(\.wanted) == [
        .refusal(RefusalPattern(by: [.kernel, .firmware]))
      ])
  }

  @Test func theLadderIsRead() throws {
    let ladder = try Ladder(yaml: Self.ladder, file: "ladder.yaml")
    #expect(ladder.proofs == [.plain: "plain/launch"])
    #expect(ladder.platforms == [.sevSNP: ["amd-milan-snp"], .plain: ["generic-x86"]])
    #expect(
      ladder.rungs[.sevSNP] == [
        .init(
          lacks: .schema(.sevSNP), at: .define,
          RefusalPattern(by: [.schema], messages: ["*sev-snp*"])),
        .init(lacks: .kernel(.sevSNP), at: .start, RefusalPattern(by: [.kernel, .qemu])),
      ])
  }

  /// A change to the good file, and the whole message.
  @Test(arguments: [
    ("claim: It", "clam: It", ":1: unknown key clam in the file; did you mean claim?"),
    ("claim: It launches\n", "", ": the key claim is missing (the file)"),
    (
      "- nothing-left", "- nothing-lost",
      ":29: unknown step nothing-lost; did you mean nothing-left? (steps)"
    ),
    ("- nothing-left", "- state", ":29: state needs a value (steps)"),
    ("- nothing-left", "- {destroy: now}", ":29: destroy takes nothing (steps)"),
    (
      "- nothing-left", "- {destroy: , define: }",
      ":29: destroy and define are more than one step (steps)"
    ),
    ("- nothing-left", "- {on: first}", ":29: a step is expected here (steps)"),
    (
      "- nothing-left", "- {start: {pasued: true}}",
      ":29: unknown key pasued in steps.start; did you mean paused?"
    ),
    ("on: second}", "on: secnd}", ":11: there is no domain secnd; did you mean second? (steps.on)"),
    ("within: 5", "within: 0", ":13: “0” is no number from 1 to 600 (steps.within)"),
    (
      "by: kernel, message", "by: kernl, message",
      ":15: kernl is no layer; did you mean kernel? (steps.refused.by)"
    ),
    (
      "by: kernel, message", "by: kernel, mesage",
      ":15: unknown key mesage in steps.refused; did you mean message?"
    ),
    (
      "refused: ladder", "refused: maybe",
      ":28: “ladder”, a refusal or a list of refusals is expected here (steps.refused)"
    ),
    (
      "command: query-sev", "command: \"a b\"",
      ":17: “a b” is not a QMP command (steps.qmp.command)"
    ),
    (
      "attach: <disk/>", "attach: <disk>",
      ":21: it is no XML: line 1: disk does not end (steps.attach)"
    ),
    (
      "policy: \"0xb0000\"", "policy: 3",
      ":5: template sev-snp: policy wants hex, such as 0x30000, not “3” (parameters)"
    ),
    (
      "parameters: {policy: \"0xb", "parameters: {polcy: \"0xb",
      ":5: template sev-snp: it has no place for polcy; it has firmware, policy (parameters)"
    ),
    (
      "\"@kernel\"", "\"@kernal\"",
      ":35: @kernal is no file of a set; there are @kernel, @initrd and @firmware.TYPE (cases.other.parameters.firmware)"
    ),
    (
      "template: sev-snp", "template: sev-spn",
      ":6: there is no template sev-spn; did you mean sev-snp? (domains.second.template)"
    ),
    (
      "type: plain", "type: plane",
      ":6: plane is no type; known are plain, sev, sev-es, sev-snp, tdx (domains.second.type)"
    ),
    ("sev-es.asids: 1-2", "sev-es.asid: 1-2", ":4: "),
    ("errno: EIO", "errno: 5", ":8: 5 is no errno; write a name such as EIO (faults)"),
    (
      "call: KVM_SEV_SNP_LAUNCH_START", "call: start",
      ":8: start is no call; write a name such as KVM_SEV_LAUNCH_START (faults.call)"
    ),
    (
      "expect: {start:", "expect: {strat:",
      ":36: there is no step strat; there are argv, attach, define, launch-security-info, launch-security-secret, nothing-left, qmp, reset, resume, start, state, suspend, transcript, undefine, vcpus (cases.other.expect.strat)"
    ),
    (
      "      plain: {}", "      pla in: {}",
      ":31: “pla in” cannot be the name of a case (cases.pla in)"
    ),
  ])
  func whatIsOutsideTheGrammarIsNamedWithItsLine(
    _ old: String, _ new: String, _ words: String
  ) throws {
    // The good file's margin is not part of it.
    let text = Self.good.replacing(
      old.trimmingPrefix("    "), with: new.trimmingPrefix("    "), maxReplacements: 1)
    try #require(text != Self.good)
    let failure = #expect(throws: MatrixFailure.self) { _ = try Self.folder(text) }
    let message = "\(try #require(failure))"
    let expected = "Scenarios/sev-snp/x.yaml\(words)"
    #expect(words.hasSuffix(": ") ? message.hasPrefix(expected) : message == expected)
  }

  @Test func mistakesBesideScenariosAreNamed() {
    #expect(throws: MatrixFailure(file: "S/ladder.yaml", line: nil, reason: "it is missing")) {
      _ = try ScenarioFolder(files: [:], folder: "S")
    }
    #expect(
      throws: MatrixFailure(
        file: "Scenarios/templates/a.xml", line: nil, reason: "b has no kind: write ${b:KIND}")
    ) {
      _ = try ScenarioFolder(files: ["ladder.yaml": Self.ladder, "templates/a.xml": "<a>${b}</a>"])
    }
    #expect(
      throws: MatrixFailure(
        file: "Scenarios/mixed/a.yaml", line: nil,
        reason: "the folder mixed is no type, so the key type is needed")
    ) {
      _ = try ScenarioFolder(files: [
        "ladder.yaml": Self.ladder, "mixed/a.yaml": "claim: a\nsteps: [define]",
      ])
    }
  }
}
