import Foundation
import Glibc
import LodgeBindings
import LodgeHost
import LodgeModel

/// What a lab keeps on this host: what the sandbox reads, and what it leaves behind.
package struct LabFolder: Sendable {
  /// The folder itself.
  package let path: String

  /// Transcripts of the platform model, one file a process; the candidate can write there.
  package var transcripts: String { "\(path)/transcripts" }
  /// One file a guest, read by the QEMU of that name.
  package var faults: String { "\(path)/lodge/faults" }
  /// Files for domains to read, such as certificates; ``filesInside`` in the sandbox.
  package var files: String { "\(path)/lodge/files" }
  /// Where domains find ``files``.
  package static let filesInside = "/run/lodge/files"
  /// `/var/log` of the sandbox; the candidate can write there.
  package var logs: String { "\(path)/log" }

  private static let library = "liblodge-platform-model.so"
  /// The platform model in the sandbox.
  static let libraryInside = "/run/lodge/\(library)"
  /// The folder of the daemon's drivers in the sandbox.
  static let driversInside = "/run/lodge/drivers"
  /// Drivers that QEMU domains use. The others want a network, udev or a firewall, and without one
  /// libvirt 12.8's network driver takes the whole daemon down.
  private static let wantedDrivers = ["qemu", "secret", "storage"]

  /// The folder of the daemon's sockets.
  var sockets: String { "\(path)/sockets" }
  /// What bubblewrap and the daemon print where nobody listens.
  var output: String { "\(path)/output" }

  /// Fills a folder that is not there yet.
  ///
  /// - Throws: ``StorageFailure``; ``LabFailure/unusable(_:_:)`` for a host file out of place.
  init(_ path: String, for plan: LabPlan, _ daemon: Daemon, drivers: String?) throws {
    self.path = path
    let written = ["transcripts", "pools", "sockets", "log", "run", "state", "cache", "libvirt"]
    let read = ["etc", "lodge/faults", "lodge/files", "lodge/transcripts", "lodge/pools"]
    for folder in written + read { try makeFolder("\(path)/\(folder)") }
    try write(DaemonSettings.passwd, "etc/passwd")
    try write(DaemonSettings.group, "etc/group")
    try write(DaemonSettings.hosts, "etc/hosts")
    try write(DaemonSettings.qemu, "libvirt/qemu.conf")
    try write(DaemonSettings.daemon, "libvirt/\(daemon.rawValue).conf")
    try write("", "kvm")
    try write(plan.description, "lodge/description")
    // Where the library is mounted.
    try write("", "lodge/\(Self.library)")
    try writeHostFiles(plan.hostFiles)
    if let drivers { try linkDrivers(drivers) }
  }

  /// What the sandbox sees beside the root.
  func places(for plan: LabPlan, probes: String) -> [Sandbox.Place] {
    let sys: [Sandbox.Place] =
      plan.hostFiles.keys.contains { $0.hasPrefix("/sys/") }
      ? [.readOnly("\(path)/host/sys", at: "/sys")] : []
    let proc = plan.hostFiles.keys.filter { $0.hasPrefix("/proc/") }.sorted().map {
      Sandbox.Place.readOnly("\(path)/host\($0)", at: $0)
    }
    return ["passwd", "group", "hosts"].map { .readOnly("\(path)/etc/\($0)", at: "/etc/\($0)") } + [
      .writable("\(path)/libvirt", at: "/etc/libvirt"),
      .writable("\(path)/run", at: "/run"),
      .writable(sockets, at: "/run/libvirt"),
      .readOnly("\(path)/lodge", at: "/run/lodge"),
      .readOnly(plan.library, at: Self.libraryInside),
      .writable(transcripts, at: "/run/lodge/transcripts"),
      .writable("\(path)/pools", at: "/run/lodge/pools"),
      .writable("\(path)/state", at: "/var/lib/libvirt"),
      .writable("\(path)/cache", at: "/var/cache/libvirt"),
      .writable(probes, at: "/var/cache/libvirt/qemu/capabilities"),
      .writable(logs, at: "/var/log"),
      .empty(at: "/var/tmp"),
      .link(to: "../run", at: "/var/run"),
      // The model answers for the device; libvirt keeps its probes only where a file stands there.
      .readOnly("\(path)/kvm", at: "/dev/kvm"),
    ] + sys + proc
  }

  /// Removes it all; nothing may run in the sandbox any more.
  func remove() {
    // What cannot be removed now is swept by the next start.
    try? removeTree(path)
  }

  private func write(_ text: String, _ name: String) throws {
    try write(Data(text.utf8), name)
  }

  private func write(_ bytes: Data, _ name: String) throws(StorageFailure) {
    do {
      try bytes.write(to: URL(filePath: "\(path)/\(name)"))
    } catch {
      throw StorageFailure("cannot write", "\(path)/\(name)", error)
    }
  }

  private func writeHostFiles(_ files: [String: String]) throws {
    for file in files.keys {
      let steps = file.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      guard file.hasPrefix("/proc/") || file.hasPrefix("/sys/"),
        steps.allSatisfy({ !["", ".", ".."].contains($0) })
      else {
        throw LabFailure.unusable(file, "a modelled host has files below /proc and /sys only")
      }
    }
    let folders = Set(files.keys.map { $0[..<($0.lastIndex(of: "/") ?? $0.startIndex)] })
    for folder in folders { try makeFolder("\(path)/host\(folder)") }
    for (file, text) in files { try write(text, "host\(file)") }
  }

  private func linkDrivers(_ folder: String) throws {
    let place = "\(path)/lodge/drivers"
    try makeFolder(place)
    for driver in Self.wantedDrivers {
      let name = "libvirt_driver_\(driver).so"
      guard symlink("\(folder)/\(name)", "\(place)/\(name)") == 0 else {
        throw StorageFailure("cannot make", "\(place)/\(name)", errno)
      }
    }
  }
}

extension LabPlan {
  /// The folder for what libvirt finds out in labs like this; made now if it never was.
  ///
  /// libvirt compares its own and the emulators' change times, microcode and kernel, but knows
  /// nothing of the modelled kernel; so that is in the name.
  ///
  /// - Throws: ``StorageFailure``, and an error of Foundation where the library cannot be read.
  func probesFolder() throws -> String {
    var parts = Data("\(root)\n".utf8) + description
    for (file, text) in hostFiles.sorted(by: <) { parts += Data("\n\(file)\n\(text)".utf8) }
    let name = Digest(of: parts + Data(try Digest(ofFile: library).hex.utf8)).hex
    let folder = "\(probes)/\(name)"
    try makeFolder(folder)
    return folder
  }
}
