/// The files of `/etc` that a daemon in a lab runs with.
enum DaemonSettings {
  /// Accounts that libvirt and QEMU look up when they start; all are the one user of the sandbox.
  ///
  /// **Source:** the defaults of `user`, `group` and `swtpm_user` in libvirt's qemu.conf, as
  /// Debian, Fedora and SUSE build it; without the account the QEMU driver does not start.
  private static let accounts = ["root", "libvirt-qemu", "qemu", "swtpm", "tss", "nobody"]
  private static let groups = ["root", "libvirt-qemu", "qemu", "kvm", "swtpm", "tss", "tty"]

  static let passwd = accounts.map { "\($0):x:0:0::/:/usr/sbin/nologin\n" }.joined()
  static let group = groups.map { "\($0):x:0:\n" }.joined()
  /// The sandbox has no network; its own name must still resolve, or every start waits for it.
  static let hosts = "127.0.0.1 localhost lodge\n"

  /// The folder of the daemon's sockets in the sandbox.
  static let socketsInside = "/run/lodge/sockets"

  /// Where hugetlbfs is mounted on most hosts; the sandbox has a folder of ordinary memory there.
  static let hugePages = "/dev/hugepages"

  /// `libvirtd.conf` and `virtqemud.conf`: a Unix socket without authentication.
  ///
  /// The host's UUID is fixed, as libvirt else makes one up at each start. Keepalive is off: every
  /// call has a deadline of its own.
  static let daemon = """
    auth_unix_ro = "none"
    auth_unix_rw = "none"
    unix_sock_rw_perms = "0700"
    host_uuid = "10d9e000-0000-4000-8000-000000000001"
    keepalive_interval = -1
    unix_sock_dir = "\(socketsInside)"
    log_outputs = "3:file:/var/log/daemon.log"

    """

  /// `virtlogd.conf`.
  static let virtlogd = """
    log_outputs = "3:file:/var/log/virtlogd.log"

    """

  /// `qemu.conf`.
  ///
  /// The sandbox confines QEMU, so libvirt needs no namespaces, cgroups or security driver of its
  /// own; the attributes in which it would remember owners cannot be set in a user namespace. The
  /// sandbox switches core files off for good, so libvirt must not try to allow them. The platform
  /// model makes a folder of ``hugePages``.
  static func qemu(_ stdioHandler: StdioHandler) -> String {
    """
    stdio_handler = "\(stdioHandler.rawValue)"
    security_driver = "none"
    namespaces = []
    cgroup_controllers = []
    remember_owner = 0
    dynamic_ownership = 0
    user = "root"
    group = "root"
    max_core = 0
    hugetlbfs_mount = "\(hugePages)"

    """
  }
}
