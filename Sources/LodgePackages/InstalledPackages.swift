import Foundation
package import LodgeModel

/// The packages that this very host has installed, read in place and never changed.
package struct InstalledPackages: Sendable {
  /// Installed packages that matter for confidential guests, with all others of the host.
  package let lock: Lock
  private let owners: [String: String]

  /// Reads a host's dpkg database.
  ///
  /// - Parameter folder: the database; the host's own by default.
  /// - Throws: ``PackageFailure`` on a host without one.
  package init(database folder: String = "/var/lib/dpkg") throws(PackageFailure) {
    guard let text = try? String(contentsOfFile: "\(folder)/status", encoding: .utf8) else {
      throw .host(
        "this host has no dpkg database at \(folder);"
          + " use lodge check --root DIR for a tree of another kind")
    }
    var packages: [Package] = []
    for stanza in ControlStanza.parse(text) {
      guard let name = stanza["Package"], let version = stanza["Version"],
        stanza["Status"]?.hasSuffix(" installed") == true
      else { continue }
      packages.append(
        Package(
          name: name, version: version, architecture: stanza["Architecture"] ?? "", sha256: nil,
          size: (stanza["Installed-Size"].flatMap { Int($0) } ?? 0) * 1024, origin: "installed",
          suite: "", signature: .notChecked, path: ""))
    }
    lock = Lock(packages: packages)
    owners = Self.owners(of: packages, in: folder)
  }

  /// Name and version of the package that installed a path.
  package func owner(of path: String) -> String? {
    // The database has the names from before /usr was merged.
    owners["/\(path)"] ?? (path.hasPrefix("usr/") ? owners["/\(path.dropFirst(4))"] : nil)
  }

  /// Owners of the paths that evidence comes from; the whole database would be slow to keep.
  private static func owners(of packages: [Package], in folder: String) -> [String: String] {
    let telling = ["qemu", "libvirt", "ovmf", "edk2", "linux-"]
    var owners: [String: String] = [:]
    for package in packages where telling.contains(where: { package.name.hasPrefix($0) }) {
      for stem in [package.name, "\(package.name):\(package.architecture)"] {
        guard
          let list = try? String(contentsOfFile: "\(folder)/info/\(stem).list", encoding: .utf8)
        else { continue }
        for path in list.split(separator: "\n") { owners[String(path)] = package.label }
      }
    }
    return owners
  }
}
