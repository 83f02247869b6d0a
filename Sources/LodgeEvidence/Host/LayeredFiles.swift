import Foundation
import LodgeBindings

extension Root {
  /// Bytes; configuration files take some KiB.
  static let textLimit = 1 << 20

  /// The text of a file; nil where there is no regular file, as where a link leads to `/dev/null`.
  ///
  /// - Throws: `RootFailure` where it has more than a MiB or cannot be read.
  func text(_ file: String) throws(RootFailure) -> String? {
    guard case .file = directory.kind(file),
      let bytes = try directory.read(file, limit: Self.textLimit)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The configuration files of some folders, in the order of their names.
  ///
  /// A file hides those of the same name in the folders after its own, also where it is empty or
  /// leads to `/dev/null`.
  ///
  /// - Throws: ``FileFailure`` where there are more than on any host.
  func layered(_ folders: [String], ending: String) throws(FileFailure) -> [String] {
    var paths: [String: String] = [:]
    for folder in folders {
      for name in directory.list(folder) where name.hasSuffix(ending) && paths[name] == nil {
        paths[name] = "\(folder)/\(name)"
      }
    }
    guard paths.count <= 4096 else {
      throw FileFailure(folders[0], "there are more than 4096 files of its kind")
    }
    return paths.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .compactMap { paths[$0] }
  }
}

extension String {
  /// The lines of a configuration file, those that end in a backslash joined with the next.
  var continuedLines: [String] {
    var (lines, open): ([String], String) = ([], "")
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasSuffix("\\") else {
        lines.append(open + line)
        open = ""
        continue
      }
      open += line.dropLast()
    }
    return open.isEmpty ? lines : lines + [open]
  }

  /// A name of a module as the kernel spells it.
  var moduleName: String { replacing("-", with: "_") }
}
