import LodgeContracts
import LodgeModel
import Testing

struct AllContractsTests {
  @Test func idsAreUniqueAndDotted() throws {
    let ids = allContracts.map(\.id)
    #expect(Set(ids).count == ids.count)
    for id in ids {
      #expect(
        id.wholeMatch(of: /(set|kernel|qemu|libvirt|firmware)\.[a-z0-9]+(-[a-z0-9]+)*/) != nil)
    }
  }

  @Test func catalogueNumbersAreUniqueAndInOrder() {
    let numbers = allContracts.map(\.catalogue)
    // R numbers are of the catalogue's rules, C numbers of its systems.
    let inOrder = numbers.sorted { ($0.first == "R" ? 0 : 1, $0) < ($1.first == "R" ? 0 : 1, $1) }
    #expect(numbers == inOrder)
    #expect(Set(numbers).count == numbers.count)
    #expect(numbers.allSatisfy { $0.wholeMatch(of: /[RC][0-9]{2}/) != nil })
  }

  @Test func everyTextIsThere() {
    for contract in allContracts {
      let texts = [contract.claim, contract.basis, contract.remedy, contract.knownCase]
      #expect(texts.allSatisfy { $0.count > 20 }, "\(contract.id)")
      #expect(!contract.claim.hasSuffix("."), "\(contract.id)")
      #expect(!contract.from.isEmpty && !contract.to.isEmpty, "\(contract.id)")
    }
  }

  @Test func everyFactIsNamedOnce() {
    for contract in allContracts {
      #expect(!contract.judges.isEmpty, "\(contract.id)")
      for judge in contract.judges {
        #expect(Set(judge.reads).count == judge.reads.count, "\(contract.id)")
        switch judge {
        case .facts(let reads, _), .comparison(let reads, _):
          #expect(!reads.isEmpty, "\(contract.id)")
        case .host(let stage, let needs):
          #expect(stage >= .boot && needs.count > 20 && !needs.hasSuffix("."), "\(contract.id)")
        case .scenarios, .launches, .calls, .answers: break
        }
      }
    }
  }

  /// Two judges of one kind would be two promises.
  @Test func everyContractIsJudgedOnceInEachWay() {
    for contract in allContracts {
      let ways = contract.judges.map(\.way)
      #expect(Set(ways).count == ways.count, "\(contract.id)")
    }
  }

  @Test func whatALaunchShowsNamesItsTypeAndNoScenarioTwice() {
    let shown = allContracts.flatMap { contract in
      contract.judges.flatMap { judge -> [String] in
        guard case .scenarios(let ids) = judge else { return [] }
        #expect(!contract.types.isEmpty && !ids.isEmpty, "\(contract.id)")
        return ids
      }
    }
    #expect(Set(shown).count == shown.count)
  }

  @Test func whatIsLaunchedIsAskedOfConfidentialTypesAlone() {
    for contract in allContracts where contract.judges.contains(where: \.isOfLaunches) {
      #expect(!contract.types.isEmpty, "\(contract.id)")
      #expect(contract.types.allSatisfy { DomainType.confidential.contains($0) }, "\(contract.id)")
    }
  }

  @Test func whereNothingWasLaunchedNoMeasurementIsJudged() {
    for contract in allContracts {
      let cells = contract.cells(ofMeasured: SetLaunches([]), among: [], evidence: .sid)
      #expect(cells.isEmpty, "\(contract.id)")
    }
  }

  /// A contract that reads what it does not name would stop this test.
  @Test(arguments: Suite.allCases) func everyMeasuringContractReadsOnlyWhatItNames(suite: Suite) {
    for name in FactName.allCases {
      let cells = suite.evidence.without(name).measuredCells
      #expect(cells.count >= 18 && cells.allSatisfy { !$0.reason.isEmpty }, "\(name)")
    }
  }

  @Test(arguments: Suite.allCases) func brokenMeasurementsSayWhereAndWhatToDo(suite: Suite) {
    let findings = suite.evidence.measuredCells.flatMap(\.findings)
    #expect(findings.contains { $0.grade == .fail } && findings.contains { $0.grade == .warn })
    for finding in findings {
      finding.expectToBeWhole()
    }
  }

  /// A contract that reads what it does not name would stop this test.
  @Test(arguments: Suite.allCases) func everyContractReadsOnlyWhatItNames(suite: Suite) {
    for name in FactName.allCases {
      let cells = suite.evidence.without(name).cells
      #expect(cells.allSatisfy { !$0.reason.isEmpty })
    }
  }

  @Test func withoutEvidenceNothingPasses() {
    let cells = Evidence(absent: "no package was given").cells
    #expect(cells.allSatisfy { $0.outcome == .notRun || $0.isOfComparison })
  }

  @Test(arguments: Suite.allCases) func failuresAndWarningsSayWhereAndWhatToDo(suite: Suite) {
    for set in suite.mixtures {
      for finding in set.cells.flatMap(\.findings) { finding.expectToBeWhole() }
    }
  }

  /// Against each suite, and against a mixture of all three.
  @Test(arguments: Suite.allCases) func whatComparisonsTellIsWhole(suite: Suite) {
    let mixed = Evidence.sid.taking(.kernel, from: .trixie).taking(.firmware, from: .bookworm)
    for before in Suite.allCases.map(\.evidence) + [mixed] {
      for finding in suite.evidence.cells(against: before).flatMap(\.findings) {
        finding.expectToBeWhole()
      }
    }
  }

  /// Nothing may be found between a set and itself that is not found in the set alone.
  @Test(arguments: Suite.allCases) func aSetComparedWithItselfHasNothingNew(suite: Suite) {
    let alone = suite.evidence.cells.flatMap(\.findings)
    #expect(suite.evidence.cells(against: suite.evidence).flatMap(\.findings) == alone)
  }

  @Test(arguments: Suite.allCases) func renamedPackagesChangeNoOutcome(suite: Suite) {
    let renamed = suite.evidence
      .changing(\.uapi) { $0.source.package = "kernel-headers 1-1.el10" }
      .changing(\.kconfig) { $0.source = Source(file: "lib/modules/x/config", package: nil) }
      .changing(\.kernel) { $0.release = "vendor" }
      .changing(\.qom) { $0.source = Source(file: "usr/libexec/qemu-kvm", package: "qemu-kvm 1") }
    #expect(renamed.outcomes == suite.evidence.outcomes)
  }

  @Test(arguments: Suite.allCases) func anotherOrderChangesNoOutcome(suite: Suite) {
    let shuffled = suite.evidence
      .changing(\.descriptors) { $0.descriptors.reverse() }
      .changing(\.firmware) { $0.images.reverse() }
      .changing(\.machines) { $0.machines.reverse() }
    #expect(shuffled.outcomes == suite.evidence.outcomes)
  }

  @Test(arguments: Suite.allCases) func unrelatedAdditionsChangeNoOutcome(suite: Suite) {
    let grown = suite.evidence
      .changing(\.uapi) { $0.constants["KVM_CAP_SOMETHING_NEW"] = 300 }
      .changing(\.kconfig) { $0.options["DEBUG_INFO_BTF"] = "y" }
      .changing(\.qom) { $0.names.insert("virtio-new") }
      .changing(\.descriptors) { descriptors in
        for index in descriptors.descriptors.indices {
          descriptors.descriptors[index].features.append("host-uefi-vars")
        }
      }
    #expect(grown.outcomes == suite.evidence.outcomes)
  }
}

