package import LodgeModel

/// A claim about domains, as data.
package struct Scenario: Equatable, Sendable, Identifiable {
  /// Folder and file name, such as `sev-snp/launch`; with the case's name in brackets.
  package var id: String
  /// One sentence.
  package var claim: String
  /// The type that the cell is filed under.
  package var type: DomainType
  /// Ids of the platforms that it is tried on.
  package var platforms: [String]
  /// Whether it wants its sandbox for itself, since it uses up what domains share.
  package var isExclusive: Bool
  /// Without these the claim is not made: the cell is not applicable.
  package var needs: Condition
  package var overrides: Overrides
  /// In the order of the file; the first is the one of steps that name none.
  package var domains: [Domain]
  package var steps: [Step]
  /// Where it is written, for messages.
  package var file: String

  package init(
    id: String, claim: String, type: DomainType, platforms: [String], isExclusive: Bool = false,
    needs: Condition = Condition(), overrides: Overrides = Overrides(), domains: [Domain],
    steps: [Step], file: String
  ) {
    (self.id, self.claim, self.type, self.platforms) = (id, claim, type, platforms)
    (self.isExclusive, self.needs, self.overrides) = (isExclusive, needs, overrides)
    (self.domains, self.steps, self.file) = (domains, steps, file)
  }

  /// What is different from the platform and the kernel as they are.
  package struct Overrides: Equatable, Hashable, Sendable {
    /// Settings of the platform model by name, such as `sev-es.asids: 1-2`; empty takes one away.
    package var settings: [String: String]
    /// Answers of KVM_CHECK_EXTENSION by name.
    package var capabilities: [String: Int64]
    /// Constants that the kernel is not to have, such as `KVM_SEV_INIT2`.
    package var withoutConstants: Set<String>

    package init(
      settings: [String: String] = [:], capabilities: [String: Int64] = [:],
      withoutConstants: Set<String> = []
    ) {
      (self.settings, self.capabilities) = (settings, capabilities)
      self.withoutConstants = withoutConstants
    }
  }

  /// One domain of a scenario.
  package struct Domain: Equatable, Sendable {
    /// The name that steps use, such as `first`.
    package var label: String
    package var type: DomainType
    package var template: DomainTemplate
    package var parameters: [String: ParameterValue]
    package var faults: [Fault]

    package init(
      label: String, type: DomainType, template: DomainTemplate,
      parameters: [String: ParameterValue] = [:], faults: [Fault] = []
    ) {
      (self.label, self.type, self.template) = (label, type, template)
      (self.parameters, self.faults) = (parameters, faults)
    }
  }

  /// The domain of a label.
  package func domain(_ label: String) -> Domain? { domains.first { $0.label == label } }

  /// The name that libvirt and QEMU know a domain by: the same on every run, plain letters.
  ///
  /// A domain whose XML names it keeps that name. Lodge's own begins with a number, since libvirt
  /// cuts the names of files off after twenty characters.
  ///
  /// **Source:** libvirt 12.8, src/conf/domain_conf.c, `virDomainDefGetShortName`.
  package func domainName(_ label: String) -> String {
    if let own = domain(label)?.template.ownDomainName { return own }
    // FNV-1a: any hash would do that is the same in every process.
    let number = "\(id)-\(label)".utf8.reduce(UInt32(2_166_136_261)) { hash, byte in
      (hash ^ UInt32(byte)) &* 16_777_619
    }
    let words = (String(number, radix: 36) + "-" + id + "-" + label).map {
      $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-"
    }
    return String(words).split(separator: "-").joined(separator: "-")
  }

  /// The scenario up to where it begins to take its domains away, for people who want to look at them.
  package var leftStanding: Scenario {
    var scenario = self
    while let last = scenario.steps.last?.action, last.takesAway { scenario.steps.removeLast() }
    return scenario
  }
}

extension Action {
  /// Whether the step ends a domain, or looks whether it is gone.
  fileprivate var takesAway: Bool {
    switch self {
    case .destroy, .shutdown, .undefine, .nothingLeft, .stillAlive: true
    case .state(let state): state.matches("shutoff")
    default: false
    }
  }
}
