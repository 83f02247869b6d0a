import LodgeModel
import LodgeTesting

extension BadFirmware {
  /// Images that cannot take the hashes of a kernel.
  static let withoutRoomForHashes: [BadFirmware] = {
    let areas: [(String, FirmwareImage.Area?)] = [
      ("no area for hashes", nil), ("an area for hashes at zero", .init(base: 0, size: 0x400)),
      ("an area for hashes that is too small", .init(base: 0x81_0c00, size: 175)),
    ]
    let noArea = areas.flatMap { flaw, area in
      sevTypes.map {
        BadFirmware(
          flaw, $0, image { $0.hashArea = area }, hasKernel: true,
          message: "the firmware f.fd has no area of 176 bytes for kernel hashes: QEMU refuses "
            + "kernelHashes='yes' with it; take a build of OvmfPkg/AmdSev")
      }
    }
    let sections: [(String, [FirmwareImage.SEVSection])] = [
      ("no section for hashes", []),
      ("a section for hashes elsewhere", [.init(base: 0x90_0000, size: 0x1000, type: 0x10)]),
      ("a section of two pages for hashes", [.init(base: 0x81_0000, size: 0x2000, type: 0x10)]),
      (
        "a second section for hashes, of two pages",
        [
          .init(base: 0x81_0000, size: 0x1000, type: 0x10),
          .init(base: 0x90_0000, size: 0x2000, type: 0x10),
        ]
      ),
    ]
    let noSection = sections.map { flaw, sections in
      BadFirmware(
        flaw, .sevSNP,
        image { firmware in
          firmware.sev?.sections.removeAll { $0.base > 0x80_f000 }
          firmware.sev?.sections += sections
        }, hasKernel: true,
        message: "the firmware f.fd has an area for kernel hashes and no SEV section of one page "
          + "around it, so that an SNP guest could not be given them; take a build of edk2 202402 "
          + "or later")
    }
    return noArea + noSection
  }()

  private static func sev(
    _ flaw: String, _ reason: String, _ change: (inout HandmadeFirmware) -> Void
  ) -> BadFirmware {
    BadFirmware(flaw, .sevSNP, cannotStart: reason, change)
  }

  /// Flaws of single sections of the SEV metadata.
  static let sevSections = [
    sev("no secrets", "has 0 secrets sections in its SEV metadata, not 1") {
      $0.sev?.sections.removeAll { $0.kind == .secrets }
    },
    sev("no CPUID", "has 0 cpuid sections in its SEV metadata, not 1") {
      $0.sev?.sections.removeAll { $0.kind == .cpuid }
    },
    sev("two of secrets", "has 2 secrets sections in its SEV metadata, not 1") {
      $0.sev?.sections.append(.init(base: 0x90_0000, size: 0x1000, type: 2))
    },
    sev("two of CPUID", "has 2 cpuid sections in its SEV metadata, not 1") {
      $0.sev?.sections.append(.init(base: 0x90_0000, size: 0x1000, type: 3))
    },
    sev("secrets of two pages", "has a secrets section that is no page: 0x2000 bytes at 0x900000") {
      $0.sev?.sections[2] = .init(base: 0x90_0000, size: 0x2000, type: 2)
    },
    sev("CPUID at zero", "has a cpuid section that is no page: 0x1000 bytes at 0x0") {
      $0.sev?.sections[3].base = 0
    },
    sev("an empty section", "has an empty SEV section of type 1") {
      $0.sev?.sections.append(.init(base: 0x90_0000, size: 0, type: 1))
    },
    sev(
      "a section that begins in a page",
      "has an SEV section of type 1 that is not page-aligned: 0x1000 bytes at 0x900010"
    ) {
      $0.sev?.sections.append(.init(base: 0x90_0010, size: 0x1000, type: 1))
    },
    sev(
      "a section that ends in a page",
      "has an SEV section of type 4 that is not page-aligned: 0x1800 bytes at 0x900000"
    ) {
      $0.sev?.sections.append(.init(base: 0x90_0000, size: 0x1800, type: 4))
    },
    sev("sections that overlap", "has SEV sections that overlap at 0x80b000") {
      $0.sev?.sections.append(.init(base: 0x80_b000, size: 0x1000, type: 1))
    },
    sev("one section twice", "has SEV sections that overlap at 0x80f000") {
      $0.sev?.sections.append(.init(base: 0x80_f000, size: 0x1000, type: 4))
    },
    sev(
      "a section over the image's start",
      "has an SEV section that overlaps the image itself at 0xfffef000"
    ) {
      $0.sev?.sections.append(.init(base: 0xfffe_f000, size: 0x2000, type: 1))
    },
    sev("a section over its end", "has an SEV section that overlaps the image itself at 0xfffff000")
    {
      $0.sev?.sections.append(.init(base: 0xffff_f000, size: 0x2000, type: 1))
    },
  ]

  /// Flaws of its header, and of where it is announced.
  static let sevMetadata: [BadFirmware] = {
    let malformed = "has malformed SEV metadata: "
    return [
      BadFirmware(
        "SEV metadata outside the file", .sevSNP,
        cannotStart: malformed + "its offset, 65552 bytes from the end, is outside the image"
      ) { $0.sev?.distance = 65552 },
      BadFirmware(
        "SEV metadata far outside the file", .sevSNP,
        cannotStart: malformed + "its offset, 4294967295 bytes from the end, is outside the image"
      ) { $0.sev?.distance = .max },
      BadFirmware(
        "SEV metadata in the reset vector", .sevSNP,
        cannotStart: malformed + "its offset, 3 bytes from the end, is outside the image"
      ) { $0.sev?.distance = 3 },
      BadFirmware(
        "SEV metadata between words", .sevSNP,
        cannotStart: malformed + "its offset, 4094 bytes from the end, is not aligned to 4 bytes"
      ) { $0.sev?.distance = 4094 },
      BadFirmware(
        "SEV metadata of another signature", .sevSNP,
        cannotStart: malformed + "its signature is 41534557, not ASEV"
      ) { $0.sev?.signature = "ASEW" },
      BadFirmware(
        "SEV metadata of version 2", .sevSNP, cannotStart: "has SEV metadata of version 2, not 1"
      ) { $0.sev?.version = 2 },
      BadFirmware(
        "one SEV section more than there are", .sevSNP,
        cannotStart: malformed + "a length of 100 bytes is not that of 8 sections"
      ) { $0.sev?.count = 8 },
      BadFirmware(
        "too many SEV sections", .sevSNP,
        cannotStart: malformed + "it has 257 sections, more than 256"
      ) { $0.sev?.count = 257 },
      BadFirmware(
        "as many SEV sections as can be said", .sevSNP,
        cannotStart: malformed + "it has 4294967295 sections, more than 256"
      ) { $0.sev?.count = .max },
    ]
  }()
}
