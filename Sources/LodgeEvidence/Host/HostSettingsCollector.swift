import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads how the packages of a root would set up a host.
  package static let hostSettings = Collector(\.hostSettings) { root in
    let places = ["etc", "usr/lib"].filter { !root.directory.list($0).isEmpty }
    guard !places.isEmpty else { return .absent("no package of this set has etc or usr/lib") }
    let lines = try KernelCommandLines(in: root)
    let modprobe = try ModprobeConfiguration(in: root)
    let account = try root.text(qemuConf).map {
      HostSettings.QEMUAccount(qemuConf: $0, source: root.source(qemuConf))
    }
    return .found(
      HostSettings(
        // kmod reads the command line first, and the last word counts.
        moduleOptions: lines.options + modprobe.options, kernelWords: lines.words,
        blockedModules: lines.blocked + modprobe.blocked,
        deviceRules: try UdevRules(in: root).rules, upgraders: try Upgraders(in: root).found,
        qemu: account))
  }

  private static let qemuConf = "etc/libvirt/qemu.conf"
}
