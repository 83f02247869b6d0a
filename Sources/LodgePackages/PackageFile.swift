import Foundation
package import LodgeBindings
import LodgeHost

/// A binary package file of either format, told apart by its first bytes.
package enum PackageFile: Sendable {
  case deb(DebFile)
  /// An RPM package, by its path.
  case rpm(String)

  /// The first bytes of an RPM package.
  ///
  /// **Source:** rpm 4.18, lib/rpmlead.h, `RPMLEAD_MAGIC`.
  static let rpmMagic: [UInt8] = [0xED, 0xAB, 0xEE, 0xDB]

  /// Looks at a file.
  ///
  /// - Throws: ``PackageFailure`` for what is neither.
  package init(_ path: String) throws(PackageFailure) {
    self = Self.isRPM(path) ? .rpm(path) : .deb(try DebFile(path))
  }

  /// Whether a file begins as an RPM package does.
  package static func isRPM(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    return ((try? file.read(upToCount: 4)) ?? nil).map { Array($0) == rpmMagic } ?? false
  }

  /// The path of the file.
  package var path: String {
    switch self {
    case .deb(let file): file.path
    case .rpm(let path): path
    }
  }

  /// Gives each entry of its files, in order, with a reader that stands on its bytes.
  ///
  /// - Throws: ``PackageFailure`` from the body, or for a damaged package.
  package func forEachEntry(
    _ body: (ArchiveReader.Entry, borrowing ArchiveReader) throws(PackageFailure) -> Void
  ) throws(PackageFailure) {
    let name = URL(filePath: path).lastPathComponent
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw .damaged(package: name, entry: nil, reason: "it cannot be opened")
    }
    defer { try? file.close() }
    let reader: ArchiveReader
    do throws(ArchiveFailure) {
      switch self {
      case .deb(let deb):
        reader = try ArchiveReader(file, offset: deb.data.lowerBound, size: deb.data.count)
      case .rpm:
        let size = Int((try? file.seekToEnd()) ?? 0)
        reader = try ArchiveReader(file, offset: 0, size: size, format: .rpm)
      }
    } catch {
      throw .damaged(package: name, entry: nil, reason: "\(error)")
    }
    try reader.forEachEntry(of: name, body)
  }
}

extension ArchiveReader {
  /// Gives the entries one after the other.
  fileprivate borrowing func forEachEntry(
    of name: String,
    _ body: (Entry, borrowing ArchiveReader) throws(PackageFailure) -> Void
  ) throws(PackageFailure) {
    var last: String?
    while true {
      let entry: Entry?
      do throws(ArchiveFailure) {
        entry = try next()
      } catch {
        let place = last.map { " after \($0)" } ?? ""
        throw .damaged(package: name, entry: nil, reason: "\(error)\(place)")
      }
      guard let entry else { return }
      last = entry.path
      try body(entry, self)
    }
  }
}
