import LodgeContracts
import LodgeModel
import Testing

struct SetClosureTests {
  let contract = Contract.setClosure

  private func evidence(_ change: (inout SetClosure) -> Void) -> Evidence {
    Evidence.sid.changing(\.closure, change)
  }

  @Test func aClosedSetPasses() throws {
    for suite in Suite.allCases {
      let cell = try contract.cell(of: suite.evidence)
      #expect(cell.outcome == .pass && cell.findings == [])
    }
  }

  @Test func whatNobodyMeetsFails() throws {
    let cell = try contract.cell(
      of: evidence {
        $0.unmet = [
          .init(
            package: "qemu-system-x86 1", requirement: "qemu-system-common >> 1:11",
            found: "qemu-system-common 1:10")
        ]
      })
    #expect(cell.outcome == .fail)
    #expect(
      cell.reason == "qemu-system-x86 1 requires qemu-system-common >> 1:11, and the set has "
        + "qemu-system-common 1:10")
  }

  @Test(arguments: [(nil, Outcome.pass), ("b 1", .fail)] as [(String?, Outcome)])
  func looseFilesMayRelyOnTheirHostButContradictNothing(
    found: String?, outcome: Outcome
  ) throws {
    let cell = try contract.cell(
      of: evidence {
        $0.unmet = [.init(package: "a 1", requirement: "b >= 2", found: found, isLoose: true)]
      })
    #expect(cell.outcome == outcome && cell.findings.count == 1)
  }

  @Test(arguments: ["libvirt0 << 11", nil] as [String?])
  func packagesThatExcludeEachOtherFail(relation: String?) throws {
    let cell = try contract.cell(
      of: evidence {
        $0.conflicts = [.init(package: "a 1", other: "libvirt0 10", relation: relation)]
      })
    #expect(cell.outcome == .fail && cell.reason.contains("libvirt0 10"))
  }

  @Test func theClosureIsNeeded() throws {
    try expect(contract, needs: \.closure)
  }
}
