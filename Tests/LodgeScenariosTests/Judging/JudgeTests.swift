import LodgeModel
import LodgeScenarios
import Testing

/// The rules by which answers become outcomes.
struct JudgeTests {
  /// How far a made-up set comes with SNP.
  enum Made: Sendable {
    case whole, withoutSchema, withoutKernel, withoutPlatform, withoutEvidence
  }

  private static let ladder = Ladder(rungs: [
    .sevSNP: [
      .init(lacks: .schema(.sevSNP), at: .define, .init(by: [.schema], messages: ["*sev-snp*"])),
      .init(lacks: .kernel(.sevSNP), at: .start, .init(by: [.kernel], messages: ["vm-type*"])),
      .init(lacks: .platform(.sevSNP), at: .start, .init(by: [.kernel], messages: ["vm-type*"])),
    ]
  ])

  private func judge(
    _ made: Made, needs: Condition = Condition(), ladder: Ladder = Self.ladder
  ) throws -> Judge {
    var evidence = Evidence()
    if made != .withoutEvidence {
      evidence.launchSecurity = .found(
        LaunchSecuritySchema(
          source: Source(file: "x"), types: made == .withoutSchema ? [:] : ["sev-snp": []]))
    }
    let template = try DomainTemplate(name: "t", text: "<domain><name>${name}</name></domain>")
    let scenario = Scenario(
      id: "sev-snp/x[case]", claim: "it launches", type: .sevSNP, platforms: ["p"], needs: needs,
      domains: [.init(label: "guest", type: .sevSNP, template: template)], steps: [], file: "x.yaml"
    )
    return Judge(
      of: scenario,
      on: SetAbilities(
        evidence, kernel: [.sevSNP: made != .withoutKernel],
        platform: made == .withoutPlatform ? [] : [.sevSNP]),
      ladder: ladder)
  }

