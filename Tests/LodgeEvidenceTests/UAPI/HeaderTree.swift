import Foundation
import LodgeModel
import Testing

@testable import LodgeEvidence

/// A tree of headers in memory, to be read, altered and given to a compiler.
struct HeaderTree: CustomTestStringConvertible {
  /// The folders of recorded packages of headers.
  static let recorded = ["6.1.176-1", "6.12.117-1", "7.2.13-1"].map { "linux-libc-dev/\($0)" }
  /// The folder of the package of Debian unstable.
  static let sid = "linux-libc-dev/7.2.13-1"

  let testDescription: String
  var files: [String: Data]

  /// Holds one header, as `usr/include/linux/kvm.h`.
  init(kvm text: String) {
    (testDescription, files) = ("text", [Self.kvm: Data(text.utf8)])
  }

  /// Holds the headers of a folder of the fixtures.
  init(_ folder: String) throws {
    let fixtures = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    let tree = fixtures.appending(path: folder)
    (testDescription, files) = (folder, [:])
    for path in try FileManager.default.subpathsOfDirectory(atPath: tree.path) {
      guard path.hasSuffix(".h") else { continue }
      files[path] = try Data(contentsOf: tree.appending(path: path))
    }
  }

  static let kvm = "usr/include/linux/kvm.h"

  /// The path of `asm/kvm.h`, which is not the same in all suites.
  var asmKVM: String { files.keys.first { $0.hasSuffix("/asm/kvm.h") } ?? "" }

  /// The files as QEMU's copy of them, in the folders that its script gives them.
  var vendored: [String: Data] {
    let base = "usr/src/lodge/qemu/linux-headers"
    let names = ["kvm.h", "psp-sev.h", "kvm_para.h", "bits.h", "const.h", "stddef.h"]
    var copy: [String: Data] = [:]
    for (path, bytes) in files {
      let name = path.split(separator: "/").last.map(String.init) ?? ""
      if path.hasSuffix("/asm/\(name)") { copy["\(base)/asm-x86/\(name)"] = bytes }
      if path.hasSuffix("include/linux/\(name)"), names.contains(name) {
        copy["\(base)/linux/\(name)"] = bytes
      }
    }
    // A stub: QEMU's own sources have the types already.
    copy["usr/src/lodge/qemu/include/standard-headers/linux/types.h"] = Data()
    return copy
  }

  /// Replaces a text that stands in a file once.
  mutating func replace(_ old: String, with new: String, in file: String) throws {
    let text = String(decoding: try #require(files[file]), as: UTF8.self)
    try #require(text.components(separatedBy: old).count == 2, "\(old) in \(file)")
    files[file] = Data(text.replacingOccurrences(of: old, with: new).utf8)
  }

  /// What the headers say.
  func read() throws -> UAPITranslation {
    let files = files
    return try UAPITranslation(IncludePath(Self.directories) { files[$0] })
  }

  /// Calls a closure with a directory that holds the tree, which goes away after it.
  func written<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
    let manager = FileManager.default
    let directory = manager.temporaryDirectory.appending(path: "lodge-uapi-\(UUID())")
    defer { try? manager.removeItem(at: directory) }
    for (path, bytes) in files {
      let file = directory.appending(path: path)
      try manager.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try bytes.write(to: file)
    }
    return try await body(directory)
  }

  static let directories = [
    "usr/lib/linux/uapi/x86", "usr/include/x86_64-linux-gnu", "usr/include",
  ]
}
