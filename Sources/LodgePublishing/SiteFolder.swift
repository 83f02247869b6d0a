import Foundation
import Glibc
import LodgeHost
package import LodgeModel
package import LodgeSite
import SystemPackage

/// The folder of a published site; what has a place in it is whole, whenever a publisher was killed.
///
/// Nothing is ever removed from it: an address that was given away stays good.
package final class SiteFolder: Sendable {
  package let path: String
  private let lock: FileDescriptor

  /// How many files were written, and how many were left as they are.
  package struct Tally: Equatable, Sendable {
    package var written = 0
    package var unchanged = 0

    package init(written: Int = 0, unchanged: Int = 0) {
      (self.written, self.unchanged) = (written, unchanged)
    }

    package static func += (left: inout Self, right: Self) {
      left.written += right.written
      left.unchanged += right.unchanged
    }
  }

  /// Opens a folder, which must be empty or a site, and keeps others from writing to it.
  ///
  /// - Throws: ``PublishingFailure``.
  package init(at path: String) throws(PublishingFailure) {
    self.path = path
    let manager = FileManager.default
    let own = "\(path)/\(Self.ownFolder)"
    let inside = (try? manager.contentsOfDirectory(atPath: path)) ?? []
    guard inside.isEmpty || manager.fileExists(atPath: own) else {
      throw PublishingFailure.foreign(path)
    }
    do {
      try manager.createDirectory(atPath: "\(own)/new", withIntermediateDirectories: true)
      lock = try FileDescriptor.open(
        "\(own)/lock", .readWrite, options: .create,
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch { throw PublishingFailure.unwritable(path, "\(error.localizedDescription)") }
    guard flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      try? lock.close()
      throw PublishingFailure.busy(path)
    }
    // What a killed publisher left half made.
    for file in (try? manager.contentsOfDirectory(atPath: "\(own)/new")) ?? [] {
      try? manager.removeItem(atPath: "\(own)/new/\(file)")
    }
  }

  deinit { try? lock.close() }

  /// What is the publisher's own; web servers do not show what begins with a dot.
  static let ownFolder = ".lodge"

  /// What was last kept of the publisher's own; nil where there is none.
  func own(_ name: String) -> Data? {
    try? Data(contentsOf: URL(filePath: "\(path)/\(Self.ownFolder)/\(name)"))
  }

  /// Keeps something of the publisher's own.
  func keep(_ bytes: Data, as name: String) throws(PublishingFailure) {
    try replace("\(path)/\(Self.ownFolder)/\(name)", with: bytes)
  }

  /// The digest of a program's files, computed only where they are not the very files of last time.
  ///
  /// A file is the same where its place on the disk, its size and its times are: whoever writes to it
  /// cannot help changing the last.
  package func digest(of files: [String], computed: () -> Digest?) -> Digest? {
    let identities = files.map { file -> String in
      var status = stat()
      guard stat(file, &status) == 0 else { return "none" }
      let (changed, modified) = (status.st_ctim, status.st_mtim)
      return "\(status.st_dev) \(status.st_ino) \(status.st_size) \(changed.tv_sec)"
        + ".\(changed.tv_nsec) \(modified.tv_sec).\(modified.tv_nsec)"
    }
    let identity = identities.joined(separator: ", ")
    if !identities.contains("none"),
      let known = own("maker").map({ String(decoding: $0, as: UTF8.self) }),
      known.hasPrefix("\(identity): "),
      let digest = Digest(String(known.dropFirst(identity.utf8.count + 2)))
    {
      return digest
    }
    guard let digest = computed() else { return nil }
    try? keep(Data("\(identity): \(digest)".utf8), as: "maker")
    return digest
  }

  /// Whether a folder of the site is there.
  func has(_ folder: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(folder)") }

  /// Writes files, each whole or not at all; those that are as they should be are left alone.
  package func write(_ files: [SiteFile]) throws(PublishingFailure) -> Tally {
    var tally = Tally()
    var made: Set<String> = []
    for file in files {
      let place = "\(path)/\(file.path)"
      if (try? Data(contentsOf: URL(filePath: place))) == file.bytes {
        tally.unchanged += 1
        continue
      }
      try makeFolder(of: place, &made)
      try replace(place, with: file.bytes)
      tally.written += 1
    }
    return tally
  }

  /// Makes a folder that is not there yet, with all of its files, or nothing.
  package func make(_ folder: String, of files: [SiteFile]) throws(PublishingFailure) -> Tally {
    let place = "\(path)/\(folder)"
    var known: Set<String> = []
    try makeFolder(of: place, &known)
    try whole(place) { unfinished throws(PublishingFailure) in
      var made: Set<String> = []
      for file in files {
        let place = "\(unfinished)/\(file.path.dropFirst(folder.utf8.count + 1))"
        try makeFolder(of: place, &made)
        try put(file.bytes, at: place)
      }
    }
    return Tally(written: files.count)
  }

  /// Makes something beside all that is published, and puts it in its place once it is whole.
  private func whole(
    _ place: String, made: (_ unfinished: String) throws(PublishingFailure) -> Void
  ) throws(PublishingFailure) {
    let unfinished = "\(path)/\(Self.ownFolder)/new/\(UUID().uuidString)"
    do throws(PublishingFailure) {
      try made(unfinished)
      guard rename(unfinished, place) == 0 else {
        throw PublishingFailure.unwritable(place, String(cString: strerror(errno)))
      }
    } catch {
      try? FileManager.default.removeItem(atPath: unfinished)
      throw error
    }
  }

  private func makeFolder(
    of place: String, _ made: inout Set<String>
  ) throws(PublishingFailure) {
    let folder = String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)])
    guard made.insert(folder).inserted else { return }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch { throw PublishingFailure.unwritable(folder, error.localizedDescription) }
  }

  private func replace(_ place: String, with bytes: Data) throws(PublishingFailure) {
    try whole(place) { unfinished throws(PublishingFailure) in try put(bytes, at: unfinished) }
  }

  private func put(_ bytes: Data, at place: String) throws(PublishingFailure) {
    do {
      let file = try FileDescriptor.open(
        FilePath(place), .writeOnly, options: [.create, .truncate],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try file.closeAfter { _ = try file.writeAll(bytes) }
    } catch { throw PublishingFailure.unwritable(place, "\(error)") }
  }
}

/// Why a site cannot be written.
package enum PublishingFailure: Error, Equatable, CustomStringConvertible {
  /// A folder that holds something else.
  case foreign(String)
  case busy(String)
  case unwritable(String, String)
  /// A ledger that has none of the sets that a site has.
  case otherLedger(String, sets: Int)
  /// Two digests with the same first half.
  case ambiguous(String)

  package var description: String {
    switch self {
    case .foreign(let path):
      "\(path) holds files that are no published site; name a new or empty folder"
    case .busy(let path): "another lodge is publishing to \(path); try again when it is done"
    case .unwritable(let path, let why):
      "cannot write \(path): \(why); what is published is whole, publish again once that is mended"
    case .otherLedger(let path, let sets):
      "\(path) has \(sets == 1 ? "a set" : "\(sets) sets"), and the ledger none of them: is it the"
        + " right one? --ledger names another, and what has nothing in common gets a folder of its own"
    case .ambiguous(let half):
      "two sets or cells of the ledger begin with \(half): nothing is published, since an address"
        + " would mean both; look at what was imported last"
    }
  }
}
