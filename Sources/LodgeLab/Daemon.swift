import LodgeBindings

/// The style of libvirt daemon that a root brings for QEMU domains.
///
/// **Source:** libvirt 12.8, docs/daemons.rst.
enum Daemon: String, CaseIterable, Sendable {
  /// One daemon for each kind of driver; preferred, as distributions with both start it.
  case modular = "virtqemud"
  /// One daemon for all drivers.
  case monolithic = "libvirtd"

  /// Looks for the daemon of a root.
  init?(in root: RootDirectory) {
    let found = Self.allCases.first { root.kind(String($0.program.dropFirst())) != nil }
    guard let found else { return nil }
    self = found
  }

  /// Its path in the root.
  var program: String { "/usr/sbin/\(rawValue)" }

  /// The name of its socket.
  var socket: String {
    switch self {
    case .modular: "virtqemud-sock"
    case .monolithic: "libvirt-sock"
    }
  }

  /// The folder of a root with the daemon's loadable drivers; nil where it has none.
  static func drivers(in root: RootDirectory) -> String? {
    let multiarch = root.list("usr/lib").filter { $0.hasSuffix("-linux-gnu") }
    let libraries = multiarch.map { "usr/lib/\($0)" } + ["usr/lib64", "usr/lib"]
    return libraries.map { "\($0)/libvirt/connection-driver" }
      .first { root.kind($0) == .directory }
      .map { "/\($0)" }
  }
}
