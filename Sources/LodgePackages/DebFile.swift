import Foundation
import LodgeBindings

/// A Debian binary package file: an ar archive of a control and a data tar.
///
/// **Source:** deb(5), format 2.0; ar(5), the common format with 60-byte headers.
package struct DebFile: Sendable {
  /// The path of the file.
  package let path: String
  private let control: Range<Int>
  /// Where the archive of its files is.
  let data: Range<Int>

  /// Finds the members of a package file.
  ///
  /// - Throws: ``PackageFailure`` where it is no deb, or is cut short.
  package init(_ path: String) throws(PackageFailure) {
    self.path = path
    let name = URL(filePath: path).lastPathComponent
    func damaged(_ reason: String) -> PackageFailure {
      .damaged(package: name, entry: nil, reason: reason)
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw damaged("it cannot be opened")
    }
    defer { try? handle.close() }
    let total: Int
    do { total = Int(try handle.seekToEnd()) } catch { throw damaged("\(error)") }
    func read(_ count: Int, at offset: Int) -> Data {
      guard (try? handle.seek(toOffset: UInt64(offset))) != nil else { return Data() }
      return ((try? handle.read(upToCount: count)) ?? nil) ?? Data()
    }
    guard read(8, at: 0) == Data("!<arch>\n".utf8) else { throw damaged("it is no Debian package") }
    var members: [String: Range<Int>] = [:]
    var offset = 8
    // A deb has three members; signed ones have a few more.
    while offset + 60 <= total, members.count < 16 {
      let header = read(60, at: offset)
      let title = Self.field(header, 0..<16)
      guard let size = Int(Self.field(header, 48..<58)), size >= 0,
        header.suffix(2) == Data("`\n".utf8)
      else { throw damaged("its member header at byte \(offset) is damaged") }
      guard size <= total - offset - 60 else {
        throw damaged("it is cut short: \(title) should have \(size) bytes")
      }
      let stem = title.split(separator: ".").prefix(2).joined(separator: ".")
      members[stem.hasSuffix("/") ? String(stem.dropLast()) : stem] =
        (offset + 60)..<(offset + 60 + size)
      offset += 60 + size + size % 2
    }
    guard let control = members["control.tar"], let data = members["data.tar"] else {
      throw damaged("it is cut short: it has no control.tar and data.tar")
    }
    (self.control, self.data) = (control, data)
  }

  /// The fields of the control file.
  ///
  /// - Throws: ``PackageFailure`` where the control archive is damaged or has no control file.
  package func controlFields() throws(PackageFailure) -> [String: String] {
    let file = try open()
    defer { try? file.close() }
    do throws(ArchiveFailure) {
      let reader = try ArchiveReader(file, offset: control.lowerBound, size: control.count)
      var count = 0
      while let entry = try reader.next() {
        count += 1
        guard count < 1000 else { break }
        guard entry.path == "./control" || entry.path == "control" else { continue }
        let text = String(decoding: try reader.read(limit: 1 << 20), as: UTF8.self)
        return ControlStanza.parse(text).first?.fields ?? [:]
      }
    } catch {
      throw .damaged(package: name, entry: "control", reason: "\(error)")
    }
    throw .damaged(package: name, entry: nil, reason: "it has no control file")
  }

  private var name: String { URL(filePath: path).lastPathComponent }

  private func open() throws(PackageFailure) -> FileHandle {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw .damaged(package: name, entry: nil, reason: "it cannot be opened")
    }
    return file
  }

  private static func field(_ header: Data, _ range: Range<Int>) -> String {
    guard header.count == 60 else { return "" }
    let bytes = header[
      (header.startIndex + range.lowerBound)..<(header.startIndex + range.upperBound)]
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespaces)
  }
}
