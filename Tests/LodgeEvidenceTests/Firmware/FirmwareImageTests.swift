import Foundation
import LodgeBindings
import LodgeModel
import LodgeTesting
import Testing

@testable import LodgeEvidence

struct FirmwareImageTests {
  @Test func debian12SplitImageHasResetBlockButNoMetadata() throws {
    let image = try OVMFTail("OVMF_CODE_4M-2022.11_x86_64").image
    #expect(image.resetBlock == 0x808004)
    #expect(image.hashArea == FirmwareImage.Area(base: 0, size: 0))
    #expect(image.sevMetadata == .none)
    #expect(image.tdvf == .none)
    #expect(image.table["00f771de-1a7e-4fcb-890e-68c77e2fb44e"] == "04808000")
    #expect(image.table.count == 3)
  }

  @Test func debian12OldImageHasFiveSEVSections() throws {
    let image = try OVMFTail("OVMF_CODE-2022.11_x86_64").image
    #expect(types(image.sevMetadata) == [1, 1, 2, 3, 1])
    #expect(types(image.tdvf) == [0, 1, 3, 3, 2, 3])
  }

  @Test func debian13ImageHasSixSectionsOfBoth() throws {
    let image = try OVMFTail("OVMF_CODE_4M-2025.02_x86_64").image
    #expect(types(image.sevMetadata) == [1, 1, 2, 3, 4, 1])
    #expect(types(image.tdvf) == [0, 1, 3, 3, 2, 3])
    #expect(image.hashArea == FirmwareImage.Area(base: 0, size: 0))
  }

  @Test func amdsevImageHasRoomForKernelHashes() throws {
    let image = try OVMFTail("OVMF-2026.08_x86_64+amdsev").image
    #expect(types(image.sevMetadata) == [1, 1, 2, 3, 4, 1, 0x10])
    #expect(image.hashArea == FirmwareImage.Area(base: 0x810c00, size: 0x400))
    #expect(image.secretArea == FirmwareImage.Area(base: 0x810000, size: 0xc00))
    #expect(types(image.tdvf).count == 7)
  }

