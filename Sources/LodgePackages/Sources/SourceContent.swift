import Foundation
import Glibc
import LodgeBindings
import LodgeHost
import LodgeModel

/// What Lodge takes out of a source package: a program's own copy of kernel headers, and the patches.
struct SourceContent {
  /// Files by their path below the folder that a source archive begins with.
  private(set) var files: [String: Data] = [:]
  /// The patches that are applied to them, in order.
  private(set) var patches: [(name: String, text: Data)] = []
  private let source: SourcePackage
  private var entries = 0
  private var bytes = 0

  /// What is kept of a source archive.
  ///
  /// **Source:** QEMU scripts/update-linux-headers.sh: linux-headers has the headers that only Linux
  /// hosts include, include/standard-headers those that all do.
  private static let kept = [
    "linux-headers/linux/", "linux-headers/asm-x86/", "linux-headers/asm-generic/",
    "include/standard-headers/linux/", "include/standard-headers/asm-x86/",
  ]
  private static let fileLimit = 16 << 20
  private static let byteLimit = 256 << 20
  private static let entryLimit = 500_000
  /// The largest archive within an RPM package.
  private static let archiveLimit = 4 << 30

  /// Whether a file of the source is kept.
  static func isKept(_ path: String) -> Bool {
    path == "VERSION" || kept.contains { path.hasPrefix($0) && path.hasSuffix(".h") }
  }

  /// Reads the files of a source package.
  ///
  /// - Throws: ``PackageFailure`` naming the source and the file that is damaged.
  init(_ source: SourcePackage, in store: Store) throws {
    self.source = source
    for package in source.files {
      guard let digest = package.sha256 else { continue }
      let place = store.packageFile(digest)
      let found = try Digest(ofFile: place)
      guard found == digest else {
        unlink(place)
        throw PackageFailure.otherDigest(package: source.label, expected: digest, found: found)
      }
      try read(place, named: package.path.split(separator: "/").last.map(String.init) ?? "", store)
    }
  }

  private mutating func read(_ place: String, named name: String, _ store: Store) throws {
    if PackageFile.isRPM(place) { return try readRPM(place, store) }
    if name.wholeMatch(of: /.*\.debian\.tar(\..*)?/) != nil { return try readPatches(place, name) }
    if name.wholeMatch(of: /.*\.orig-[^.]*\.tar(\..*)?/) != nil { return }
    if name.wholeMatch(of: /.*\.tar(\..*)?/) != nil { return try readArchive(place, name) }
    if name.hasSuffix(".diff.gz") {
      let packed = try reading(name) { try Data(contentsOf: URL(filePath: place)) }
      let text = try reading(name) {
        try Decompression.decompress(packed, limit: Self.fileLimit)
      }
      patches.append((name, text))
    }
  }

  /// Reads the sources themselves.
  private mutating func readArchive(_ place: String, _ name: String) throws {
    try forEachFile(of: place, name, .tar) { content, path, reader throws(ArchiveFailure) in
      let inner = path.split(separator: "/").dropFirst().joined(separator: "/")
      guard Self.isKept(inner) else { return }
      content.files[inner] = try reader.read(limit: Self.fileLimit)
      content.bytes += content.files[inner]?.count ?? 0
    }
  }

  /// Reads what Debian changes in the sources.
  ///
  /// **Source:** dpkg-source(1), "Format: 3.0 (quilt)": patches apply in the order of
  /// `debian/patches/series`, each with one folder taken off its names.
  private mutating func readPatches(_ place: String, _ name: String) throws {
    var found: [String: Data] = [:]
    try forEachFile(of: place, name, .tar) { content, path, reader throws(ArchiveFailure) in
      guard path.hasPrefix("debian/patches/") else { return }
      let text = try reader.read(limit: Self.fileLimit)
      found[String(path.dropFirst("debian/patches/".count))] = text
      content.bytes += text.count
    }
    let series = ["debian.series", "series"].lazy.compactMap { found[$0] }.first ?? Data()
    for line in String(decoding: series, as: UTF8.self).split(separator: "\n") {
      guard
        let name = line.prefix(while: { $0 != "#" }).split(separator: " ").first.map(String.init),
        let text = found[name]
      else { continue }
      patches.append((name, text))
    }
  }

