import Crypto
import Dispatch
import Foundation
import LodgeModel
import Synchronization

/// The SHA-384 of each page of some contents, which does not depend on the pages before it and so is
/// computed on all processors.
struct PageDigests {
  /// In the order of the pages.
  let all: [SHA384Digest]

  /// Hashes contents; a last page may be shorter.
  init(of contents: Data) {
    let size = Int(Page.size)
    let pages = (contents.count + size - 1) / size
    let pieces = (pages + Self.pagesOfPiece - 1) / Self.pagesOfPiece
    guard pieces > 1 else {
      all = Self.digests(of: contents, 0..<pages)
      return
    }
    let found = Mutex([[SHA384Digest]](repeating: [], count: pieces))
    DispatchQueue.concurrentPerform(iterations: pieces) { piece in
      let first = piece * Self.pagesOfPiece
      let digests = Self.digests(of: contents, first..<min(first + Self.pagesOfPiece, pages))
      found.withLock { $0[piece] = digests }
    }
    all = found.withLock { $0.flatMap(\.self) }
  }

  private static func digests(of contents: Data, _ pages: Range<Int>) -> [SHA384Digest] {
    pages.map { page in
      let start = contents.startIndex + page * Int(Page.size)
      return SHA384.hash(data: contents[start..<min(start + Int(Page.size), contents.endIndex)])
    }
  }

  /// Enough that the work outweighs its start: 256 KiB are hashed in half a millisecond.
  private static let pagesOfPiece = 64
}
