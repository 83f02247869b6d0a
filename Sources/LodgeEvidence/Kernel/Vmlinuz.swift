package import Foundation
package import LodgeBindings

/// A compressed x86 kernel image.
///
/// **Source:** Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
package struct Vmlinuz: Sendable {
  /// What the kernel says of itself: release, builder and build; nil where it says nothing.
  package let banner: String?
  private let payload: Data

  /// Reads the header.
  ///
  /// - Throws: ``VmlinuzFailure`` for bytes that are no such image, or one that is cut.
  package init(_ bytes: Data) throws(VmlinuzFailure) {
    let header = LittleEndianBytes(bytes)
    guard header.hasBytes("HdrS".utf8, at: 0x202) else { throw .noHeader }
    guard let version = header.integer(at: 0x206, as: UInt16.self), version >= 0x208,
      let sectors = header.integer(at: 0x1F1, as: UInt8.self),
      let offset = header.integer(at: 0x248, as: UInt32.self),
      let length = header.integer(at: 0x24C, as: UInt32.self)
    else { throw .noPayload }
    // Zero setup sectors mean four, for the sake of very old kernels.
    let start = (Int(sectors == 0 ? 4 : sectors) + 1) * 512 + Int(offset)
    guard start + Int(length) <= bytes.count else { throw .cut }
    payload = bytes.dropFirst(start).prefix(Int(length))
    let text = header.integer(at: 0x20E, as: UInt16.self).map(Int.init) ?? 0
    banner = text == 0 ? nil : header.text(at: text + 0x200, limit: 512)
  }

  /// The upstream version in the banner.
  ///
  /// Debian names the version of its package there, which says more than its release: the release
  /// `6.1.0-50-amd64` is version 6.1.176.
  package var version: String? {
    guard let banner else { return nil }
    return banner.firstMatch(of: /\ Debian (\d+\.\d+[.\d]*)/).map { String($0.1) }
      ?? banner.prefixMatch(of: /\d+\.\d+(?:\.\d+)?/).map { String($0.0) }
  }

  /// The release in the banner, such as `6.12.117+deb13-amd64`; its first word.
  package var release: String? {
    banner?.split(separator: " ", maxSplits: 1).first.map(String.init)
  }

  /// Unpacks the kernel proper.
  ///
  /// - Throws: `DecompressionFailure` or `ELFFailure` where that does not end in an ELF file.
  package func unpacked() throws -> ELFFile {
    try ELFFile(Decompression.decompress(payload, limit: Self.unpackedLimit))
  }

  /// Three times what the kernels of 2026 unpack to.
  private static let unpackedLimit = 192 << 20
}

/// Why bytes are not a compressed x86 kernel image.
package enum VmlinuzFailure: Error, Equatable, CustomStringConvertible {
  case noHeader
  case noPayload
  case cut

  package var description: String {
    switch self {
    case .noHeader: "not an x86 kernel image: it has no HdrS at 0x202"
    case .noPayload: "an x86 kernel image older than boot protocol 2.08, without a payload"
    case .cut: "a cut x86 kernel image: its payload ends behind the file"
    }
  }
}
