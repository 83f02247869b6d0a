import Foundation

@testable import LodgeEvidence

/// Asks the C compiler of this host what it makes of a tree of headers.
struct CompilerProbe {
  /// Whether there is a compiler for x86-64.
  static let isPresent: Bool = {
    let answer = try? run(["-dumpmachine"], input: "")
    return answer?.output.hasPrefix("x86_64") ?? false
  }()

  let directory: URL
  let names: [String]

  /// Probes the tree in a directory, of which the headers with these names are included.
  init(_ directory: URL, _ files: [String]) {
    self.directory = directory
    names = UAPITranslation.names.filter { name in files.contains { $0.hasSuffix(name) } }
  }

  /// The lines among some that the compiler refuses, with what it says.
  func refusals(of lines: [String]) throws -> [(line: String, message: String)] {
    let prelude = includes + "#line 1 \"probe\"\n"
    let answer = try Self.run(
      arguments + [
        "-fsyntax-only", "-w", "-std=gnu17", "-fmax-errors=0", "-fno-diagnostics-show-caret",
        "-ftrack-macro-expansion=0",
      ], input: prelude + lines.joined(separator: "\n") + "\n")
    return answer.errors.split(separator: "\n").compactMap { message in
      let parts = message.split(separator: ":", maxSplits: 3)
      guard parts.count == 4, parts[3].hasPrefix(" error"), parts[0] == "probe",
        let number = Int(parts[1]), lines.indices.contains(number - 1)
      else { return nil }
      return (lines[number - 1], String(parts[3]))
    }
  }

  /// The text of the headers themselves, without those that they include, macros replaced.
  func preprocessed() throws -> String {
    let answer = try Self.run(arguments + ["-E"], input: includes)
    var isKept = false
    var text = ""
    for line in answer.output.split(separator: "\n") {
      if line.hasPrefix("# ") {
        let file = line.split(separator: "\"").dropFirst().first ?? ""
        isKept = names.contains { file.hasSuffix("/" + $0) }
      } else if isKept {
        text += line + "\n"
      }
    }
    return text
  }

  private var includes: String { names.map { "#include <\($0)>\n" }.joined() }

  private var arguments: [String] {
    ["-nostdinc"] + HeaderTree.directories.flatMap { ["-I", directory.appending(path: $0).path] }
  }

  private static func run(
    _ arguments: [String], input: String
  ) throws -> (output: String, errors: String) {
    let files = (0..<3).map { _ in
      FileManager.default.temporaryDirectory.appending(path: "lodge-cc-\(UUID())")
    }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    for file in files { try Data(input.utf8).write(to: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["cc", "-x", "c"] + arguments + ["-"]
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    for file in files.dropFirst() { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    let answers = try files.dropFirst().map {
      String(decoding: try Data(contentsOf: $0), as: UTF8.self)
    }
    return (answers[0], answers[1])
  }
}