  @Test func inteltdxImageHasEmptySEVSections() throws {
    let image = try OVMFTail("OVMF-2026.08_x86_64+inteltdx.ms").image
    guard case .sections(version: 1, let sections) = image.sevMetadata else {
      Issue.record("\(image.sevMetadata)")
      return
    }
    #expect(sections.filter { $0.size == 0 }.map(\.type) == [4, 1])
    guard case .sections(version: 1, let tdvf) = image.tdvf else {
      Issue.record("\(image.tdvf)")
      return
    }
    #expect(
      tdvf.first
        == FirmwareImage.TDVFSection(
          dataOffset: 0x84000, rawSize: 0x37c000, address: 0xffc8_4000, memorySize: 0x37c000,
          type: 0, attributes: 1))
  }

  @Test func sectionOfAnUnknownTypeIsKeptForContractsToJudge() throws {
    let tail = try OVMFTail("OVMF-2026.08_x86_64+inteltdx.ms")
    let block = try tail.distance(ofBlockAnnouncedBy: .tdxMetadata)
    let altered = tail.writing(UInt32(5), fromEnd: block - 16 - 24)
    #expect(types(altered.image.tdvf) == [5, 1, 3, 3, 2, 3])
  }

  @Test func emptySEVSectionIsKeptForContractsToJudge() throws {
    let tail = try OVMFTail("OVMF-2026.08_x86_64+amdsev")
    let block = try tail.distance(ofBlockAnnouncedBy: .sevMetadata)
    let altered = tail.writing(UInt32(0), fromEnd: block - 16 - 4).image
    guard case .sections(version: 1, let sections) = altered.sevMetadata else {
      Issue.record("\(altered.sevMetadata)")
      return
    }
    #expect(sections.first == FirmwareImage.SEVSection(base: 0x800000, size: 0, type: 1))
  }

  @Test func zeroedHashAreaIsAnAreaOfNothing() throws {
    let tail = try OVMFTail("OVMF-2026.08_x86_64+amdsev")
    let altered = tail.writing(UInt64(0), fromEnd: try tail.distance(of: .hashArea))
    #expect(altered.image.hashArea == FirmwareImage.Area(base: 0, size: 0))
  }

  @Test(arguments: [GUID.sevMetadata, .tdxMetadata])
  func offsetOutsideTheFileIsMalformed(announcement: GUID) throws {
    let tail = try OVMFTail("OVMF-2026.08_x86_64+amdsev")
    let altered = tail.writing(UInt32(5000), fromEnd: try tail.distance(of: announcement)).image
    let expected = "its offset, 5000 bytes from the end, is outside the image"
    #expect(
      announcement == .sevMetadata
        ? altered.sevMetadata == .malformed(expected) : altered.tdvf == .malformed(expected))
  }

  @Test func misalignedOffsetIsMalformed() throws {
    let tail = try OVMFTail("OVMF-2026.08_x86_64+amdsev")
    let altered = tail.writing(UInt32(1002), fromEnd: try tail.distance(of: .tdxMetadata)).image
    #expect(
      altered.tdvf
        == .malformed("its offset, 1002 bytes from the end, is not aligned to 4 bytes"))
  }

  @Test func wrongSignatureIsMalformed() throws {
    let tail = try OVMFTail("OVMF-2026.08_x86_64+amdsev")
    let block = try tail.distance(ofBlockAnnouncedBy: .sevMetadata)
    let altered = tail.writing(UInt8(ascii: "X"), fromEnd: block).image
    #expect(altered.sevMetadata == .malformed("its signature is 58534556, not ASEV"))
    #expect(altered.tdvf == (try OVMFTail("OVMF-2026.08_x86_64+amdsev").image.tdvf))
  }

  @Test func lengthThatIsNotThatOfTheSectionsIsMalformed() throws {
    let tail = try OVMFTail("OVMF-2026.08_x86_64+amdsev")
    let block = try tail.distance(ofBlockAnnouncedBy: .sevMetadata)
    let altered = tail.writing(UInt32(9), fromEnd: block - 12).image
    #expect(altered.sevMetadata == .malformed("a length of 100 bytes is not that of 9 sections"))
  }

  @Test(arguments: [257, UInt32.max]) func moreSectionsThanAnyImageHasAreMalformed(
    count: UInt32
  ) throws {
    let tail = try OVMFTail("OVMF-2026.08_x86_64+amdsev")
    let block = try tail.distance(ofBlockAnnouncedBy: .sevMetadata)
    let altered = tail.writing(count, fromEnd: block - 12).image
    #expect(altered.sevMetadata == .malformed("it has \(count) sections, more than 256"))
  }

  @Test func tableLongerThanTheImageIsMalformed() throws {
    let altered = try OVMFTail("OVMF-2026.08_x86_64+amdsev").writing(UInt16.max, fromEnd: 50).image
    #expect(altered.table.isEmpty)
    #expect(
      altered.tdvf
        == .malformed(
          "the table of GUIDed structures is broken: "
            + "a length of 65535 bytes does not fit the image"))
  }

  @Test func entryThatOverlapsTheNextBreaksTheTable() throws {
    let tail = try OVMFTail("OVMF-2026.08_x86_64+amdsev")
    // The length stands behind the four bytes of data.
    let length = try tail.distance(of: .sevMetadata) - 4
    let altered = tail.writing(UInt16(10), fromEnd: length).image
    #expect(altered.resetBlock == 0x80b004)
    #expect(
      altered.sevMetadata
        == .malformed(
          "the table of GUIDed structures is broken: "
            + "entry dc886566-984a-4798-a75e-5585a7bf67cc has a length of 10 bytes"))
  }

  @Test func anImageWithoutItsFrontOrItsEndIsKnown() {
    let whole = HandmadeFirmware().data
    func image(_ data: Data) -> FirmwareImage {
      FirmwareImage(LittleEndianBytes(data), source: Source(file: "f.fd"))
    }
    #expect(image(whole).lacksItsFront == nil && image(whole).lacksItsEnd == nil)
    #expect(image(whole.dropFirst(4096)).lacksItsFront == true)
    #expect(image(Data(repeating: 7, count: 4096) + whole).lacksItsFront == nil)
    for byte: UInt8 in [0, 0xFF] {
      let ending = whole.dropLast(16) + Data(repeating: byte, count: 16)
      #expect(image(ending).lacksItsEnd == true)
    }
    #expect(image(Data()).lacksItsEnd == true)
  }

  @Test func damageNeverTraps() throws {
    for name in OVMFTail.names {
      for data in try RecordedFile("ovmf/\(name).tail").damaged(count: 400) {
        let bytes = LittleEndianBytes(data)
        let image = FirmwareImage(bytes, source: Source(file: name))
        #expect(image.size == data.count)
        #expect(LZMASection.all(in: bytes).count <= 8)
      }
    }
  }

  @Test func damagedTableAndMetadataNeverTrap() throws {
    // The table and its blocks only, where nearly every changed byte counts.
    let tail = try OVMFTail("OVMF-2026.08_x86_64+amdsev")
    for guid in [GUID.sevMetadata, .tdxMetadata] {
      let block = try tail.distance(ofBlockAnnouncedBy: guid)
      for value: UInt32 in [0, 1, 0x7fff_ffff, 0x8000_0000, .max] {
        for field in 0..<8 {
          _ = tail.writing(value, fromEnd: block - 4 * field).image
          _ = tail.writing(value, fromEnd: try tail.distance(of: guid) - field).image
        }
      }
    }
    for distance in 33...190 {
      for value: UInt8 in [0, 1, 17, 18, 0x7f, 0xff] {
        _ = tail.writing(value, fromEnd: distance).image
      }
    }
  }

  private func types(_ metadata: FirmwareImage.Metadata<FirmwareImage.SEVSection>) -> [UInt32] {
    guard case .sections(_, let sections) = metadata else { return [] }
    return sections.map(\.type)
  }

  private func types(_ metadata: FirmwareImage.Metadata<FirmwareImage.TDVFSection>) -> [UInt32] {
    guard case .sections(_, let sections) = metadata else { return [] }
    return sections.map(\.type)
  }
}
