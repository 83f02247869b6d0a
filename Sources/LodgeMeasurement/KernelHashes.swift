import Crypto
package import Foundation
package import LodgeModel

/// The hashes of kernel, initrd and command line that QEMU puts into a SEV guest's memory, so that
/// the measurement covers what is booted directly.
///
/// **Source:** QEMU target/i386/sev.c (6.2 to 11.1), `SevHashTable`; edk2 OvmfPkg/AmdSev/
/// BlobVerifierLibSevHashes reads it.
package struct KernelHashes: Equatable, Sendable {
  /// SHA-256 of the whole file.
  package var kernel: [UInt8]
  /// SHA-256 of the whole file; of nothing, where there is none.
  package var initrd: [UInt8]
  /// SHA-256 of the text and the zero byte that ends it.
  package var commandLine: [UInt8]

  /// Takes the SHA-256 of the files as QEMU reads them, and the command line's text.
  package init(kernel: LodgeModel.Digest, initrd: LodgeModel.Digest?, commandLine: String?) {
    self.kernel = kernel.bytes
    self.initrd = initrd?.bytes ?? Array(SHA256.hash(data: Data()))
    self.commandLine = Array(SHA256.hash(data: Data((commandLine ?? "").utf8) + [0]))
  }

  /// Bytes of the table with its padding.
  package static let tableSize = FirmwareImage.hashTableSize

  /// The table as it lies in the guest's memory, with its padding.
  package var table: Data {
    let entries =
      Self.entry(Self.commandLineGUID, commandLine) + Self.entry(Self.initrdGUID, initrd)
      + Self.entry(Self.kernelGUID, kernel)
    let length = UInt16(Self.headerGUID.count + 2 + entries.count)
    let table = Data(Self.headerGUID) + length.littleEndianBytes + entries
    return table + Data(count: Self.tableSize - table.count)
  }

  private static func entry(_ guid: [UInt8], _ hash: [UInt8]) -> Data {
    Data(guid) + UInt16(guid.count + 2 + hash.count).littleEndianBytes + hash
  }

  // 9438d606-4f22-4cc9-b479-a793d411fd21
  private static let headerGUID: [UInt8] = [
    0x06, 0xd6, 0x38, 0x94, 0x22, 0x4f, 0xc9, 0x4c, 0xb4, 0x79, 0xa7, 0x93, 0xd4, 0x11, 0xfd, 0x21,
  ]
  // 97d02dd8-bd20-4c94-aa78-e7714d36ab2a
  private static let commandLineGUID: [UInt8] = [
    0xd8, 0x2d, 0xd0, 0x97, 0x20, 0xbd, 0x94, 0x4c, 0xaa, 0x78, 0xe7, 0x71, 0x4d, 0x36, 0xab, 0x2a,
  ]
  // 44baf731-3a2f-4bd7-9af1-41e29169781d
  private static let initrdGUID: [UInt8] = [
    0x31, 0xf7, 0xba, 0x44, 0x2f, 0x3a, 0xd7, 0x4b, 0x9a, 0xf1, 0x41, 0xe2, 0x91, 0x69, 0x78, 0x1d,
  ]
  // 4de79437-abd2-427f-b835-d5b172d2045b
  private static let kernelGUID: [UInt8] = [
    0x37, 0x94, 0xe7, 0x4d, 0xd2, 0xab, 0x7f, 0x42, 0xb8, 0x35, 0xd5, 0xb1, 0x72, 0xd2, 0x04, 0x5b,
  ]
}
