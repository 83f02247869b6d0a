import Foundation
import LodgeEvidence
import LodgeModel
import Testing

struct AccessPolicyTests {
  private let abstraction = "etc/apparmor.d/abstractions/libvirt-qemu"

  private func policy(
    of files: [String: String], beside data: [String: Data] = [:]
  ) async throws -> AccessPolicy {
    let all = data.merging(files.mapValues { Data($0.utf8) }) { $1 }
    let evidence = try await Collector.accessPolicy.evidence(of: all)
    return try #require(evidence.accessPolicy.value, "\(evidence.accessPolicy)")
  }

  @Test func aRootWithoutAPolicyHasNone() async throws {
    let evidence = try await Collector.accessPolicy.evidence(of: ["etc/passwd": Data()])
    guard case .absent = evidence.accessPolicy else {
      Issue.record("\(evidence.accessPolicy)")
      return
    }
  }

  // MARK: AppArmor

  @Test func libvirtsProfileGrantsWhatItAndItsHelperSay() async throws {
    let files = [
      "etc/apparmor.d/libvirt/TEMPLATE.qemu": try RecordedFile("apparmor/TEMPLATE.qemu").data,
      abstraction: try RecordedFile("apparmor/libvirt-qemu-12.8.0").data,
      "usr/lib/libvirt/virt-aa-helper": Data("\0  \"/dev/sev\" rw,\n\0".utf8),
    ]
    let found = try await policy(of: [:], beside: files)
    let rules = found.rules.map { "\($0.path) \($0.grant) \($0.isDenial) \($0.source.file)" }
    #expect(
      rules == [
        "/dev/kvm rw false \(abstraction)", "/dev/sev rw false usr/lib/libvirt/virt-aa-helper",
      ])
    #expect(found.policies[.appArmor]?.source.file == abstraction)
    #expect(found.policies[.appArmor]?.enforcer == nil && found.policies[.seLinux] == nil)
  }

  @Test func includesNestedProfilesAndDenialsAreUnderstood() async throws {
    let found = try await policy(of: [
      abstraction: """
      # /dev/sev rw,
      capability chown,
      /dev/{kvm,vhost-net} rw, # both
      audit deny /dev/v*-vsock rw,
      owner rw "@{run}/tdx-qgs/*.socket",
      profile passt {
        /dev/sev rw,
      }
      include if exists <abstractions/libvirt-qemu.d>
      #include <local/other>
      """,
      "etc/apparmor.d/abstractions/libvirt-qemu.d/10-sev": "/dev/[r-t]ev r,\n/dev/sev? w,\n",
      "usr/sbin/apparmor_parser": "",
    ])
    #expect(
      found.rules.map { "\($0.isDenial ? "-" : "+") \($0.path) \($0.grant)" } == [
        "+ /dev/kvm rw", "+ /dev/vhost-net rw", "- /dev/vhost-vsock rw",
        "+ /run/tdx-qgs/qgs.socket rw", "+ /dev/sev r",
      ])
    #expect(found.policies[.appArmor]?.enforcer?.file == "usr/sbin/apparmor_parser")
  }

  @Test(arguments: [
    "include <abstractions/libvirt-qemu>", "/{{{{{{{,a},b},c},d},e},f},/dev/sev rw,",
    "/dev/**************************************************v rw,", "/dev/[ rw,", "} } {",
  ])
  func hostileLinesAreHarmless(line: String) async throws {
    let found = try await policy(of: [abstraction: line])
    #expect(found.policies[.appArmor] != nil)
  }

  @Test func damagedProfilesNeverStopTheReader() async throws {
    for damaged in try RecordedFile("apparmor/libvirt-qemu-12.8.0").damaged(count: 40) {
      #expect(try await policy(of: [:], beside: [abstraction: damaged]).rules.count < 100)
    }
  }

  // MARK: SELinux

  private let contexts = """
    /dev/.*	system_u:object_r:device_t:s0
    /dev/kvm	-c	system_u:object_r:kvm_device_t:s0
    /dev/s(ev|ys)	-c	system_u:object_r:sev_device_t:s0
    /dev/vhost-net	-c	system_u:object_r:vhost_device_t:s0
    /var/run/tdx-qgs(/.*)?	system_u:object_r:qgs_var_run_t:s0
    /usr/sbin/qgs	--	system_u:object_r:qgs_exec_t:s0
    /dev/(s*)*x	system_u:object_r:never_t:s0
    """

  @Test func aBinaryPolicyIsAskedThroughSesearch() async throws {
    let found = try await policy(
      of: [
        "etc/selinux/small/contexts/files/file_contexts": contexts,
        "etc/selinux/config": "SELINUX=enforcing\nSELINUXTYPE=small\n",
      ], beside: ["etc/selinux/small/policy/policy.33": try RecordedFile("selinux/policy.33").data])
    let shipped = try #require(found.policies[.seLinux])
    #expect(shipped.obstacle == nil && shipped.enforcer?.file == "etc/selinux/config")
    #expect(
      found.rules.map { "\($0.path) \($0.words) \($0.grant)" } == [
        "/dev/sev sev_device_t rw", "/dev/kvm kvm_device_t rw",
        "/dev/vhost-net vhost_device_t r", "/dev/vhost-vsock device_t ",
        "/run/tdx-qgs/qgs.socket qgs_var_run_t rw",
      ])
  }

  @Test func withoutABinaryPolicyNothingIsTold() async throws {
    let found = try await policy(of: ["etc/selinux/small/contexts/files/file_contexts": contexts])
    #expect(found.policies[.seLinux]?.obstacle == "its binary policy is not in the set")
    let modules = try await policy(of: [
      "etc/selinux/default/contexts/virtual_domain_context": "system_u:system_r:svirt_t:s0\n"
    ])
    #expect(modules.policies[.seLinux]?.obstacle == "its modules are linked on the host")
  }

  @Test func aDamagedPolicyIsAnObstacleThatIsNamed() async throws {
    let damaged = try RecordedFile("selinux/policy.33").data.prefix(700)
    let found = try await policy(
      of: ["etc/selinux/small/contexts/files/file_contexts": contexts],
      beside: ["etc/selinux/small/policy/policy.33": damaged])
    #expect(found.policies[.seLinux]?.obstacle?.hasPrefix("sesearch cannot read") == true)
    #expect(found.rules == [])
  }
}