  /// Reads a source RPM: archives of sources, patches, and the spec that orders them.
  ///
  /// **Source:** rpm 4.18, docs/manual/spec.md, "Patches".
  private mutating func readRPM(_ place: String, _ store: Store) throws {
    var texts: [String: Data] = [:]
    var archives: [(name: String, file: String)] = []
    defer { for archive in archives { unlink(archive.file) } }
    try forEachFile(of: place, source.label, .rpm) { content, path, reader throws(ArchiveFailure) in
      if path.wholeMatch(of: /.*\.(tar(\..*)?|t[gbx]z)/) != nil {
        let file = store.scratch.fresh("source")
        archives.append((path, file))
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
          throw ArchiveFailure("cannot write \(file)", isDiskFull: true)
        }
        defer { close(descriptor) }
        try reader.copy(to: descriptor)
      } else if path.hasSuffix(".spec") || path.hasSuffix(".patch") || path.hasSuffix(".diff") {
        texts[path] = try reader.read(limit: Self.fileLimit)
        content.bytes += texts[path]?.count ?? 0
      }
    }
    for archive in archives { try readArchive(archive.file, archive.name) }
    let spec = texts.first { $0.key.hasSuffix(".spec") }?.value ?? Data()
    for name in patchNames(inSpec: String(decoding: spec, as: UTF8.self)) {
      if let text = texts[name] { patches.append((name, text)) }
    }
  }

  /// The names of the patches of a spec, in the order of their numbers.
  private func patchNames(inSpec text: String) -> [String] {
    var numbered: [(Int, String)] = []
    for line in text.split(separator: "\n") {
      guard
        let match = try? /\s*[Pp]atch(?<number>\d*)\s*:\s*(?<name>\S+)\s*/.wholeMatch(in: line)
      else { continue }
      let name = match.name.replacing("%{name}", with: source.name)
        .split(separator: "/").last.map(String.init)
      let number = Int(match.number) ?? (numbered.last.map { $0.0 + 1 } ?? 0)
      numbered.append((number, name ?? ""))
    }
    return numbered.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
      .map(\.element.1)
  }

  /// Gives the plain files of an archive.
  private mutating func forEachFile(
    of place: String, _ name: String, _ format: ArchiveReader.Format,
    _ body: (inout SourceContent, String, borrowing ArchiveReader) throws(ArchiveFailure) -> Void
  ) throws {
    guard let file = FileHandle(forReadingAtPath: place) else {
      throw refusal(name, "it cannot be opened")
    }
    defer { try? file.close() }
    do throws(ArchiveFailure) {
      let size = Int((try? file.seekToEnd()) ?? 0)
      let reader = try ArchiveReader(file, offset: 0, size: size, format: format)
      while let entry = try reader.next() {
        entries += 1
        guard entries <= Self.entryLimit, bytes <= Self.byteLimit else {
          throw ArchiveFailure("it has more than any source package")
        }
        guard case .file(let size) = entry.kind, size <= Self.archiveLimit else { continue }
        let path = entry.path.split(separator: "/").filter { $0 != "." }
        guard !path.contains("..") else { continue }
        try body(&self, path.joined(separator: "/"), reader)
      }
    } catch {
      throw refusal(name, "\(error)")
    }
  }

  private func reading<Value>(_ name: String, _ work: () throws -> Value) throws -> Value {
    do { return try work() } catch { throw refusal(name, "\(error)") }
  }

  private func refusal(_ name: String, _ reason: String) -> PackageFailure {
    .damaged(
      package: source.label, entry: name,
      reason: "\(reason); fetch it again, or take the source out of the set")
  }
}
