import LodgeContracts
import LodgeModel
import Testing

struct DescriptorExistsTests {
  let contract = Contract.descriptorExists

  @Test(arguments: Suite.allCases) func theGenericWholeImageIsNamedByNobody(suite: Suite) throws {
    let cell = try contract.cell(of: suite.evidence)
    #expect(cell.outcome == .pass)
    let warnings = cell.findings.filter { $0.grade == .warn }
    #expect(warnings.count == 1)
    #expect(warnings[0].summary.hasPrefix("OVMF.fd could start SEV"))
    #expect(
      warnings[0].summary.hasSuffix("and no descriptor refers to it: libvirt never chooses it"))
  }

  @Test func whatQEMUDoesNotStartNeedsNoDescriptor() throws {
    let cell = try contract.cell(of: .bookworm)
    #expect(
      cell.reason == "OVMF.fd could start SEV and SEV-ES, and no descriptor refers to it: libvirt "
        + "never chooses it")
    let without = Evidence.bookworm.changing(\.qom) { $0.names.remove("sev-guest") }
    #expect(try contract.outcome(of: without) == .notApplicable)
  }

  @Test func anImageThatLostItsDescriptorIsAWarning() throws {
    let evidence = Evidence.sid.changing(\.descriptors) {
      $0.descriptors.removeAll { $0.filename.contains("amdsev") }
    }
    let findings = try contract.cell(of: evidence).findings
    #expect(findings.contains { $0.grade == .warn && $0.summary.hasPrefix("OVMF.amdsev.fd could") })
  }

  @Test func anImageThatIsNamedByAnotherOfItsPathsIsNamed() throws {
    let evidence = Evidence.trixie.changing(\.firmware) {
      $0.images[1].aliases = ["usr/share/qemu/OVMF.fd"]
    }.changing(\.descriptors) {
      $0.descriptors.append($0.descriptors[0])
      $0.descriptors[1].filename = "/usr/share/qemu/OVMF.fd"
    }
    #expect(try contract.cell(of: evidence).findings == [])
  }

  @Test func codeBesideAVariableStoreIsOnlyANoteWhereAnotherDoesItsWork() throws {
    let evidence = Evidence.trixie.changing(\.firmware) { firmware in
      var other = firmware.images[0]
      other.source.file = "usr/share/OVMF/OVMF_CODE_4M.strictnx.fd"
      firmware.images = [firmware.images[0], other]
    }
    #expect(try contract.cell(of: evidence).findings.map(\.grade) == [.info])
  }

  @Test func withoutAnyDescriptorEveryImageIsAlone() throws {
    let evidence = Evidence.sid.setting(\.descriptors, to: .absent("no descriptor"))
    let warnings = try contract.cell(of: evidence).findings.filter { $0.grade == .warn }
    #expect(warnings.count == 4)
  }

  @Test func imagesAreNeededAndOneWhoStartsThem() throws {
    try expect(contract, needs: \.firmware)
    let evidence = Evidence.sid.setting(\.launchSecurity, to: .absent("none"))
      .setting(\.qom, to: .absent("nothing there"))
    #expect(try contract.cell(of: evidence).reason == "no QOM types: nothing there")
    let broken = Evidence.sid.setting(\.descriptors, to: .unreadable("bad bytes"))
    #expect(try contract.outcome(of: broken) == .error)
  }
}
