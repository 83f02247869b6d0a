import Foundation
import LodgeBindings
package import LodgeModel

extension Store {
  /// What the maintainers of a package wrote, from the package itself: the header of an RPM; for a
  /// deb, what it installs below usr/share/doc, read in a root of the set or among its own files.
  ///
  /// **Source:** Debian Policy 4.7, section 12.7; deb-changelog(5).
  package func changelog(
    of package: Package, in set: Digest
  ) -> Result<Changelog, Changelog.Missing> {
    guard let digest = package.sha256 else {
      return .failure(.init("the package is of an installed host, and no file of it is known"))
    }
    do throws(Changelog.Missing) {
      let found =
        package.path.hasSuffix(".rpm")
        ? try rpmChangelog(digest) : try debChangelog(digest, package, set)
      guard !found.entries.isEmpty else { throw .init("the package has none") }
      return .success(found)
    } catch {
      return .failure(error)
    }
  }

  private func rpmChangelog(
    _ digest: Digest
  ) throws(Changelog.Missing) -> Changelog {
    let file = packageFile(digest)
    guard FileManager.default.fileExists(atPath: file) else { throw .gone }
    do throws(RPMFailure) {
      var changelog = try RPMFile.changelog(of: file)
      // NAME-VERSION-RELEASE.src.rpm
      let parts = changelog.source.split(separator: "-")
      if parts.count > 2 { changelog.source = parts.dropLast(2).joined(separator: "-") }
      return changelog
    } catch {
      throw .init("\(error)")
    }
  }

  private func debChangelog(
    _ digest: Digest, _ package: Package, _ set: Digest
  ) throws(Changelog.Missing) -> Changelog {
    let trees = ["\(rootFolder(set))/tree", treeFiles(digest)].compactMap {
      try? RootDirectory($0)
    }
    guard !trees.isEmpty else { throw .gone }
    let folder = "usr/share/doc/\(package.name)"
    do {
      for tree in trees {
        // A native package has no changelog of Debian's beside its own.
        for name in ["changelog.Debian.gz", "changelog.gz"] {
          guard let packed = try tree.read("\(folder)/\(name)", limit: 16 << 20) else { continue }
          let text = try Decompression.decompress(packed, limit: 64 << 20)
          let changelog = Changelog(debian: String(decoding: text, as: UTF8.self))
          if !changelog.entries.isEmpty { return changelog }
        }
      }
    } catch {
      throw .init("\(error)")
    }
    throw .init("the package has none in usr/share/doc")
  }
}

extension Changelog.Missing {
  fileprivate static var gone: Self {
    .init("the store has the package no longer; lodge set install --locked FILE fetches it")
  }
}
