import Foundation
import LodgeEvidence
import LodgeModel
import Testing

struct HostSettingsTests {
  private func settings(
    of files: [String: String], links: [String: String] = [:]
  ) async throws -> HostSettings {
    let data = files.mapValues { Data($0.utf8) }
    let evidence = try await Collector.hostSettings.evidence(of: data, links: links)
    return try #require(evidence.hostSettings.value, "\(evidence.hostSettings)")
  }

  @Test func aRootWithoutConfigurationHasNone() async throws {
    let evidence = try await Collector.hostSettings.evidence(of: ["boot/vmlinuz-1": Data()])
    guard case .absent = evidence.hostSettings else {
      Issue.record("\(evidence.hostSettings)")
      return
    }
  }

  // MARK: Modules

  @Test func optionsOfModulesAreRead() async throws {
    let found = try await settings(of: [
      "etc/modprobe.d/kvm.conf": """
      # options kvm_amd sev=0
      options kvm-amd sev=1 \\
        sev_snp=0
      options kvm_intel tdx
      install ccp /bin/false
      install kvm /sbin/modprobe --ignore-install kvm
      blacklist kvm-intel
      """
    ])
    #expect(found.option("sev", of: "kvm_amd")?.value == "1")
    #expect(found.option("sev_snp", of: "kvm_amd")?.value == "0")
    #expect(found.option("tdx", of: "kvm_intel")?.value == "Y")
    #expect(
      found.blockedModules.map(\.words) == ["install ccp /bin/false", "blacklist kvm-intel"])
    #expect(found.blockedModules.map(\.module) == ["ccp", "kvm_intel"])
  }

  @Test func aFileHidesThatOfTheSameNameInALaterFolder() async throws {
    let found = try await settings(
      of: [
        "etc/modprobe.d/b.conf": "options kvm_amd sev=1",
        "usr/lib/modprobe.d/b.conf": "options kvm_amd sev=0",
        "usr/lib/modprobe.d/a.conf": "options kvm_amd sev=2",
        "usr/lib/modprobe.d/c.conf": "options kvm_amd sev=3",
        "usr/lib/modprobe.d/notes.txt": "options kvm_amd sev=4",
      ], links: ["etc/modprobe.d/c.conf": "/dev/null"])
    #expect(found.moduleOptions.map(\.value) == ["2", "1"])
    #expect(found.option("sev", of: "kvm_amd")?.source.file == "etc/modprobe.d/b.conf")
  }

  @Test func kernelCommandLinesAreReadWhereverTheyStand() async throws {
    let found = try await settings(of: [
      "etc/default/grub": """
      GRUB_CMDLINE_LINUX_DEFAULT='quiet'
      GRUB_CMDLINE_LINUX="kvm_intel.tdx=1 iommu=pt" # both
      """,
      "etc/default/grub.d/50-tdx.cfg":
        #"GRUB_CMDLINE_LINUX="${GRUB_CMDLINE_LINUX} nohibernate""#,
      "etc/kernel/cmdline": "root=/dev/sda kvm-amd.sev_snp=0 -- kvm_amd.sev=0\n",
      "usr/lib/kernel/cmdline": "kvm_amd.sev=0",
      "etc/cmdline.d/10.conf": "module_blacklist=kvm_amd,foo",
      "usr/lib/bootc/kargs.d/10.toml": """
      # kargs = ["no=1"]
      kargs = ["mem_encrypt=on", 'kvm.mmio_caching=0',
        "a=b"]
      match-architectures = ["x86_64"]
      """,
      "usr/lib/bootc/kargs.d/20.toml":
        #"kargs = ["kvm_amd.sev_es=0"]\#nmatch-architectures = ["aarch64"]"#,
    ])
    let options = found.moduleOptions.map { "\($0.module).\($0.parameter)=\($0.value)" }
    #expect(options == ["kvm_intel.tdx=1", "kvm_amd.sev_snp=0", "kvm.mmio_caching=0"])
    #expect(found.option("tdx", of: "kvm_intel")?.source.file == "etc/default/grub.d/50-tdx.cfg")
    let words = found.kernelWords.map { "\($0.name) \($0.value ?? "-")" }
    #expect(
      words == [
        "iommu pt", "nohibernate -", "quiet -", "root /dev/sda", "mem_encrypt on", "a b",
      ])
    #expect(found.blockedModules.map(\.module) == ["kvm_amd", "foo"])
  }

  // MARK: Devices

  @Test func systemdsOwnRulesSayNothingOfSEV() async throws {
    let rules = try RecordedFile("host/50-udev-default-262.1.rules").data
    let evidence = try await Collector.hostSettings.evidence(
      of: ["usr/lib/udev/rules.d/50-udev-default.rules": rules])
    let found = try #require(evidence.hostSettings.value)
    #expect(found.access(to: "kvm")?.group == "kvm")
    #expect(found.access(to: "kvm")?.mode == "0660")
    #expect(found.access(to: "vhost-vsock")?.group == "kvm")
    #expect(found.access(to: "sgx_enclave")?.group == "sgx")
    #expect(found.access(to: "sev") == nil && found.access(to: "sgx_provision") == nil)
  }

  @Test func theLastRuleCountsUnlessOneIsFinal() async throws {
    let found = try await settings(of: [
      "usr/lib/udev/rules.d/50.rules": #"KERNEL=="sev|kvm", GROUP="kvm", MODE:="0660""#,
      "usr/lib/udev/rules.d/90.rules": #"KERNEL=="s?v", GROUP="sev", MODE="0600""#,
    ])
    #expect(found.access(to: "sev")?.group == "sev")
    #expect(found.access(to: "sev")?.mode == "0660")
    #expect(found.access(to: "kvm")?.group == "kvm")
  }

  @Test func conditionsAndJumpsAreObeyed() async throws {
    let found = try await settings(of: [
      "etc/udev/rules.d/50.rules": #"""
      SUBSYSTEM!="misc", GOTO="end"
      ACTION=="remove", GOTO="end"
      KERNEL=="kvm", GOTO="end"
      KERNEL=="sev", ATTR{vendor}=="0x1", MODE="0000"
      KERNEL!="sev", MODE="0666"
      KERNEL=="sev*", \
        GROUP="amd"
      LABEL="end"
      KERNEL=="kvm", OWNER="me"
      """#
    ])
    #expect(found.access(to: "sev")?.group == "amd" && found.access(to: "sev")?.mode == nil)
    #expect(found.access(to: "kvm")?.owner == "me" && found.access(to: "kvm")?.mode == nil)
    #expect(found.access(to: "sev-guest")?.mode == "0666")
  }

  // MARK: QEMU

  @Test func theUserThatADistributionBuiltInStandsInTheComment() async throws {
    let conf = try RecordedFile("host/qemu-12.8.0+cut.conf").data
    let evidence = try await Collector.hostSettings.evidence(of: ["etc/libvirt/qemu.conf": conf])
    let qemu = try #require(evidence.hostSettings.value?.qemu)
    #expect(qemu.user == "libvirt-qemu" && qemu.group == "libvirt-qemu")
    #expect(qemu.changesOwners && qemu.hasOwnDevices && qemu.securityDrivers.isEmpty)
  }

  @Test func whatIsSetCounts() async throws {
    let found = try await settings(of: [
      "etc/libvirt/qemu.conf": """
      #user = "libvirt-qemu"
      user = "+0"
      group = "kvm"
      dynamic_ownership = 0
      namespaces = [
      ]
      security_driver = [ "selinux",
        "apparmor" ]
      """
    ])
    let qemu = try #require(found.qemu)
    #expect(qemu.user == "root" && qemu.group == "kvm")
    #expect(!qemu.changesOwners && !qemu.hasOwnDevices)
    #expect(qemu.securityDrivers == ["selinux", "apparmor"])
  }

  // MARK: Upgraders

  @Test func unattendedUpgradesAreOnByTheirOwnTemplate() async throws {
    let template = try RecordedFile("host/20auto-upgrades").data
    var files: [String: Data] = [
      "usr/bin/unattended-upgrade": Data("#!/usr/bin/python3\n".utf8), "etc/passwd": Data(),
      "usr/share/unattended-upgrades/20auto-upgrades": template,
    ]
    func upgraders() async throws -> [HostSettings.Upgrader]? {
      try await Collector.hostSettings.evidence(of: files).hostSettings.value?.upgraders
    }
    #expect(try await upgraders()?.map(\.name) == ["unattended-upgrades"])
    files["etc/apt/apt.conf.d/20auto-upgrades"] =
      Data(#"APT::Periodic::Unattended-Upgrade "0";"#.utf8)
    #expect(try await upgraders() == [])
    files["usr/bin/unattended-upgrade"] = nil
    files["etc/apt/apt.conf.d/20auto-upgrades"] = template
    #expect(try await upgraders() == [])
  }

  @Test func timersCountWhereTheyAreEnabledAndInstall() async throws {
    var files = [
      "usr/lib/systemd/system/dnf-automatic.timer": "[Timer]\n",
      "usr/lib/systemd/system/bootc-fetch-apply-updates.timer": "[Timer]\n",
      "etc/dnf/automatic.conf": "[commands]\napply_updates = no\n",
    ]
    #expect(try await settings(of: files).upgraders == [])
    let preset = "usr/lib/systemd/system-preset/90-default.preset"
    files[preset] = "disable bootc-*\nenable *.timer\n"
    #expect(try await settings(of: files).upgraders == [])
    files["etc/dnf/automatic.conf"] = "[commands]\napply_updates = yes\n"
    #expect(
      try await settings(of: files).upgraders.map(\.source.file) == ["etc/dnf/automatic.conf"])
    files[preset] = nil
    let wants = "etc/systemd/system/timers.target.wants/bootc-fetch-apply-updates.timer"
    let links = [wants: "/usr/lib/systemd/system/bootc-fetch-apply-updates.timer"]
    let found = try await settings(of: files, links: links).upgraders
    #expect(found.map(\.source.file) == [wants])
    let mask = ["etc/systemd/system/bootc-fetch-apply-updates.timer": "/dev/null"]
    #expect(
      try await settings(of: files, links: links.merging(mask) { $1 }).upgraders == [])
  }

  // MARK: Damage

  @Test(arguments: ["host/50-udev-default-262.1.rules", "host/qemu-12.8.0+cut.conf"])
  func damagedFilesNeverStopTheReader(file: String) async throws {
    for damaged in try RecordedFile(file).damaged(count: 50) {
      let evidence = try await Collector.hostSettings.evidence(of: [
        "usr/lib/udev/rules.d/50-x.rules": damaged, "etc/libvirt/qemu.conf": damaged,
        "etc/default/grub": damaged, "etc/modprobe.d/x.conf": damaged,
        "usr/lib/bootc/kargs.d/x.toml": damaged,
      ])
      #expect(evidence.hostSettings.value != nil)
    }
  }

  @Test func aFileBeyondAllMeasureIsUnreadable() async throws {
    let huge = Data(repeating: 0x20, count: 2 << 20)
    let evidence = try await Collector.hostSettings.evidence(of: ["etc/modprobe.d/x.conf": huge])
    #expect(evidence.hostSettings.isUnreadable)
  }
}
