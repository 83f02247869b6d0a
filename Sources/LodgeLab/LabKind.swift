import Foundation
import Glibc
import LodgeBindings
import LodgeHost
import LodgeModel

/// What all labs of one root and one modelled host share: read-only files, and what libvirt found
/// out about the emulators.
///
/// Made once under a name that follows from its content, so that opening a lab writes next to
/// nothing.
struct LabKind: Sendable {
  let daemon: Daemon
  let stdioHandler: StdioHandler
  /// Where the sandbox sees what stands in the folder.
  let places: [Sandbox.Place]
  let hasDrivers: Bool

  /// The folder of the daemon's drivers in the sandbox.
  static let driversInside = "/run/lodge/drivers"
  /// Drivers that QEMU domains use; the others want a network, udev or a firewall.
  ///
  /// Without a firewall, libvirt 12.8's network driver takes the whole daemon down.
  private static let wantedDrivers = ["qemu", "secret", "storage"]

  /// Finds the folder for a plan, or makes it.
  ///
  /// - Throws: ``LabFailure`` for a root without libvirt or a host file out of place,
  ///   ``StorageFailure``, and an error of Foundation where the library cannot be read.
  init(of plan: LabPlan, in scratch: Scratch) throws {
    let root = try RootDirectory(plan.root)
    guard let daemon = Daemon(in: root) else { throw LabFailure.noLibvirt(root: plan.root) }
    let drivers = Daemon.drivers(in: root)
    try Self.check(plan.hostFiles)
    var files = plan.hostFiles
    files["/etc/passwd"] = DaemonSettings.passwd
    files["/etc/group"] = DaemonSettings.group
    files["/etc/hosts"] = DaemonSettings.hosts
    let stdioHandler = plan.stdioHandler ?? StdioHandler(usualFor: daemon, in: root)
    files["/etc/libvirt/qemu.conf"] = DaemonSettings.qemu(stdioHandler)
    files["/etc/libvirt/\(daemon.rawValue).conf"] = DaemonSettings.daemon
    if stdioHandler == .logd { files["/etc/libvirt/virtlogd.conf"] = DaemonSettings.virtlogd }
    // The model answers for the device; libvirt keeps its probes only where a file stands there.
    files["/dev/kvm"] = ""
    let name = Digest(
      of: Self.identity(of: plan, files, drivers, library: try Digest(ofFile: plan.library))
    ).hex
    let folder = "\(plan.cache)/\(name)"
    if !lstatExists(folder) {
      let unfinished = scratch.fresh("kind")
      try Self.fill(unfinished, files, plan.description, drivers)
      try publish(unfinished, as: folder)
    }
    (self.daemon, self.stdioHandler) = (daemon, stdioHandler)
    hasDrivers = drivers != nil
    // The kernel makes what else is in /proc, but all of /sys is the modelled host's.
    let single = files.keys.filter { !$0.hasPrefix("/sys/") }.sorted()
    places =
      single.map { .readOnly("\(folder)/tree\($0)", at: $0) } + [
        .readOnly("\(folder)/tree/sys", at: "/sys"),
        .readOnly("\(folder)/description", at: "/run/lodge/description"),
        .readOnly("\(folder)/drivers", at: Self.driversInside),
        .writable("\(folder)/capabilities", at: "/var/cache/libvirt/qemu/capabilities"),
      ]
  }

  /// All that decides what a lab sees; libvirt compares change times, microcode and kernel by
  /// itself, but knows nothing of the modelled kernel.
  private static func identity(
    of plan: LabPlan, _ files: [String: String], _ drivers: String?, library: Digest
  ) -> Data {
    var identity = Data("\(plan.root)\n\(drivers ?? "")\n\(library.hex)\n".utf8)
    for (file, text) in files.sorted(by: <) {
      identity += Data("\(file) \(text.utf8.count)\n\(text)".utf8)
    }
    return identity + plan.description
  }

  private static func check(_ files: [String: String]) throws(LabFailure) {
    for file in files.keys {
      let steps = file.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      guard file.hasPrefix("/proc/") || file.hasPrefix("/sys/"),
        steps.allSatisfy({ !["", ".", ".."].contains($0) })
      else { throw .unusable(file, "a modelled host has files below /proc and /sys only") }
    }
  }

  private static func fill(
    _ place: String, _ files: [String: String], _ description: Data, _ drivers: String?
  ) throws {
    let folders = Set(files.keys.map { $0[..<($0.lastIndex(of: "/") ?? $0.startIndex)] })
    for folder in folders { try makeFolder("\(place)/tree\(folder)") }
    for folder in ["tree/sys", "drivers", "capabilities"] { try makeFolder("\(place)/\(folder)") }
    for (file, text) in files { try write(Data(text.utf8), to: "\(place)/tree\(file)") }
    try write(description, to: "\(place)/description")
    for driver in drivers == nil ? [] : wantedDrivers {
      let name = "libvirt_driver_\(driver).so"
      guard symlink("\(drivers ?? "")/\(name)", "\(place)/drivers/\(name)") == 0 else {
        throw StorageFailure("cannot make", "\(place)/drivers/\(name)", errno)
      }
    }
  }

  private static func write(_ bytes: Data, to file: String) throws(StorageFailure) {
    do {
      try bytes.write(to: URL(filePath: file))
    } catch {
      throw StorageFailure("cannot write", file, error)
    }
  }
}
