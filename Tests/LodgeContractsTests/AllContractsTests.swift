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
    #expect(numbers == numbers.sorted())
    #expect(Set(numbers).count == numbers.count)
    #expect(numbers.allSatisfy { $0.wholeMatch(of: /R[0-9]{2}/) != nil })
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
      #expect(contract.reads.isEmpty == (contract.stage == .launch), "\(contract.id)")
      #expect(Set(contract.reads).count == contract.reads.count, "\(contract.id)")
    }
  }

  @Test func whatALaunchShowsNamesItsTypeAndNoScenarioTwice() {
    let shown = allContracts.flatMap { contract -> [String] in
      guard case .scenarios(let ids) = contract.judgement else { return [] }
      #expect(!contract.types.isEmpty && !ids.isEmpty, "\(contract.id)")
      return ids
    }
    #expect(Set(shown).count == shown.count)
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
    #expect(cells.allSatisfy { $0.outcome == .notRun })
  }

  @Test(arguments: Suite.allCases) func failuresAndWarningsSayWhereAndWhatToDo(suite: Suite) {
    let mixed = suite.evidence.taking(.kernel, from: .bookworm)
    for finding in (suite.evidence.cells + mixed.cells).flatMap(\.findings) {
      #expect(!finding.where.isEmpty, "\(finding.summary)")
      #expect(finding.grade == .info || !finding.remedy.isEmpty, "\(finding.summary)")
      #expect(!finding.summary.hasSuffix("."))
    }
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

extension Evidence {
  fileprivate var outcomes: [Outcome] { cells.map(\.outcome) }

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
    }
  }
}