  /// Where a kernel does not keep what schema and QEMU promise, one scenario fails for all.
  @Test func aPromiseThatIsNotKeptFailsOnceAndBlocksTheRest() throws {
    var ladder = Self.ladder
    let step = Step(.start(paused: false), domain: "guest")
    for (proof, outcome) in [
      ("sev-snp/x", Outcome.fail), ("sev-snp/launch", .blocked), (nil, .fail),
    ] {
      ladder.proofs[.sevSNP] = proof
      let verdict = try judge(.withoutKernel, ladder: ladder).verdict(on: Self.vmType, of: step)
      #expect(verdict?.outcome == outcome && verdict?.layer == .kernel)
      #expect(
        verdict?.reason.contains(outcome == .blocked ? "sev-snp/launch fails" : "kept") == true)
    }
  }

  private static let schema = StepAnswer.refused(Refusal(by: .schema, "no 'sev-snp' here"))
  private static let vmType = StepAnswer.refused(Refusal(by: .kernel, "vm-type not supported"))
  private static let other = StepAnswer.refused(Refusal(by: .qemu, "no memory"))

  @Test(
    arguments: [
      // A refusal that nobody expects of this set.
      (Made.whole, Action.start(paused: false), StepAnswer.served, nil, nil),
      (.whole, .start(paused: false), other, .fail, Layer.qemu),
      (.whole, .define(validating: false), schema, .fail, .schema),
      (.whole, .resume, vmType, .fail, .kernel),
      // The set never offered the type.
      (.withoutSchema, .define(validating: false), schema, .notApplicable, .schema),
      (.withoutSchema, .roundTrip, schema, .notApplicable, .schema),
      (.withoutSchema, .define(validating: false), vmType, .fail, .kernel),
      // Promised and not kept.
      (.withoutKernel, .start(paused: true), vmType, .fail, .kernel),
      (.withoutKernel, .start(paused: true), other, .fail, .qemu),
      // The hardware is not there: no fault of the set.
      (.withoutPlatform, .start(paused: false), vmType, .notApplicable, .kernel),
      // Nobody knows what the set can do.
      (.withoutEvidence, .start(paused: false), vmType, .notRun, nil),
      // Other ends.
      (.whole, .state("running"), .differs("the domain is paused"), .fail, nil),
      (.whole, .start(paused: false), .crashed(signal: "SIGABRT", "oops"), .fail, .qemu),
      (.whole, .start(paused: false), .garbled("{"), .fail, nil),
      (.whole, .start(paused: false), .silent("start"), .error, nil),
      (.whole, .start(paused: false), .trouble("no disk"), .error, nil),
      (.whole, .destroy, .passedOver("start was refused"), nil, nil),
    ] as [(Made, Action, StepAnswer, Outcome?, Layer?)])
  func anAnswerThatShouldBeSuccess(
    _ made: Made, _ action: Action, _ answer: StepAnswer, _ outcome: Outcome?, _ layer: Layer?
  ) throws {
    let verdict = try judge(made).verdict(on: answer, of: Step(action, domain: "guest"))
    #expect(verdict?.outcome == outcome, "\(verdict.map { "\($0)" } ?? "none")")
    #expect(verdict?.layer == layer)
    #expect(verdict == nil || verdict?.findings.isEmpty == (verdict?.outcome != .fail))
  }

  @Test(
    arguments: [
      (Made.whole, vmType, nil),
      (.whole, StepAnswer.refused(Refusal(by: .kernel, "other words")), .fail),
      (.whole, .refused(Refusal(by: .qemu, "vm-type not supported")), .fail),
      (.whole, .served, .fail),
      (.whole, .crashed(signal: "SIGSEGV", ""), .fail),
      (.withoutSchema, schema, .fail),
    ] as [(Made, StepAnswer, Outcome?)])
  func anAnswerThatShouldBeARefusal(
    _ made: Made, _ answer: StepAnswer, _ outcome: Outcome?
  ) throws {
    let expectation = Expectation(.refusal(RefusalPattern(by: [.kernel], messages: ["vm-type*"])))
    let step = Step(.start(paused: false), domain: "guest", expectations: [expectation])
    #expect(try judge(made).verdict(on: answer, of: step)?.outcome == outcome)
  }

  /// A set that has not even the type cannot say what the scenario is about.
  @Test func theLadderGoesBeforeAScenariosOwnRefusal() throws {
    let expectation = Expectation(.refusal(RefusalPattern(by: [.libvirt], messages: ["*policy*"])))
    let step = Step(.define(validating: false), domain: "guest", expectations: [expectation])
    let verdict = try judge(.withoutSchema).verdict(on: Self.schema, of: step)
    #expect(verdict?.outcome == .notApplicable)
  }

  @Test(
    arguments: [
      (Made.whole, Action.start(paused: false), StepAnswer.served, nil),
      (.whole, .start(paused: false), vmType, .fail),
      (.withoutKernel, .define(validating: false), .served, nil),
      (.withoutKernel, .start(paused: false), vmType, nil),
      (.withoutKernel, .start(paused: false), .served, .fail),
      (.withoutKernel, .start(paused: false), other, .fail),
      (.withoutSchema, .define(validating: false), schema, nil),
      (.withoutPlatform, .start(paused: false), vmType, nil),
    ] as [(Made, Action, StepAnswer, Outcome?)])
  func whatTheLadderSaysIsExpected(
    _ made: Made, _ action: Action, _ answer: StepAnswer, _ outcome: Outcome?
  ) throws {
    let step = Step(action, domain: "guest", expectations: [Expectation(.asTheLadderSays)])
    #expect(try judge(made).verdict(on: answer, of: step)?.outcome == outcome)
  }

  @Test func crashAndSilenceCanBeExpected() throws {
    let crash = Step(
      .resume, domain: "guest", expectations: [Expectation(.crash(signal: "SIG*"))])
    #expect(try judge(.whole).verdict(on: .crashed(signal: "SIGABRT", ""), of: crash) == nil)
    #expect(try judge(.whole).verdict(on: .served, of: crash)?.outcome == .fail)
    let silence = Step(.resume, domain: "guest", expectations: [Expectation(.silence)])
    #expect(try judge(.whole).verdict(on: .silent("resume"), of: silence) == nil)
  }

  @Test func severalAnswersCanBeAllowed() throws {
    let step = Step(
      .reset, domain: "guest",
      alternatives: [.refusal(RefusalPattern(by: [.qemu])), .crash(signal: "exit"), .silence])
    for answer in [
      StepAnswer.served, Self.other, .crashed(signal: "exit", "over"), .silent("reset"),
    ] {
      #expect(try judge(.whole).verdict(on: answer, of: step) == nil, "\(answer)")
    }
    for answer in [Self.vmType, .crashed(signal: "SIGABRT", ""), .garbled("{"), .differs("so")] {
      #expect(try judge(.whole).verdict(on: answer, of: step)?.outcome == .fail, "\(answer)")
    }
  }

  @Test func expectationsDependOnAbilities() throws {
    let expectations = [
      Expectation(
        .refusal(RefusalPattern(by: [.qemu])), when: Condition([try .init("not kernel.sev-snp")]))
    ]
    let step = Step(.resume, domain: "guest", expectations: expectations)
    #expect(try judge(.withoutKernel).verdict(on: Self.other, of: step) == nil)
    #expect(try judge(.whole).verdict(on: .served, of: step) == nil)
    #expect(try judge(.whole).verdict(on: Self.other, of: step)?.outcome == .fail)
  }

  @Test func whatAScenarioNeedsIsAskedFirst() throws {
    let needs = Condition([try .init("schema.sev-snp")])
    #expect(try judge(.whole, needs: needs).beforehand == nil)
    #expect(try judge(.withoutSchema, needs: needs).beforehand?.outcome == .notApplicable)
    #expect(try judge(.withoutEvidence, needs: needs).beforehand?.outcome == .notRun)
    let host = Condition([try .init("host.hugepages")])
    #expect(try judge(.whole, needs: host).beforehand?.outcome == .notRun)
  }

  @Test func theEndNamesARefusalThatWasExpected() throws {
    let judge = try judge(.whole)
    let start = Step(.start(paused: false), domain: "guest")
    #expect(judge.verdict([]).outcome == .notApplicable, "what did nothing shows nothing")
    #expect(judge.verdict([(start, .served)]) == Verdict(.pass, "it launches"))
    #expect(
      judge.verdict([(start, Self.vmType)])
        == Verdict(
          .pass, "refused as it should be: kernel at start: vm-type not supported", layer: .kernel))
  }
}
