import LodgeContracts
import LodgeModel
import Testing

struct SEVDeviceTests {
  let contract = Contract.sevDevice

  /// Unstable with a udev rule and with another qemu.conf.
  private func sid(
    group: String? = nil, mode: String? = nil, hasRule: Bool = true, labels: Bool = true,
    user: String = "libvirt-qemu"
  ) -> Evidence {
    .sid.changing(\.hostSettings) { settings in
      if hasRule {
        settings.deviceRules.append(
          .init(
            device: "sev", group: group, mode: mode,
            source: Source(file: "etc/udev/rules.d/90-sev.rules")))
      }
      settings.qemu?.user = user
      settings.qemu?.hasOwnDevices = labels
    }
  }

  @Test(arguments: Suite.allCases) func noRuleIsNoFailureWhereLibvirtLabels(suite: Suite) throws {
    #expect(try contract.cell(of: suite.evidence, .sev).findings == [])
  }

  @Test(arguments: ["0660", "0600", "0666"]) func anOwnersModeIsEnough(mode: String) throws {
    #expect(try contract.cell(of: sid(group: "amd", mode: mode), .sevES).findings == [])
  }

  @Test(arguments: ["0000", "0060", "0400"]) func aModeThatShutsTheOwnerOutFails(
    mode: String
  ) throws {
    let cell = try contract.cell(of: sid(group: "kvm", mode: mode), .sevSNP)
    #expect(cell.outcome == .fail)
    #expect(cell.reason.hasPrefix("mode \(mode) of /dev/sev shuts out"))
    #expect(cell.findings.map(\.sides.count) == [2])
  }

  @Test func withoutLabelsTheRuleDecides() throws {
    let none = try contract.cell(of: sid(hasRule: false, labels: false), .sev)
    #expect(none.outcome == .fail)
    #expect(
      none.reason == "QEMU runs as libvirt-qemu:libvirt-qemu, which cannot open /dev/sev")
    let open = sid(group: "libvirt-qemu", mode: "0660", labels: false)
    #expect(try contract.cell(of: open, .sev).findings == [])
    let other = try contract.cell(of: sid(group: "kvm", mode: "0660", labels: false), .sev)
    #expect(other.outcome == .pass && other.findings.map(\.grade) == [.warn])
    #expect(try contract.outcome(of: sid(group: "kvm", mode: "0600", labels: false)) == .fail)
    let root = sid(hasRule: false, labels: false, user: "root")
    #expect(try contract.cell(of: root, .sev).findings == [])
  }

  @Test func withoutSettingsItIsNotRun() throws {
    try expect(contract, needs: \.hostSettings, for: .sev)
  }

  @Test func aLiveHostShowsTheRest() {
    let cells = contract.cellsOfHosts(among: contract.cells(of: .sid))
    #expect(cells.map(\.outcome) == [.notRun, .notRun, .notRun])
  }
}
