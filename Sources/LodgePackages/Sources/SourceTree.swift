import Foundation
import Glibc
import LodgeHost
import LodgeModel

extension Store {
  /// What a root holds of a source package, with its patches applied; unpacked now if it never was.
  ///
  /// - Throws: ``PackageFailure`` naming the source and what is damaged, ``StorageFailure`` for a
  ///   full disk.
  func tree(of source: SourcePackage) async throws -> PackageTree {
    let place = String(treeFiles(source.key).dropLast("/files".count))
    if let known = try? Data(contentsOf: URL(filePath: "\(place)/entries.json")) {
      return try JSONDecoder().decode(PackageTree.self, from: known)
    }
    let content = try SourceContent(source, in: self)
    let unfinished = scratch.fresh("source")
    defer { try? removeTree(unfinished) }
    let folder = "\(unfinished)/files/\(SourcePackage.folder(of: source.name))"
    try makeFolder(folder)
    for (path, bytes) in content.files { try put(bytes, at: "\(folder)/\(path)") }
    let (names, notes) = try await apply(content.patches, of: source, in: folder)
    try put(
      Data(names.map { "\($0)\n" }.joined().utf8), at: "\(folder)/\(SourcePackage.patchList)")
    let tree = PackageTree(entries: Self.entries(below: "\(unfinished)/files"), notes: notes)
    try put(try JSONEncoder().encode(tree), at: "\(unfinished)/entries.json")
    try publish(unfinished, as: place)
    return tree
  }

  /// Applies the parts of patches that change what was kept.
  ///
  /// A header that a patch does not fit would be judged as nobody built it, so it is left out.
  private func apply(
    _ patches: [(name: String, text: Data)], of source: SourcePackage, in folder: String
  ) async throws -> (names: [String], notes: [String]) {
    var notes: [String] = []
    for patch in patches {
      for section in PatchSections(patch.text, of: SourceContent.isKept).sections {
        let file = scratch.fresh("patch")
        defer { unlink(file) }
        try put(Data(section.text.utf8), at: file)
        let parent = URL(filePath: "\(folder)/\(section.path)").deletingLastPathComponent()
        try makeFolder(parent.path(percentEncoded: false))
        // Unified only, as other forms can hold commands for an editor; without fuzz, as dpkg-source
        // and rpmbuild apply them.
        let finished = try await Command(
          "patch",
          [
            "-u", "-p1", "-F", "0", "-s", "-f", "--no-backup-if-mismatch", "-r", "-", "-d", folder,
            "-i", file,
          ]
        ).run()
        guard finished.ending != .exited(0) else { continue }
        unlink("\(folder)/\(section.path)")
        notes.append(
          "\(source.label): patch \(patch.name) does not fit \(section.path), which is left out")
      }
    }
    return (patches.map(\.name), notes)
  }

  private func put(_ bytes: Data, at path: String) throws(StorageFailure) {
    try makeFolder(URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false))
    guard FileManager.default.createFile(atPath: path, contents: bytes) else {
      throw StorageFailure("cannot write", path, errno)
    }
  }

  private static func entries(below folder: String) -> [PackageTree.Entry] {
    let paths = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
    return paths.sorted().compactMap { path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)")
      guard attributes?[.type] as? FileAttributeType == .typeRegular,
        let size = attributes?[.size] as? Int
      else { return nil }
      return PackageTree.Entry(path: path, kind: .file(size: size), mode: 0o644)
    }
  }
}
