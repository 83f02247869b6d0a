import Foundation

/// How much of an RPM package file its headers take, from the bytes that it begins with.
///
/// **Source:** rpm 4.18, docs/manual/format.md: a lead of 96 bytes, the signature header padded to
/// eight bytes, the header; each begins with a magic number, its count of entries and of bytes.
enum HeaderExtent: Equatable {
  /// So many bytes from the start of the file.
  case bytes(Int)
  /// More of the file is needed to tell.
  case unknown
  /// It is no RPM package, or one whose headers nobody would take for real.
  case none

  /// Headers of kernels with all their files have a few mebibytes.
  private static let limit = 64 << 20

  init(in head: Data) {
    guard head.count >= 4 else {
      self = .unknown
      return
    }
    guard Array(head.prefix(4)) == PackageFile.rpmMagic else {
      self = .none
      return
    }
    let signature = Self.size(of: head, at: 96)
    guard case .bytes(let count) = signature else {
      self = signature
      return
    }
    let start = 96 + (count + 7) / 8 * 8
    let header = Self.size(of: head, at: start)
    guard case .bytes(let more) = header, start + more <= Self.limit else {
      self = header == .unknown ? .unknown : .none
      return
    }
    self = .bytes(start + more)
  }

  private static func size(of head: Data, at offset: Int) -> HeaderExtent {
    guard offset <= limit else { return .none }
    guard head.count >= offset + 16 else { return .unknown }
    let intro = Array(head[(head.startIndex + offset)..<(head.startIndex + offset + 16)])
    guard intro.starts(with: [0x8E, 0xAD, 0xE8, 0x01]) else { return .none }
    let number = { (at: Int) in intro[at..<(at + 4)].reduce(0) { $0 << 8 | Int($1) } }
    let (entries, bytes) = (number(8), number(12))
    guard entries <= limit / 16, bytes <= limit else { return .none }
    return .bytes(16 + 16 * entries + bytes)
  }
}
