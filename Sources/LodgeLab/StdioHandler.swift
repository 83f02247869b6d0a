import LodgeBindings

/// Who writes what QEMU prints into the log of its domain, in libvirt's words.
///
/// **Source:** libvirt 9.0 to 12.8, src/qemu/qemu.conf.in, `stdio_handler`.
package enum StdioHandler: String, Sendable {
  /// QEMU itself, into a file that the daemon opened.
  case file
  /// virtlogd, which runs beside the daemon.
  case logd

  /// The path of virtlogd in a root.
  static let program = "/usr/sbin/virtlogd"

  /// What a lab of a root takes unless told otherwise: virtlogd beside the modular daemon.
  ///
  /// The monolithic daemon does without, so that it is there sooner.
  init(usualFor daemon: Daemon, in root: RootDirectory) {
    let hasVirtlogd = root.kind(String(Self.program.dropFirst())) != nil
    self = daemon == .modular && hasVirtlogd ? .logd : .file
  }
}
