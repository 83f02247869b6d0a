import LodgeBindings

extension Root {
  /// The most entries below one folder; those of firmware and of extra modules are some hundred.
  private static let entryLimit = 1 << 14

  /// What stands below a folder and is no folder itself, in the order of names; links are followed.
  ///
  /// Looks into as many levels of folders below as `depth` says.
  ///
  /// - Throws: ``FileFailure`` where there is more than in any package.
  func files(below folder: String, depth: Int) throws(FileFailure) -> [String] {
    var files: [String] = []
    var budget = Self.entryLimit
    try addFiles(below: folder, depth: depth, to: &files, within: &budget)
    return files
  }

  private func addFiles(
    below folder: String, depth: Int, to files: inout [String], within budget: inout Int
  ) throws(FileFailure) {
    let names = directory.list(folder)
    budget -= names.count
    guard budget >= 0 else {
      throw FileFailure(folder, "it has more than \(Self.entryLimit) entries, or links to itself")
    }
    for path in names.map({ "\(folder)/\($0)" }) {
      if directory.kind(path) != .directory {
        files.append(path)
      } else if depth > 0 {
        try addFiles(below: path, depth: depth - 1, to: &files, within: &budget)
      }
    }
  }
}
