import Foundation
import Glibc
import LodgeBindings

/// The socket of a daemon in a lab, which a candidate made: it is not followed out of the lab.
struct DaemonSocket: Sendable {
  let folder: String
  let name: String

  /// Connects to the daemon; nil where no socket stands there yet.
  ///
  /// The socket is held while connecting: neither a link that stands there, to the host's own
  /// libvirt for example, is taken for it, nor does a long path matter, of which the kernel takes
  /// 107 bytes (unix(7), `sun_path`).
  func connect(within deadline: Duration) async throws(LibvirtFailure) -> LibvirtConnection? {
    let descriptor = open("\(folder)/\(name)", __O_PATH | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
    return try await LibvirtConnection(
      Self.uri("/proc/self/fd/\(descriptor)"), within: deadline)
  }

  /// What people paste into a shell to talk to the daemon.
  var virsh: String {
    let path = "\(folder)/\(name)"
    return path.utf8.count <= 107
      ? "virsh -c '\(Self.uri(path))'" : "(cd '\(folder)' && virsh -c '\(Self.uri(name))')"
  }

  private static func uri(_ path: String) -> String {
    let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "/._-"))
    let escaped = path.addingPercentEncoding(withAllowedCharacters: plain) ?? path
    return "qemu+unix:///system?socket=\(escaped)"
  }
}
