import Crypto
import Foundation
import LodgeModel
import Synchronization

/// The digests of a ledger's file as it lies there when nobody writes, kept in a file beside it.
///
/// They find every byte that changes, also those that SQLite does not look at. Who writes removes the
/// file first, holding the lock for writing, so that where it is, it must fit.
final class RestDigest: Sendable {
  /// The file beside the ledger.
  let path: String
  private let ledger: String
  /// Kept open from when it is first read until the ledger is closed.
  private let file = Mutex<HeldFile?>(nil)

  /// How much one digest covers, in bytes.
  private static let block = 1 << 16

  /// Prepares the digests of a ledger; to be let go of after all connections to it.
  init(ofLedger path: String) { (self.path, ledger) = ("\(path).rest", path) }

  /// Forgets the digests; to be called with the lock for writing, before anything is written.
  func remove() { unlink(path) }

  /// Keeps the digests of the file; to be called with the lock for writing.
  ///
  /// Keeps none where the log still holds what the file has not, the file is large, or the folder takes
  /// no file.
  func keep() {
    guard isComplete, isSmall, let text = digests()?.joined(separator: "\n") else {
      return remove()
    }
    try? Data("lodge.rest/1\n\(text)\n".utf8).write(to: URL(filePath: path), options: .atomic)
  }

  /// Where the file is not what it was; nil where it is, and where nobody knows.
  ///
  /// To be called with the lock for writing, or a file that is being written would look damaged.
  func firstChange() -> String? {
    guard isComplete, let kept = try? String(contentsOfFile: path, encoding: .utf8) else {
      return nil
    }
    let lines = kept.split(separator: "\n").map(String.init)
    guard lines.first == "lodge.rest/1", let now = digests() else {
      return "\(path) is damaged; remove it if lodge ledger check finds nothing else"
    }
    let was = Array(lines.dropFirst())
    guard was != now else { return nil }
    let first =
      zip(was, now).enumerated().first { $1.0 != $1.1 }?.offset ?? min(was.count, now.count)
    return "bytes \(first * Self.block) to \((first + 1) * Self.block - 1) are not what they were"
  }

  /// Whether the file is one that is looked at whole whenever it is opened.
  private var isSmall: Bool {
    let size = try? FileManager.default.attributesOfItem(atPath: ledger)[.size]
    return (size as? Int ?? 0) <= Schema.largestWhole
  }

  /// Whether all that was recorded is in the file, and nothing in its log.
  private var isComplete: Bool {
    let log = try? FileManager.default.attributesOfItem(atPath: "\(ledger)-wal")[.size]
    return (log as? Int ?? 0) == 0
  }

  private func digests() -> [String]? {
    var digests: [String] = []
    let held = file.withLock { file in
      file = file ?? HeldFile.at(ledger)
      return file
    }
    let isRead = held?.read(by: Self.block) { block in
      digests.append(hexadecimal(SHA256.hash(data: block).prefix(12)))
    }
    return isRead == true ? digests : nil
  }
}
