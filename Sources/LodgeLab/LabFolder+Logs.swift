import LodgeBindings

extension LabFolder {
  /// The last lines of what the daemon, and virtlogd before it, logged: warnings and errors.
  package var daemonLog: String { end(of: "virtlogd.log") + end(of: "daemon.log") }

  /// What QEMU printed for a domain, and its command line, start by start; empty where it never ran.
  ///
  /// The names are libvirt's: a domain's log is `/var/log/libvirt/qemu/NAME.log`.
  package func launches(of domain: String) -> [QEMULaunch] {
    guard !domain.contains("/") else { return [] }
    return QEMULaunch.all(in: end(of: "libvirt/qemu/\(domain).log", bytes: 1 << 20))
  }

  /// The end of a log as text; empty where there is none.
  private func end(of log: String, bytes: Int = 1 << 16) -> String {
    // The candidate wrote it: no link in it leads out of the folder.
    guard let root = try? RootDirectory(logs),
      let end = try? root.readEnd(of: log, limit: bytes)
    else { return "" }
    return String(decoding: end, as: UTF8.self)
  }
}
