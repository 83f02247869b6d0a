import LodgeContracts
import LodgeModel
import Testing

struct NothingOutranksTests {
  let contract = Contract.nothingOutranks

  /// Unstable with a rival of one of its packages.
  private func evidence(_ package: String, _ version: String) -> Evidence {
    Evidence.sid.changing(\.closure) {
      $0.rivals = [
        SetClosure.Rival(
          package: package, source: "candidate", version: version, from: "stock",
          builtWith: [package])
      ]
    }
  }

  private var qemu: String { Evidence.sid.qemu.value?.source.package ?? "" }

  @Test func aSetOnTopOfItsSourcesPasses() throws {
    for suite in Suite.allCases { #expect(try contract.outcome(of: suite.evidence) == .pass) }
  }

  @Test func aNewerBuildIsAWarning() throws {
    let cell = try contract.cell(of: evidence(qemu, "1:11.2.0-1"))
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(cell.findings.first?.sides.map(\.who) == ["the set", "stock"])
  }

  @Test func packagesOfOneSourceAreToldTogether() throws {
    let evidence = Evidence.sid.changing(\.closure) {
      $0.rivals = ["libvirt0 1", "libvirt-daemon 1", "ovmf 1"].map { package in
        SetClosure.Rival(
          package: package, source: "candidate", version: "2", from: "stock",
          builtWith: package == "ovmf 1" ? [package] : ["libvirt-daemon 1", "libvirt0 1"])
      }
    }
    #expect(
      try contract.cell(of: evidence).findings.map(\.summary) == [
        "an upgrade replaces libvirt0 1 and 1 more of its source by 2 of stock",
        "an upgrade replaces ovmf 1 by 2 of stock",
      ])
  }

  /// Carried-back abilities that the stock build of the same upstream version does not have.
  @Test(arguments: [("1:8.2.2+ds-9", Outcome.fail), ("1:10.0.1-1", .fail), ("1:10.1.0-1", .pass)])
  func anUpgradeThatTakesAnAbilityAwayFails(version: String, outcome: Outcome) throws {
    let cell = try contract.cell(of: evidence(qemu, version))
    #expect(cell.outcome == outcome, "\(cell.reason)")
    #expect(cell.reason.contains("TDX") == (outcome == .fail))
  }

  @Test func whatTheSetDoesNotOfferIsNotLost() throws {
    let trixie = Evidence.trixie.changing(\.closure) {
      let package = Evidence.trixie.qemu.value?.source.package ?? ""
      $0.rivals = [
        SetClosure.Rival(
          package: package, source: "a", version: "1:10.0.99-1", from: "b", builtWith: [package])
      ]
    }
    #expect(try contract.outcome(of: trixie) == .pass)
  }

  @Test func whereNoSourceIsNamedItDoesNotApply() throws {
    let loose = Evidence.sid.changing(\.closure) { $0.rivals = nil }
    #expect(try contract.outcome(of: loose) == .notApplicable)
  }

  @Test func theClosureIsNeeded() throws {
    try expect(contract, needs: \.closure)
  }
}
