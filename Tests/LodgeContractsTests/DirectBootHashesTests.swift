import LodgeContracts
import LodgeModel
import Testing

struct DirectBootHashesTests {
  let contract = Contract.directBootHashes

  @Test(arguments: DomainType.confidential)
  func aQEMUThatChangesNoHeaderPasses(type: DomainType) throws {
    #expect(try contract.cell(of: .sid, type).isKeptInSilence)
  }

  @Test func aQEMUThatChangesItForTDXIsAWarningForThatTypeAlone() throws {
    let evidence = Evidence.sid.changing(\.qemu) { $0.version = "10.1.3" }
    let cell = try contract.cell(of: evidence, .tdx)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(
      cell.reason.hasPrefix("QEMU 10.1.3 changes the setup header of a kernel that a TDX guest"))
    #expect(
      cell.findings.map(\.where) == [
        "qemu-system-x86 1:11.1.3+ds-1: usr/bin/qemu-system-x86_64: x86_load_linux"
      ])
    #expect(cell.findings.map(\.remedy) == [contract.remedy])
    for type in [DomainType.sev, .sevES, .sevSNP] {
      #expect(try contract.cell(of: evidence, type).isKeptInSilence)
    }
  }

  @Test(arguments: ["10.2", "10.2.0", "10.10.1", "vendor"])
  func laterVersionsAndUnknownOnesPass(version: String) throws {
    let evidence = Evidence.sid.changing(\.qemu) { $0.version = version }
    #expect(try contract.cell(of: evidence, .tdx).isKeptInSilence)
  }

  @Test func aTypeThatQEMULacksDoesNotApply() throws {
    let cell = try contract.cell(of: .trixie, .tdx)
    #expect(cell.outcome == .notApplicable && cell.reason == "QEMU has no tdx-guest")
    #expect(try contract.outcome(of: .bookworm, .sevSNP) == .notApplicable)
    #expect(try contract.outcome(of: .bookworm, .sev) == .pass)
  }

  @Test func theBinaryAndItsObjectsAreNeeded() throws {
    try expect(contract, needs: \.qom)
    // Only TDX is a question of QEMU's version.
    var evidence = Evidence.sid
    evidence.qemu = .absent("nothing there")
    #expect(try contract.outcome(of: evidence, .tdx) == .notRun)
    #expect(try contract.outcome(of: evidence, .sevSNP) == .pass)
  }

  @Test(arguments: DomainType.confidential)
  func hashesThatAreNotThoseOfTheFilesFail(type: DomainType) throws {
    let cell = try measured(type, hashes: "on", .differs(measurement: "bb", difference: "page 7"))
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "the hashes that were measured are not those of the files: page 7")
    #expect(cell.findings.map(\.where) == ["test/launch on milan: guest"])
    #expect(cell.findings.map(\.remedy) == [contract.remedy])
  }

  @Test func hashesThatAreThoseOfTheFilesPass() throws {
    #expect(try measured(.sev, hashes: "on", .equal).isKeptInSilence)
    #expect(try measured(.sev, hashes: "on", .unknown("no firmware")).isKeptInSilence)
  }

  @Test(arguments: ["off", nil]) func aLaunchWithoutHashesIsNotItsBusiness(hashes: String?) throws {
    let other = MeasuredLaunch.Predicted.differs(measurement: "bb", difference: "page 7")
    #expect(try measured(.sev, hashes: hashes, other).isKeptInSilence)
  }

  private func measured(
    _ type: DomainType, hashes: String?, _ predicted: MeasuredLaunch.Predicted
  ) throws -> Cell {
    let attributes = hashes.map { ["kernel-hashes": $0] } ?? [:]
    return try contract.cell(
      ofMeasured: [.made(of: type, attributes: attributes, predicted: predicted)], type)
  }
}
