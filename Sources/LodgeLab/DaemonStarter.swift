import Foundation

/// The program that starts virtlogd and then becomes the daemon, as a sandbox starts one program
/// only and a root may have no shell.
enum DaemonStarter {
  /// The file of the program on this host; nil where this build lost it.
  static var program: String? {
    Bundle.module.url(forResource: "lodge-daemon-starter", withExtension: nil)?
      .path(percentEncoded: false)
  }

  /// Where the sandbox sees it.
  static let inside = "/run/lodge/lodge-daemon-starter"

  /// The name of the file among the sockets that it makes once virtlogd listens.
  static let mark = "virtlogd-listens"

  /// Its arguments.
  ///
  /// With `--daemon` virtlogd returns once it listens, and tells by its exit code where it cannot.
  ///
  /// **Source:** libvirt 9.0 to 12.8, src/logging/log_daemon.c and src/util/virdaemon.c
  /// (`virDaemonForkIntoBackground`).
  static func arguments(for daemon: Daemon) -> [String] {
    [
      "\(DaemonSettings.socketsInside)/\(mark)", StdioHandler.program, "--daemon", "--",
      daemon.program,
    ]
  }
}