extension Contract.Judge {
  /// The way in which it judges, whatever it says.
  fileprivate var way: String {
    switch self {
    case .facts: "facts"
    case .comparison: "comparison"
    case .scenarios: "scenarios"
    case .launches: "launches"
    case .calls: "calls"
    case .answers: "answers"
    case .host(let stage, _): "host of \(stage)"
    }
  }

  fileprivate var isOfLaunches: Bool { ["launches", "calls", "answers"].contains(way) }
}

extension Finding {
  /// Checks that a reader learns where it is and, where it asks for action, who says what and what
  /// to do.
  fileprivate func expectToBeWhole(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(!`where`.isEmpty, "\(summary)", sourceLocation: sourceLocation)
    #expect(!summary.hasSuffix("."), "\(summary)", sourceLocation: sourceLocation)
    guard grade > .info else { return }
    #expect(!remedy.isEmpty, "\(summary)", sourceLocation: sourceLocation)
    #expect(!sides.isEmpty, "\(summary)", sourceLocation: sourceLocation)
    for side in sides {
      #expect(!side.who.isEmpty && !side.says.isEmpty, "\(summary)", sourceLocation: sourceLocation)
      // The beginning of a digest ends in an ellipsis.
      #expect(
        !side.says.replacing("...", with: "").hasSuffix("."), "\(summary): \(side.says)",
        sourceLocation: sourceLocation)
    }
    #expect(
      catalogue?.isEmpty == false && knownCase?.isEmpty == false, "\(summary)",
      sourceLocation: sourceLocation)
  }
}

