import Foundation
import LodgeHost
package import LodgeModel

/// A source package of a set: one or several files of its lock.
package struct SourcePackage: Equatable, Sendable {
  package var name: String
  package var version: String
  /// In the order of the lock.
  package var files: [Package]

  /// The folder of a root that holds what was unpacked of a source package.
  ///
  /// No package has anything there, so that a source hides nothing of a set and the other way round.
  package static func folder(of name: String) -> String { "usr/src/lodge/\(name)" }

  /// The file in that folder with the names of the patches that are in it, one a line.
  package static let patchList = "patches"

  /// Name and version as a person writes them.
  package var label: String { files.first?.label ?? "source \(name) \(version)" }

  /// What tells its unpacked files from those of another one, or of another Lodge.
  var key: Digest {
    let text = files.compactMap(\.sha256).map(\.hex).joined(separator: " ")
    return Digest(of: Data("\(Self.selection) \(text)".utf8))
  }

  /// Raised where other files of a source are kept.
  private static let selection = "source/1"
}

extension Lock {
  /// The source packages, ordered by name.
  package var sourcePackages: [SourcePackage] {
    var found: [SourcePackage] = []
    for package in packages where package.isSource {
      if let last = found.last, last.name == package.name, last.version == package.version {
        found[found.count - 1].files.append(package)
      } else {
        found.append(
          SourcePackage(name: package.name, version: package.version, files: [package]))
      }
    }
    return found
  }

  /// The packages that are installed.
  package var binaryPackages: [Package] { packages.filter { !$0.isSource } }
}
