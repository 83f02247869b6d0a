import Foundation
import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads the version of libvirt's library and the symbols it gives to its clients.
  package static let libvirt = Collector(\.libvirt) { root in
    guard let (link, bytes) = try root.first(of: Root.libvirtLibraries, limit: 64 << 20) else {
      return .absent("no package of this set has libvirt.so.0 in a folder of libraries")
    }
    let file = root.directory.resolve(link) ?? link
    guard let version = libvirtVersion(ofLibrary: file) else {
      throw FileFailure(
        file, "its name tells no version; libvirt.so.0.MAJOR00MINOR.MICRO was expected")
    }
    let library = try explaining(file) { try ELFFile(bytes) }
    let symbols = try explaining(file) { try library.definedDynamicSymbols() }
      .filter { isPublic(node: $0.value) }
    return .found(
      LibvirtBuild(
        version: version, source: root.source(file), symbols: symbols,
        interface: try await root.interface(of: library, at: file, giving: Set(symbols.keys))))
  }

  /// Nodes of libvirt_private.syms change with every release and promise nothing.
  private static func isPublic(node: String) -> Bool {
    node.hasPrefix("LIBVIRT_") && !node.hasPrefix("LIBVIRT_PRIVATE")
  }
}

extension Root {
  /// Where distributions for x86-64 put the library.
  static let libvirtLibraries = [
    "usr/lib/x86_64-linux-gnu", "usr/lib64", "usr/lib",
    "lib/x86_64-linux-gnu", "lib64", "lib",
  ].map { "\($0)/libvirt.so.0" }
}

/// The version in the name of the library, such as `12.8.0` in `libvirt.so.0.12008.0`.
///
/// **Source:** libvirt, meson.build: the soname's minor number is 1000 * major + minor.
func libvirtVersion(ofLibrary file: String) -> String? {
  guard let name = file.split(separator: "/").last,
    let match = name.wholeMatch(of: /libvirt\.so\.0\.(\d+)\.(\d+)/), let number = Int(match.1)
  else { return nil }
  return "\(number / 1000).\(number % 1000).\(match.2)"
}
