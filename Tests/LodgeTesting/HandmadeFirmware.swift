package import Foundation
package import LodgeModel

/// A firmware image made by hand: contents that only look random, and at the end the table of
/// GUIDed structures and the metadata, laid out as edk2 lays them out.
///
/// **Source:** edk2 OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm for the table,
/// X64/OvmfSevMetadata.asm and X64/OvmfTdxMetadata.asm for the metadata.
package struct HandmadeFirmware: Sendable {
  /// Metadata, with what is said of it where that is to be untrue.
  package struct Metadata<Section: Sendable>: Sendable {
    package var sections: [Section]
    package var version: UInt32 = 1
    package var signature: String
    /// How many sections the header says there are.
    package var count: UInt32?
    /// How far before the end of the file the table says it stands, in bytes.
    package var distance: UInt32?

    fileprivate init(_ signature: String, _ sections: [Section]) {
      (self.signature, self.sections) = (signature, sections)
    }
  }

  /// Bytes: whole pages.
  package var size: Int
  /// From which the contents come.
  package var seed: UInt64
  /// Whether it consists of two firmware volumes, as edk2's images do, or of nothing that is known.
  package var hasVolumes = true
  /// Where processors after the first begin; nil leaves the entry out, as for those below.
  package var resetBlock: UInt32? = 0x80_b004
  package var hashArea: FirmwareImage.Area? = FirmwareImage.Area(base: 0x81_0c00, size: 0x400)
  package var sev: Metadata<FirmwareImage.SEVSection>?
  package var tdvf: Metadata<FirmwareImage.TDVFSection>?

  /// An image that starts guests of all types, with sections as OVMF.amdsev.fd has them.
  package init(size: Int = 64 << 10, seed: UInt64 = 2026) {
    (self.size, self.seed) = (size, seed)
    let variables = Self.variablesSize(of: size)
    let start = FirmwareImage.area(ofFileOf: size).base
    sev = Metadata(
      "ASEV",
      [
        .init(base: 0x80_0000, size: 0x2000, type: 1),
        .init(base: 0x80_a000, size: 0x3000, type: 1),
        .init(base: 0x80_d000, size: 0x1000, type: 2),
        .init(base: 0x80_e000, size: 0x1000, type: 3),
        .init(base: 0x80_f000, size: 0x1000, type: 4),
        .init(base: 0x81_1000, size: 0x2000, type: 1),
        .init(base: 0x81_0000, size: 0x1000, type: 0x10),
      ])
    tdvf = Metadata(
      "TDVF",
      [
        .init(
          dataOffset: UInt32(variables), rawSize: UInt32(size - variables),
          address: start + UInt64(variables), memorySize: UInt64(size - variables), type: 0,
          attributes: 1),
        .init(
          dataOffset: 0, rawSize: UInt32(variables), address: start, memorySize: UInt64(variables),
          type: 1, attributes: 0),
        .init(
          dataOffset: 0, rawSize: 0, address: 0x81_0000, memorySize: 0x2000, type: 3,
          attributes: 0),
        .init(
          dataOffset: 0, rawSize: 0, address: 0x80_9000, memorySize: 0x1000, type: 2,
          attributes: 0),
      ])
  }

  /// The bytes of the file.
  package var data: Data {
    var random = SplitMix(state: seed)
    let words = (0..<size / 8).map { _ in random.next().littleEndian }
    var image = words.withUnsafeBytes { Data($0) }
    if hasVolumes {
      let variables = Self.variablesSize(of: size)
      for (start, header) in [
        (0, Self.volumeHeader(variables, Self.variablesGUID)),
        (variables, Self.volumeHeader(size - variables, Self.codeGUID)),
      ] { image.replaceSubrange(start..<start + header.count, with: header) }
    }
    let sevBlock = sev?.block(Self.sevSection) ?? Data()
    let tdvfBlock = tdvf?.block(Self.tdvfSection) ?? Data()
    // Each block stands at a multiple of 16, and the table takes less than a page.
    let sevDistance = Self.tableSpace + sevBlock.roundedUp
    let tdvfDistance = sevDistance + tdvfBlock.roundedUp
    var table = Data()
    if let tdvf {
      table += Self.entry(Self.bytes(tdvf.distance ?? UInt32(tdvfDistance)), Self.tdvfGUID)
    }
    if let sev {
      table += Self.entry(Self.bytes(sev.distance ?? UInt32(sevDistance)), Self.sevGUID)
    }
    if let hashArea {
      table += Self.entry(
        Self.bytes(UInt32(hashArea.base)) + Self.bytes(UInt32(hashArea.size)), Self.hashAreaGUID)
    }
    if let resetBlock { table += Self.entry(Self.bytes(resetBlock), Self.resetBlockGUID) }
    table += Self.bytes(UInt16(table.count + 18)) + Self.footerGUID
    // Two NOPs and a jump backwards, as edk2's reset vector begins.
    let jump: [UInt8] = [0x90, 0x90, 0xe9, 0x99, 0xfe]
    let resetVector = Data(count: 12) + Data("VTF\0".utf8) + jump + Data(count: 16 - jump.count)
    for (distance, bytes) in [
      (tdvfDistance, tdvfBlock), (sevDistance, sevBlock),
      (table.count + resetVector.count, table + resetVector),
    ] {
      let start = size - distance
      image.replaceSubrange(start..<start + bytes.count, with: bytes)
    }
    return image
  }

  /// How many bytes before the end the table and the metadata begin at the most.
  package var tailSize: Int {
    Self.tableSpace + (sev?.block(Self.sevSection).roundedUp ?? 0)
      + (tdvf?.block(Self.tdvfSection).roundedUp ?? 0)
  }

  /// The volume of variables: a quarter of the image, as far as pages go.
  package static func variablesSize(of size: Int) -> Int {
    max(size / 4 / 4096 * 4096, 4096)
  }

  private static func sevSection(_ section: FirmwareImage.SEVSection) -> Data {
    bytes(UInt32(section.base)) + bytes(UInt32(section.size)) + bytes(section.type)
  }

  private static func tdvfSection(_ section: FirmwareImage.TDVFSection) -> Data {
    bytes(section.dataOffset) + bytes(section.rawSize) + bytes(section.address)
      + bytes(section.memorySize) + bytes(section.type) + bytes(section.attributes)
  }

  /// **Source:** UEFI Platform Initialization specification, volume 3,
  /// "EFI_FIRMWARE_VOLUME_HEADER".
  private static func volumeHeader(_ size: Int, _ guid: [UInt8]) -> Data {
    Data(count: 16) + guid + bytes(UInt64(size)) + Data("_FVH".utf8) + Data(count: 12)
  }

  private static func entry(_ data: Data, _ guid: [UInt8]) -> Data {
    data + bytes(UInt16(data.count + 18)) + guid
  }

  fileprivate static func bytes(_ number: some FixedWidthInteger) -> Data {
    withUnsafeBytes(of: number.littleEndian) { Data($0) }
  }

  /// Room for the table and what stands behind it.
  private static let tableSpace = 0x100

  // fff12b8d-7696-4c8b-a985-2747075b4f50
  private static let variablesGUID: [UInt8] = [
    0x8d, 0x2b, 0xf1, 0xff, 0x96, 0x76, 0x8b, 0x4c, 0xa9, 0x85, 0x27, 0x47, 0x07, 0x5b, 0x4f, 0x50,
  ]
  // 8c8ce578-8a3d-4f1c-9935-896185c32dd3
  private static let codeGUID: [UInt8] = [
    0x78, 0xe5, 0x8c, 0x8c, 0x3d, 0x8a, 0x1c, 0x4f, 0x99, 0x35, 0x89, 0x61, 0x85, 0xc3, 0x2d, 0xd3,
  ]
  // 96b582de-1fb2-45f7-baea-a366c55a082d
  private static let footerGUID: [UInt8] = [
    0xde, 0x82, 0xb5, 0x96, 0xb2, 0x1f, 0xf7, 0x45, 0xba, 0xea, 0xa3, 0x66, 0xc5, 0x5a, 0x08, 0x2d,
  ]
  // 00f771de-1a7e-4fcb-890e-68c77e2fb44e
  private static let resetBlockGUID: [UInt8] = [
    0xde, 0x71, 0xf7, 0x00, 0x7e, 0x1a, 0xcb, 0x4f, 0x89, 0x0e, 0x68, 0xc7, 0x7e, 0x2f, 0xb4, 0x4e,
  ]
  // 7255371f-3a3b-4b04-927b-1da6efa8d454
  private static let hashAreaGUID: [UInt8] = [
    0x1f, 0x37, 0x55, 0x72, 0x3b, 0x3a, 0x04, 0x4b, 0x92, 0x7b, 0x1d, 0xa6, 0xef, 0xa8, 0xd4, 0x54,
  ]
  // dc886566-984a-4798-a75e-5585a7bf67cc
  private static let sevGUID: [UInt8] = [
    0x66, 0x65, 0x88, 0xdc, 0x4a, 0x98, 0x98, 0x47, 0xa7, 0x5e, 0x55, 0x85, 0xa7, 0xbf, 0x67, 0xcc,
  ]
  // e47a6535-984a-4798-865e-4685a7bf8ec2
  private static let tdvfGUID: [UInt8] = [
    0x35, 0x65, 0x7a, 0xe4, 0x4a, 0x98, 0x98, 0x47, 0x86, 0x5e, 0x46, 0x85, 0xa7, 0xbf, 0x8e, 0xc2,
  ]
}

extension HandmadeFirmware.Metadata {
  /// Header and sections.
  fileprivate func block(_ encode: (Section) -> Data) -> Data {
    let sections = self.sections.map(encode).reduce(Data(), +)
    let header =
      Data(signature.utf8) + HandmadeFirmware.bytes(UInt32(16 + sections.count))
      + HandmadeFirmware.bytes(version)
      + HandmadeFirmware.bytes(count ?? UInt32(self.sections.count))
    return header + sections
  }
}

extension Data {
  /// The count up to the next multiple of 16.
  fileprivate var roundedUp: Int { (count + 15) / 16 * 16 }
}
