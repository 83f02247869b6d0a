import Foundation

extension ScenarioFolder {
  /// Reads a folder on this host: `ladder.yaml`, and the YAML and XML files one level below.
  ///
  /// - Throws: ``MatrixFailure`` for a file that cannot be read, and for what is outside the grammar.
  package init(at path: String) throws(MatrixFailure) {
    try self.init(files: try Self.texts(in: path), folder: path)
  }

  /// The texts by their path below the folder.
  private static func texts(in path: String) throws(MatrixFailure) -> [String: String] {
    var texts: [String: String] = [:]
    for entry in try names(in: path) {
      if entry == "ladder.yaml" { texts[entry] = try text(of: "\(path)/\(entry)") }
      guard !entry.hasPrefix("."), !entry.contains(".") else { continue }
      for file in try names(in: "\(path)/\(entry)")
      where file.hasSuffix(".yaml") || file.hasSuffix(".xml") {
        texts["\(entry)/\(file)"] = try text(of: "\(path)/\(entry)/\(file)")
      }
    }
    return texts
  }

  private static func names(in path: String) throws(MatrixFailure) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    } catch {
      throw MatrixFailure(file: path, line: nil, reason: "the folder cannot be read")
    }
  }

  private static func text(of path: String) throws(MatrixFailure) -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw MatrixFailure(file: path, line: nil, reason: "the file cannot be read as text")
    }
  }
}
