import Foundation
import LodgeHost
import LodgeTesting

extension TemporaryFolder {
  /// Adds this host's shell and the libraries it needs, so that scripts can play QEMU.
  func addShell() async throws {
    let libraries = try await Command("ldd", ["/bin/sh"]).succeed().text
    for path in libraries.matches(of: /\/\S+/).map({ String($0.0) }) + ["/bin/sh"] {
      let real = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
      let bytes = try Data(contentsOf: URL(filePath: real))
      try write(
        bytes, to: path.hasPrefix("/usr/") ? String(path.dropFirst()) : "usr\(path)", mode: 0o755)
    }
  }
}
