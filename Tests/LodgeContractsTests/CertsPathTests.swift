import LodgeContracts
import LodgeModel
import Testing

struct CertsPathTests {
  let contract = Contract.certsPath

  private func sid(_ options: [String], isBinary: Bool = false) -> Evidence {
    let source = Source(file: "etc/libvirt/hooks/qemu", package: nil)
    return .sid.changing(\.callers) {
      $0.callers = [.init(source: source, options: options, isBinary: isBinary)]
    }
  }

  @Test(arguments: Suite.allCases) func nobodyInDebianUsesWhatUpstreamLacks(suite: Suite) throws {
    for cell in contract.cells(of: suite.evidence) { #expect(cell.findings == []) }
  }

  @Test func aHookThatUsesItFails() throws {
    let cell = try contract.cell(of: sid(["certs-path"]), .sevSNP)
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "etc/libvirt/hooks/qemu hands certs-path to QEMU, which has no property "
        + "certs-path of sev-snp-guest")
    #expect(cell.findings.map(\.where) == ["etc/libvirt/hooks/qemu: certs-path"])
    #expect(cell.findings.allSatisfy { $0.sides.count == 2 && !$0.remedy.isEmpty })
    #expect(try contract.outcome(of: sid(["certs-path"]), .tdx) == .pass)
  }

  @Test func aProgramThatCanIsWarnedOf() throws {
    let cell = try contract.cell(of: sid(["certs-path"], isBinary: true), .sevSNP)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
  }

  @Test func otherOptionsOfDownstreamTreesFailToo() throws {
    #expect(try contract.outcome(of: sid(["quote-generation-service"]), .tdx) == .fail)
    #expect(try contract.outcome(of: sid(["memory-backend-memfd-private"]), .tdx) == .fail)
    #expect(try contract.outcome(of: sid(["confidential-guest-support="]), .tdx) == .pass)
  }

  @Test func aQEMUThatHasItKeepsThePromise() throws {
    let evidence = sid(["certs-path"])
      .changing(\.qom) { $0.properties["sev-snp-guest"]?["certs-path"] = "string" }
    #expect(try contract.outcome(of: evidence, .sevSNP) == .pass)
  }

  @Test func aPatchedLibvirtIsNamed() throws {
    let evidence = Evidence.sid.changing(\.libvirtKeys) { $0.letters["certs-path"] = ["S"] }
    let cell = try contract.cell(of: evidence, .sevSNP)
    #expect(cell.outcome == .fail && cell.reason.hasPrefix("libvirt hands certs-path"))
  }

  @Test func withoutCallersItIsNotRun() throws {
    try expect(contract, needs: \.callers, for: .sevSNP)
  }
}
