import Crypto
package import Foundation
import LodgeModel

/// The measurement register MRTD of a trust domain while it is being built.
///
/// **Source:** Intel TDX Module Base Architecture Specification 348549, chapter "Measurement and
/// Attestation", section "MRTD: Build-Time Measurement Register"; TDH.MEM.PAGE.ADD and
/// TDH.MR.EXTEND of the ABI reference specification 348551. One SHA-384 over a record of 128 bytes
/// for each page that is added, and, for each 256 bytes that are extended, a record and the bytes.
/// Linux arch/x86/kvm/vmx/tdx.c (6.16 to 7.x, `tdx_gmem_post_populate`) extends a page right after
/// it was added.
package struct TDMeasurement: Sendable {
  private static let pageSize = Int(Page.size)
  private static let chunkSize = 256
  private static let recordSize = 128
  private static let addressOffset = 16

  private var hash = SHA384()

  /// The register of a domain to which nothing was added yet.
  package init() {}

  /// The register as TDH.MR.FINALIZE leaves it.
  package var value: LaunchMeasurement { LaunchMeasurement(.sha384, Array(hash.finalize())) }

  /// Adds whole pages, the first of them at an address, and extends the register by their contents.
  package mutating func add(extending contents: Data, at address: UInt64) {
    let bytes = Array(contents)
    var address = address
    // All records of a page with its bytes between them, so that a page is hashed in one go.
    var records = Self.record("MEM.PAGE.ADD", 0)
    for _ in stride(from: 0, to: Self.pageSize, by: Self.chunkSize) {
      records += Self.record("MR.EXTEND", 0) + [UInt8](repeating: 0, count: Self.chunkSize)
    }
    for start in stride(from: 0, to: bytes.count, by: Self.pageSize) {
      Self.place(address, in: &records, at: Self.addressOffset)
      var offset = Self.recordSize
      for chunk in stride(from: start, to: start + Self.pageSize, by: Self.chunkSize) {
        Self.place(address &+ UInt64(chunk - start), in: &records, at: offset + Self.addressOffset)
        offset += Self.recordSize
        for byte in 0..<min(Self.chunkSize, max(0, bytes.count - chunk)) {
          records[offset + byte] = bytes[chunk + byte]
        }
        offset += Self.chunkSize
      }
      hash.update(data: records)
      address &+= UInt64(Self.pageSize)
    }
  }

  /// Adds pages whose contents do not enter the register; `size` in bytes.
  package mutating func add(size: UInt64, at address: UInt64) {
    for offset in stride(from: 0, to: size, by: Self.pageSize) {
      hash.update(data: Self.record("MEM.PAGE.ADD", address &+ offset))
    }
  }

  private static func record(_ name: StaticString, _ address: UInt64) -> [UInt8] {
    var record = [UInt8](repeating: 0, count: recordSize)
    for (index, byte) in "\(name)".utf8.enumerated() { record[index] = byte }
    place(address, in: &record, at: addressOffset)
    return record
  }

  private static func place(_ address: UInt64, in records: inout [UInt8], at offset: Int) {
    for byte in 0..<8 {
      records[offset + byte] = UInt8(truncatingIfNeeded: address >> (8 * byte))
    }
  }
}
