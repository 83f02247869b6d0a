import Foundation

/// The parts of a patch that change some files, each as a patch of its own.
///
/// **Source:** GNU diffutils manual, "Detailed Description of Unified Format".
struct PatchSections: Equatable {
  /// One file's part.
  struct Section: Equatable {
    /// The file, without the first folder of its name.
    var path: String
    var text: String
  }

  private(set) var sections: [Section] = []

  /// Cuts a patch and keeps the parts of files that are wanted.
  init(_ patch: Data, of isWanted: (String) -> Bool) {
    let lines = String(decoding: patch, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    var index = 0
    while index + 1 < lines.count {
      guard lines[index].hasPrefix("--- "), lines[index + 1].hasPrefix("+++ ") else {
        index += 1
        continue
      }
      let names = [lines[index + 1], lines[index]].map(Self.name)
      let start = index
      index = Self.end(ofHunksFrom: index + 2, in: lines)
      guard let path = names.compactMap(\.self).first, isWanted(path) else { continue }
      sections.append(
        Section(path: path, text: lines[start..<index].joined(separator: "\n") + "\n"))
    }
  }

  /// The name in a line such as `+++ b/linux-headers/linux/kvm.h`; nil for `/dev/null`.
  private static func name(in line: Substring) -> String? {
    let name = line.dropFirst(4).prefix { $0 != "\t" && $0 != "\r" }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 1, !parts.contains(".."), parts.first?.isEmpty == false else { return nil }
    return parts.dropFirst().joined(separator: "/")
  }

  /// Passes hunks by their counts, as a removed line may look like the head of the next file.
  private static func end(ofHunksFrom start: Int, in lines: [Substring]) -> Int {
    var index = start
    let head = /^@@ -\d+(?:,(?<old>\d+))? \+\d+(?:,(?<new>\d+))? @@.*$/
    while index < lines.count, let match = try? head.wholeMatch(in: lines[index]) {
      var old = match.old.flatMap { Int($0) } ?? 1
      var new = match.new.flatMap { Int($0) } ?? 1
      index += 1
      while index < lines.count, old > 0 || new > 0 || lines[index].hasPrefix("\\") {
        switch lines[index].first {
        case "-": old -= 1
        case "+": new -= 1
        case "\\": break
        // An empty line of context that lost its blank.
        default: (old, new) = (old - 1, new - 1)
        }
        index += 1
      }
    }
    return index
  }
}
