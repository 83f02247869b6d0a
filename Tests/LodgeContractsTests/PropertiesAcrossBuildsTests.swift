import LodgeContracts
import LodgeModel
import Testing

struct PropertiesAcrossBuildsTests {
  let contract = Contract.propertiesAcrossBuilds

  private func findings(_ set: Evidence) throws -> [Finding] {
    try contract.cell(of: set, against: .sid).findings
  }

  @Test func upgradesBringOneNote() throws {
    for (now, before) in [(Evidence.trixie, Evidence.bookworm), (.sid, .trixie)] {
      #expect(try contract.cell(of: now, against: before).findings.map(\.grade) == [.info])
    }
  }

  @Test func backOnTheReleaseBeforeObjectsAndPropertiesAreGone() throws {
    let cell = try contract.cell(of: .bookworm, against: .sid)
    #expect(cell.outcome == .fail)
    let told = cell.findings.filter { $0.grade == .fail }.map(\.summary)
    #expect(told.contains("the object tdx-guest is gone"))
    #expect(told.contains("the property sev-guest.legacy-vm-type is gone"))
  }

  @Test func aPropertyOfAGuestThatIsGoneFails() throws {
    let found = try findings(
      .sid.changing(\.qom) { $0.properties["tdx-guest"]?["mrowner"] = nil })
    #expect(found.map(\.summary) == ["the property tdx-guest.mrowner is gone"])
    #expect(found[0].grade == .fail)
  }

  @Test func anotherTypeFailsAndAWiderNumberDoesNot() throws {
    let found = try findings(
      .sid.changing(\.qom) {
        $0.properties["sev-guest"]?["policy"] = "uint64"
        $0.properties["sev-snp-guest"]?["policy"] = "uint32"
      })
    #expect(found.map(\.summary) == ["sev-snp-guest.policy is a uint32, and was a uint64"])
  }

  @Test func aPropertyOfDevicesIsToldOnceAndFailsWhereConfidentialGuestsNeedIt() throws {
    var rich = Evidence.sid
    for device in ["virtio-net-pci", "virtio-rng-pci"] {
      rich = rich.changing(\.qom) { qom in
        qom.devices[device]?.merge(["indirect_desc": "bool", "x-internal": "bool"]) { $1 }
      }
    }
    let found = try contract.cell(of: .sid, against: rich).findings
    #expect(
      found.map(\.summary) == [
        "the property virtio-net-pci.indirect_desc is gone, as it is from 1 more"
      ])
    #expect(found[0].grade == .warn)
    let needed = Evidence.sid.changing(\.qom) {
      $0.devices["virtio-net-pci"]?["iommu_platform"] = nil
    }
    #expect(try findings(needed).map(\.grade) == [.fail])
  }

  @Test func anotherTypeOfADevicesPropertyFailsWhereLibvirtSendsTheOld() throws {
    let retyped = Evidence.sid.changing(\.qom) {
      $0.devices["virtio-net-pci"]?["iommu_platform"] = "uint32"
    }
    #expect(try findings(retyped).isEmpty)
    let sent = retyped.changing(\.libvirtKeys) { $0.letters["iommu_platform"] = ["T"] }
    #expect(try findings(sent).map(\.grade) == [.fail])
    let both = retyped.changing(\.libvirtKeys) { $0.letters["iommu_platform"] = ["T", "u"] }
    #expect(try findings(both).isEmpty)
  }

  @Test func aCommandOfLibvirtThatIsGoneFails() throws {
    let found = try findings(
      .sid.changing(\.qmp) {
        $0.commands["query-sev"] = nil
        $0.commands["sev-inject-launch-secret"]?["gpa"] = nil
      })
    #expect(found.map(\.grade) == [.fail, .fail])
  }

  @Test func anArgumentThatIsDemandedNowFails() throws {
    let found = try findings(
      .sid.changing(\.qmp) {
        $0.commands["query-sev"]?["id"] = .init(type: "string", isOptional: false)
      })
    #expect(found.map(\.summary) == ["query-sev demands id now"])
  }

  @Test func aDefaultThatMattersIsAWarningAndAnotherANote() throws {
    let found = try findings(
      .sid.changing(\.defaults) {
        $0.objects["sev-snp-guest"]?["policy"] = "720896"
        $0.objects["pc-q35-11.1-machine"]?["dump-guest-core"] = "false"
      })
    #expect(found.map(\.grade) == [.warn, .warn])
    #expect(
      found[1].summary == "sev-snp-guest.policy is 720896 where nobody sets it, and was 196608")
  }

  @Test func whatWasNotListedIsNotGone() throws {
    let unlisted = Evidence.sid.changing(\.qom) {
      $0.devices = [:]
      $0.properties["kvm-accel"] = nil
    }
    #expect(try findings(unlisted).isEmpty)
  }

  @Test func withoutObjectsNothingIsCompared() throws {
    let gone = Evidence.sid.setting(\.qom, to: .absent("nothing there"))
    #expect(try contract.outcome(of: gone, against: .sid) == .fail)
    // One that does not start is told by the contract about it.
    let silent = gone.changing(\.start) { $0.refusal = "ended" }
    #expect(try contract.outcome(of: silent, against: .sid) == .notRun)
  }
}
