import LodgeBindings
import LodgeModel

/// Compares versions as apt and rpm do; needs libsolv only once it is asked.
final class VersionOrder {
  private lazy var deb = Result { try PackagePool(architecture: "amd64", of: .deb) }
  private lazy var rpm = Result { try PackagePool(architecture: "x86_64") }

  /// Negative where the first version is older, zero where they are alike.
  ///
  /// - Throws: ``SolvFailure`` where there is no libsolv.
  func compare(_ version: String, _ other: String, of package: Package) throws -> Int {
    let pool = try (package.path.hasSuffix(".rpm") ? rpm : deb).get()
    return pool.compare(version, with: other)
  }
}
