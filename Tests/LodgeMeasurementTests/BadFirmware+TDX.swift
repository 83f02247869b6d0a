import LodgeModel
import LodgeTesting

extension BadFirmware {
  private static func tdvf(
    _ flaw: String, _ reason: String, _ change: (inout HandmadeFirmware) -> Void
  ) -> BadFirmware {
    BadFirmware(flaw, .tdx, cannotStart: reason, change)
  }

  private static let high =
    "has a TDVF section of type 3 that ends above 4 GiB, where a guest need not have memory"

  /// Flaws of single sections of the TDVF metadata.
  static let tdvfSections: [BadFirmware] =
    [
      tdvf("a section out of the file", "has a TDVF section of type 0 that reaches beyond the file")
      { $0.tdvf?.sections[0].dataOffset += 0x1000 },
      tdvf(
        "a section far out of the file", "has a TDVF section of type 1 that reaches beyond the file"
      ) { $0.tdvf?.sections[1].dataOffset = .max },
      tdvf("sections that overlap", "has TDVF sections that overlap at 0x810000") {
        $0.tdvf?.sections[3].address = 0x80_f000
        $0.tdvf?.sections[3].memorySize = 0x2000
      },
      tdvf("a section of an unknown type", "has a TDVF section of unsupported type 5") {
        $0.tdvf?.sections[2].type = 5
      },
      tdvf("more data than memory", "has a TDVF section of type 1 with more data than memory") {
        $0.tdvf?.sections[1].memorySize -= 0x1000
      },
      tdvf("code without data", "has a TDVF section of type 0 with 0 bytes of data") {
        $0.tdvf?.sections[0].rawSize = 0
      },
      tdvf(
        "temporary memory with data",
        "has a TDVF section of type 3 with 16 bytes of data; it is loaded at 0xffff0000, but TDVF "
          + "places it at 0x810000"
      ) { $0.tdvf?.sections[2].rawSize = 16 },
      tdvf(
        "a section that is no pages",
        "has a TDVF section of type 3 that is not page-aligned: 0x1001 bytes at 0x810000"
      ) { $0.tdvf?.sections[2].memorySize = 0x1001 },
      tdvf("no TD_HOB", "has 0 TD_HOB sections, not 1") { $0.tdvf?.sections.removeLast() },
      tdvf("two of TD_HOB", "has 2 TD_HOB sections, not 1") { $0.tdvf?.sections[2].type = 2 },
      tdvf("memory above 4 GiB", high) { $0.tdvf?.sections[2].address = 1 << 32 },
      tdvf("memory that ends above 4 GiB", high) {
        $0.tdvf?.sections.remove(at: 0)
        $0.tdvf?.sections[1].address = 0xffff_f000
      },
      tdvf("more memory than there are addresses", high) {
        $0.tdvf?.sections[2].address = 1 << 32
        $0.tdvf?.sections[2].memorySize = 0xffff_ffff_ffff_f000
        $0.tdvf?.sections[2].attributes = 1
      },
      tdvf("an address at the end of all", high) {
        $0.tdvf?.sections[2].address = 0xffff_ffff_ffff_f000
      },
      BadFirmware(
        "a measured TD_HOB", .tdx,
        image { $0.tdvf?.sections[3].attributes = 1 },
        message: "the firmware f.fd has its TD_HOB measured, which tells the guest's memory: MRTD "
          + "does not follow from the firmware alone"),
      BadFirmware(
        "less data than memory, measured", .tdx,
        image { $0.tdvf?.sections[0].rawSize -= 0x1000 },
        message: "the firmware f.fd has a measured TDVF section of 45056 bytes of data for 49152 "
          + "bytes of memory: QEMU fills it from what stands behind in the file, the design guide "
          + "with zeros"),
      BadFirmware(
        "a gigabyte of measured memory", .tdx,
        image {
          $0.tdvf?.sections[2].address = 0x1000_0000
          $0.tdvf?.sections[2].memorySize = 1 << 30
          $0.tdvf?.sections[2].attributes = 1
        },
        message: "the firmware f.fd has 1073741824 bytes of temporary memory measured, and at most "
          + "67108864 are computed"),
    ]

  /// Flaws of its header, and of where it is announced.
  static let tdvfMetadata: [BadFirmware] = {
    let malformed = "has malformed TDVF metadata: "
    return [
      BadFirmware(
        "TDVF metadata outside the file", .tdx,
        cannotStart: malformed + "its offset, 65552 bytes from the end, is outside the image"
      ) { $0.tdvf?.distance = 65552 },
      BadFirmware(
        "TDVF metadata of another signature", .tdx,
        cannotStart: malformed + "its signature is 41534556, not TDVF"
      ) { $0.tdvf?.signature = "ASEV" },
      BadFirmware(
        "TDVF metadata of version 2", .tdx, cannotStart: "has TDVF metadata of version 2, not 1"
      ) { $0.tdvf?.version = 2 },
      BadFirmware(
        "one TDVF section more than there are", .tdx,
        cannotStart: malformed + "a length of 144 bytes is not that of 5 sections"
      ) { $0.tdvf?.count = 5 },
      BadFirmware(
        "as many TDVF sections as can be said", .tdx,
        cannotStart: malformed + "it has 4294967295 sections, more than 256"
      ) { $0.tdvf?.count = .max },
    ]
  }()
}
