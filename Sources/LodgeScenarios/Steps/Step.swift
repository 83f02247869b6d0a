package import LodgeModel

/// One step of a scenario: what is done, to which domain, and what should come of it.
package struct Step: Equatable, Sendable {
  package var action: Action
  /// The label of the domain; also steps about no domain have one.
  package var domain: String
  /// After this, no answer counts as silence.
  package var deadline: Duration
  /// The step is passed over where this does not hold.
  package var condition: Condition
  /// Whether it is done also where a refusal before it took away what it needs.
  package var isDoneAnyway: Bool
  /// The first whose condition holds counts; success is wanted where there is none.
  package var expectations: [Expectation]
  /// What may come of it as well, where set or chance decide and nothing tells beforehand.
  package var alternatives: [Expectation.Wanted]

  package init(
    _ action: Action, domain: String, deadline: Duration? = nil,
    condition: Condition = Condition(), isDoneAnyway: Bool = false,
    expectations: [Expectation] = [], alternatives: [Expectation.Wanted] = []
  ) {
    (self.action, self.domain, self.condition) = (action, domain, condition)
    (self.isDoneAnyway, self.alternatives) = (isDoneAnyway, alternatives)
    (self.deadline, self.expectations) = (deadline ?? action.standardDeadline, expectations)
  }

  /// What is wanted of the step on a set.
  ///
  /// - Throws: ``MissingAbility`` where a condition cannot be known.
  package func wanted(in abilities: SetAbilities) throws(MissingAbility) -> Expectation.Wanted {
    for expectation in expectations where try expectation.when.holds(in: abilities) {
      return expectation.wanted
    }
    return .success
  }
}

/// What a step does.
package enum Action: Equatable, Sendable {
  /// Defines the domain; `validating` has libvirt check the XML against its schema first.
  case define(validating: Bool)
  /// Defines the domain, reads it back, and looks for what was lost.
  case roundTrip
  /// Asks what domains may use, and looks into the answer.
  case domainCapabilities(XMLPattern)
  /// Reads the domain's XML and looks into it.
  case description(XMLPattern)
  /// Looks into the command line that libvirt made for QEMU.
  case arguments(has: [Glob], lacks: [Glob])
  case start(paused: Bool)
  /// Ends the domain, takes its faults away and starts it once more.
  case startAgain
  case suspend
  case resume
  case reboot
  case reset
  case shutdown
  case destroy
  case undefine
  /// Waits until the state fits: `running`, or with its reason: `shutoff (failed)`.
  case state(Glob)
  /// Waits for an event since the scenario began, such as `stopped (failed)`.
  case event(Glob)
  case monitor(MonitorQuestion)
  /// Reads libvirt's launch security information; a pattern for each name that must be there.
  case launchSecurityInfo([String: Glob])
  case launchSecuritySecret(Secret, address: UInt64?)
  /// Plugs processors in or out, until there are so many.
  case processors(UInt32)
  case attach(String)
  case detach(String)
  /// Writes the domain's memory and state to a file of the sandbox.
  case save
  /// Has QEMU migrate into a file of the sandbox.
  case migrateToFile
  /// Looks into the calls that the domain's QEMU made.
  case transcript(has: [CallPattern], lacks: [CallPattern])
  /// Makes sure that no QEMU, no domain and no file is left of the scenario.
  case nothingLeft
  /// Makes sure that the daemon answers.
  case stillAlive

  /// A secret for a SEV guest, in base64.
  package enum Secret: Equatable, Sendable {
    case given(header: String, secret: String)
    /// Lodge makes the header, as the owner who knows the keys does.
    case ofTheOwner(String)
  }

  /// What must be there for the step to make sense.
  package enum Need: Comparable, Sendable {
    case nothing
    case definition
    case process
  }

  /// What the step needs; after a refusal that was wanted, steps whose need is gone are passed over.
  package var need: Need {
    switch self {
    // An event is looked for among all since the scenario began.
    case .define, .roundTrip, .domainCapabilities, .nothingLeft, .stillAlive, .event:
      .nothing
    case .start, .startAgain, .undefine, .description: .definition
    case .state(let state):
      state.description.hasPrefix("shutoff") || state.matches("shutoff") ? .definition : .process
    case .transcript, .arguments, .suspend, .resume, .reboot, .reset, .shutdown, .destroy, .monitor,
      .launchSecurityInfo, .launchSecuritySecret, .processors, .attach, .detach, .save,
      .migrateToFile:
      .process
    }
  }

  /// Whether QEMU may say in it that it cannot launch; later it must not end by itself.
  package var launches: Bool {
    switch self {
    case .start, .startAgain, .resume: true
    default: false
    }
  }

  /// How long an answer may take where the scenario does not say.
  ///
  /// Measured starts take under half a second, with hundreds of vCPUs under two.
  package var standardDeadline: Duration {
    switch self {
    case .state, .event: .seconds(10)
    default: .seconds(30)
    }
  }

  /// The word that scenario files use for the step.
  package var word: String {
    switch self {
    case .define: "define"
    case .roundTrip: "round-trip"
    case .domainCapabilities: "domcapabilities"
    case .description: "xml"
    case .arguments: "argv"
    case .start: "start"
    case .startAgain: "start-again"
    case .suspend: "suspend"
    case .resume: "resume"
    case .reboot: "reboot"
    case .reset: "reset"
    case .shutdown: "shutdown"
    case .destroy: "destroy"
    case .undefine: "undefine"
    case .state: "state"
    case .event: "event"
    case .monitor: "qmp"
    case .launchSecurityInfo: "launch-security-info"
    case .launchSecuritySecret: "launch-security-secret"
    case .processors: "vcpus"
    case .attach: "attach"
    case .detach: "detach"
    case .save: "save"
    case .migrateToFile: "migrate-to-file"
    case .transcript: "transcript"
    case .nothingLeft: "nothing-left"
    case .stillAlive: "still-alive"
    }
  }

  /// The moment of the ladder that the step is; nil for steps at which no set says what it lacks.
  package var moment: Ladder.Moment? {
    switch self {
    case .define, .roundTrip: .define
    case .start, .startAgain: .start
    default: nil
    }
  }
}
