import Foundation
import LodgeBindings

/// Where distributions put the files of one kernel, in the order they are looked for.
struct KernelFiles {
  /// The folders of modules; the second is the same where `/lib` is a link.
  let folders: [String]
  /// The compressed image.
  let images: [String]
  /// The configuration it was built with.
  let configurations: [String]

  /// Names the files of a release.
  ///
  /// **Source:** Debian keeps image and config in `boot` up to 6.x and in the folder of modules
  /// from 7.x; Fedora and its kin have both; headers packages carry the config as well.
  init(release: String) {
    folders = ["usr/lib/modules/\(release)", "lib/modules/\(release)"]
    images = ["boot/vmlinuz-\(release)"] + folders.map { "\($0)/vmlinuz" }
    configurations =
      ["boot/config-\(release)"] + folders.map { "\($0)/config" }
      + ["usr/src/linux-headers-\(release)/.config", "usr/src/kernels/\(release)/.config"]
  }
}

extension Root {
  /// The first of some files that is there.
  ///
  /// - Throws: `RootFailure` where it has more than `limit` bytes or cannot be read.
  func first(
    of files: [String], limit: Int
  ) throws(RootFailure) -> (file: String, bytes: Data)? {
    for file in files {
      if let bytes = try directory.read(file, limit: limit) { return (file, bytes) }
    }
    return nil
  }

  /// Why a fact about the kernel is not there.
  static func lacks(_ files: [String]) -> String {
    "no package of this set has \(files.joined(separator: " or "))"
  }

  /// Why no fact about the kernel is there.
  static var lacksKernel: String { lacks(["boot/vmlinuz-*", "usr/lib/modules/*"]) }
}
