import LodgeContracts
import LodgeModel
import Testing

struct DomainAccessTests {
  let contract = Contract.domainAccess

  /// The same set on whose kernel AppArmor and SELinux are in force.
  private func enforced(_ evidence: Evidence) -> Evidence {
    evidence.changing(\.accessPolicy) { policy in
      for system in policy.policies.keys {
        policy.policies[system]?.enforcer = Source(file: "usr/sbin/apparmor_parser")
      }
    }.changing(\.kconfig) {
      $0.options["SECURITY_APPARMOR"] = "y"
      $0.options["SECURITY_SELINUX"] = "y"
      $0.options["LSM"] = "landlock,lockdown,apparmor,selinux"
    }
  }

  private let service = Fact.found(
    QuoteService(
      source: Source(file: "etc/qgs.conf"), socket: "/var/run/tdx-qgs/qgs.socket", port: nil))

  @Test func unstableGrantsWhatSEVNeeds() throws {
    #expect(try contract.cell(of: enforced(.sid), .sevSNP).findings == [])
  }

  @Test func olderSuitesGrantNoDomainTheDeviceOfSEV() throws {
    let cell = try contract.cell(of: .trixie, .sevSNP)
    #expect(cell.outcome == .pass && cell.findings.map(\.grade) == [.warn])
    #expect(cell.reason == "AppArmor lets no domain open /dev/sev where the host enforces it")
    let red = try contract.cell(of: enforced(.trixie), .sevSNP)
    #expect(red.outcome == .fail && red.reason == "AppArmor lets no domain open /dev/sev")
    #expect(red.findings.map(\.sides.count) == [2])
  }

  @Test func aDriverThatIsNotUsedIsNotAsked() throws {
    for driver in ["none", "selinux"] {
      let evidence = enforced(.trixie).changing(\.hostSettings) {
        $0.qemu?.securityDrivers = [driver]
      }
      #expect(try contract.cell(of: evidence, .sev).findings == [])
    }
  }

  @Test func aDenialOutweighsEveryGrant() throws {
    let evidence = enforced(.sid).changing(\.accessPolicy) {
      $0.rules.append(
        .init(
          system: .appArmor, path: "/dev/kvm", grant: "w", isDenial: true,
          words: "deny /dev/kvm w",
          source: Source(file: "etc/apparmor.d/local/abstractions/libvirt-qemu")))
    }
    let cell = try contract.cell(of: evidence, .tdx)
    #expect(cell.outcome == .fail)
    #expect(
      cell.findings.first?.where == "etc/apparmor.d/local/abstractions/libvirt-qemu: /dev/kvm")
  }

  @Test func theQuoteSocketCountsWhereThereIsAService() throws {
    #expect(try contract.cell(of: .tdxReady, .tdx).findings.map(\.grade) == [.info])
    let served = Evidence.tdxReady.setting(\.quoteService, to: service)
    #expect(try contract.cell(of: served, .tdx).findings.map(\.grade) == [.warn])
    #expect(try contract.cell(of: enforced(served), .tdx).outcome == .fail)
  }

  @Test func whatOnlyAHostShowsIsSaid() throws {
    let source = Source(file: "etc/selinux/targeted/contexts/files/file_contexts")
    let evidence = Evidence.sid.changing(\.accessPolicy) {
      $0.policies = [
        .seLinux: .init(
          source: source, enforcer: nil, obstacle: "its modules are linked on the host")
      ]
      $0.rules = []
    }
    let findings = try contract.cell(of: enforced(evidence), .sev).findings
    #expect(findings.map(\.grade) == [.warn, .warn])
    #expect(findings.first?.summary.hasPrefix("only a host shows whether SELinux") == true)
  }

  @Test func aSetWithoutAPolicyPromisesNothing() throws {
    let absent = Evidence.sid.setting(\.accessPolicy, to: .absent("no policy"))
    #expect(try contract.outcome(of: absent, .sev) == .notApplicable)
    let unreadable = Evidence.sid.setting(\.accessPolicy, to: .unreadable("bad"))
    #expect(try contract.outcome(of: unreadable, .sev) == .error)
  }
}