extension Suite {
  /// The suite, and all sets of its firmware, with each other member of one suite or another.
  fileprivate var mixtures: [Evidence] {
    Suite.allCases.flatMap { kernel in
      Suite.allCases.flatMap { qemu in
        Suite.allCases.map { libvirt in
          evidence.taking(.kernel, from: kernel.evidence).taking(.qemu, from: qemu.evidence)
            .taking(.libvirt, from: libvirt.evidence)
        }
      }
    }
  }
}

extension Evidence {
  /// What all contracts say of the set where it is compared with another one.
  fileprivate func cells(against before: Evidence) -> [Cell] {
    allContracts.flatMap { $0.cells(of: self, before: before) }
  }

  fileprivate var outcomes: [Outcome] { cells.map(\.outcome) }

  /// What all contracts say of a launch of each type that is not what it should be, nor what it was.
  fileprivate var measuredCells: [Cell] {
    let launches = DomainType.confidential.map { type in
      SetLaunches.Launch.made(
        of: type,
        attributes: ["kernel-hashes": "on", "firmware": "/usr/share/ovmf/OVMF.amdsev.fd"],
        regions: [.pages("a"), .areas(["sev_features": "0x21"])],
        predicted: .differs(measurement: "bb", difference: "the first page differs"))
    }
    let before = DomainType.confidential.map {
      SetLaunches.Launch.made(of: $0, measurement: "b", regions: [.pages("b", at: 0x1000)])
    }
    let calls = DomainType.confidential.flatMap { type -> [(SentCalls.Call, place: String)] in
      [
        (.sent(0xae99, of: "ioctl:0xae99", by: type, refusal: "ENOTTY"), "test/launch on milan"),
        (.sent(8, in: "flags", of: "KVM_CREATE_GUEST_MEMFD", by: type), "test/launch on milan"),
        (.sent(7, in: "khz", of: "KVM_SET_TSC_KHZ", by: type), "test/launch on milan"),
      ]
    }
    let answers = DomainType.confidential.map { LibvirtAnswer.arguments(["-S": [:]], of: $0) }
    let earlier = DomainType.confidential.map {
      LibvirtAnswer.arguments(["-object lsec0": ["qom-type": "sev-guest"]], of: $0)
    }
    return allContracts.flatMap {
      $0.cells(
        ofMeasured: SetLaunches(
          launches,
          before: .init(name: "the build before", launches: before, answers: earlier),
          calls: SentCalls(calls), answers: answers),
        among: [], evidence: self)
    }
  }

  /// The same evidence with one fact gone.
  fileprivate func without(_ name: FactName) -> Self {
    func gone<Value>(_ key: WritableKeyPath<Evidence, Fact<Value>>) -> Self {
      setting(key, to: .absent("it was taken away"))
    }
    return switch name {
    case .kernel: gone(\.kernel)
    case .kconfig: gone(\.kconfig)
    case .modules: gone(\.modules)
    case .btf: gone(\.btf)
    case .uapi: gone(\.uapi)
    case .start: gone(\.start)
    case .qemu: gone(\.qemu)
    case .qmp: gone(\.qmp)
    case .qom: gone(\.qom)
    case .machines: gone(\.machines)
    case .cpuModels: gone(\.cpuModels)
    case .libvirt: gone(\.libvirt)
    case .launchSecurity: gone(\.launchSecurity)
    case .libvirtKeys: gone(\.libvirtKeys)
    case .firmware: gone(\.firmware)
    case .descriptors: gone(\.descriptors)
    case .vendoredHeaders: gone(\.vendoredHeaders)
    case .moduleInterfaces: gone(\.moduleInterfaces)
    case .defaults: gone(\.defaults)
    case .replies: gone(\.replies)
    case .vmstate: gone(\.vmstate)
    case .qemuModules: gone(\.qemuModules)
    case .documentation: gone(\.documentation)
    case .texts: gone(\.texts)
    case .hostSettings: gone(\.hostSettings)
    case .quoteService: gone(\.quoteService)
    case .accessPolicy: gone(\.accessPolicy)
    case .callers: gone(\.callers)
    case .closure: gone(\.closure)
    }
  }
}
