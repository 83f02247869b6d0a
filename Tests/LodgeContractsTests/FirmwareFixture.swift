import LodgeModel

/// The images and descriptors of a firmware package.
struct FirmwareFixture {
  var images: FirmwareImages
  var descriptors: FirmwareDescriptors

  init(package: String, images: [FirmwareImage], descriptors: [FirmwareDescriptor]) {
    self.images = FirmwareImages(
      images: images.map { image in
        var image = image
        image.source.package = package
        return image
      })
    self.descriptors = FirmwareDescriptors(
      descriptors: descriptors.map { descriptor in
        var descriptor = descriptor
        descriptor.source.package = package
        return descriptor
      })
  }
}

extension FirmwareFixture {
  /// ovmf 2022.11-6+deb12u2.
  static let bookworm = Self(
    package: "ovmf 2022.11-6+deb12u2",
    images: [
      FirmwareImage(
        source: Source(file: "usr/share/OVMF/OVMF_CODE_4M.fd"), size: 3_653_632,
        table: ["00f771de-1a7e-4fcb-890e-68c77e2fb44e": "04808000"], resetBlock: 0x80_8004,
        hashArea: .init(base: 0, size: 0), verifiesKernelHashes: false),
      FirmwareImage(
        source: Source(file: "usr/share/ovmf/OVMF.fd"), size: 0x20_0000,
        table: ["00f771de-1a7e-4fcb-890e-68c77e2fb44e": "04b08000"], resetBlock: 0x80_b004,
        hashArea: .init(base: 0, size: 0),
        sevMetadata: .sections(
          version: 1,
          [
            .init(base: 0x80_0000, size: 0x9000, type: 1),
            .init(base: 0x80_a000, size: 0x3000, type: 1),
            .init(base: 0x80_d000, size: 0x1000, type: 2),
            .init(base: 0x80_e000, size: 0x1000, type: 3),
            .init(base: 0x80_f000, size: 0x1_1000, type: 1),
          ]),
        tdvf: .tdvf(code: 0x2_0000, size: 0x20_0000), verifiesKernelHashes: false),
    ],
    descriptors: [.generic()])

  /// ovmf 2025.02-8+deb13u1.
  static let trixie = Self(
    package: "ovmf 2025.02-8+deb13u1",
    images: ["usr/share/OVMF/OVMF_CODE_4M.fd", "usr/share/ovmf/OVMF.fd"].map {
      FirmwareImage(
        source: Source(file: $0), size: $0.contains("CODE") ? 3_653_632 : 0x40_0000,
        table: ["00f771de-1a7e-4fcb-890e-68c77e2fb44e": "04b08000"], resetBlock: 0x80_b004,
        hashArea: .init(base: 0, size: 0),
        sevMetadata: .sections(
          version: 1, commonSections + [.init(base: 0x81_0000, size: 0x1_0000, type: 1)]),
        tdvf: .tdvf(code: 0x8_4000, size: 0x40_0000), verifiesKernelHashes: false)
    },
    descriptors: [.generic()])

  /// ovmf-generic, ovmf-amdsev and ovmf-inteltdx 2026.08+ds-2.
  static let sid = Self(
    package: "ovmf 2026.08+ds-2",
    images: [
      sidImage("usr/share/OVMF/OVMF_CODE_4M.fd", size: 3_653_632, verifies: false),
      sidImage("usr/share/ovmf/OVMF.amdsev.fd", size: 0x40_0000, verifies: true),
      sidImage("usr/share/ovmf/OVMF.fd", size: 0x40_0000, verifies: false),
      FirmwareImage(
        source: Source(file: "usr/share/ovmf/OVMF.inteltdx.ms.fd"), size: 0x40_0000,
        table: ["00f771de-1a7e-4fcb-890e-68c77e2fb44e": "04b08000"], resetBlock: 0x80_b004,
        hashArea: .init(base: 0, size: 0),
        sevMetadata: .sections(
          version: 1,
          Array(commonSections.prefix(4)) + [
            .init(base: 0, size: 0, type: 4), .init(base: 0, size: 0, type: 1),
          ]),
        tdvf: .tdvf(code: 0x8_4000, size: 0x40_0000), verifiesKernelHashes: false),
    ],
    descriptors: [
      FirmwareDescriptor(
        source: .descriptor("60-edk2-x86_64-amdsev"), device: "memory",
        filename: "/usr/share/ovmf/OVMF.amdsev.fd",
        features: ["amd-sev", "amd-sev-es", "amd-sev-snp", "verbose-dynamic"],
        targets: ["x86_64": ["pc-q35-*"]]),
      FirmwareDescriptor(
        source: .descriptor("60-edk2-x86_64-inteltdx"), device: "memory",
        filename: "/usr/share/ovmf/OVMF.inteltdx.ms.fd",
        features: ["enrolled-keys", "intel-tdx", "secure-boot", "verbose-dynamic"],
        targets: ["x86_64": ["pc-q35-*"]]),
      .generic(),
    ])

  private static func sidImage(_ file: String, size: Int, verifies: Bool) -> FirmwareImage {
    FirmwareImage(
      source: Source(file: file), size: size,
      table: ["00f771de-1a7e-4fcb-890e-68c77e2fb44e": "04b08000"], resetBlock: 0x80_b004,
      secretArea: .init(base: 0x81_0000, size: 0xc00),
      hashArea: .init(base: 0x81_0c00, size: 0x400),
      sevMetadata: .sections(
        version: 1,
        commonSections + [
          .init(base: 0x81_1000, size: 0x1_f000, type: 1),
          .init(base: 0x81_0000, size: 0x1000, type: 0x10),
        ]),
      tdvf: .tdvf(code: 0x8_4000, size: 0x40_0000), verifiesKernelHashes: verifies)
  }

  private static let commonSections: [FirmwareImage.SEVSection] = [
    .init(base: 0x80_0000, size: 0x9000, type: 1), .init(base: 0x80_a000, size: 0x3000, type: 1),
    .init(base: 0x80_d000, size: 0x1000, type: 2), .init(base: 0x80_e000, size: 0x1000, type: 3),
    .init(base: 0x80_f000, size: 0x1000, type: 4),
  ]
}

extension FirmwareImage.Metadata<FirmwareImage.TDVFSection> {
  /// The metadata of an image whose code starts after its variables.
  static func tdvf(code: UInt32, size: UInt32) -> Self {
    let start = (1 << 32) - UInt64(size)
    return .sections(
      version: 1,
      [
        .init(
          dataOffset: code, rawSize: size - code, address: start + UInt64(code),
          memorySize: UInt64(size - code), type: 0, attributes: 1),
        .init(
          dataOffset: 0, rawSize: code, address: start, memorySize: UInt64(code), type: 1,
          attributes: 0),
        .init(
          dataOffset: 0, rawSize: 0, address: 0x81_0000, memorySize: 0x1_0000, type: 3,
          attributes: 0),
        .init(
          dataOffset: 0, rawSize: 0, address: 0x80_9000, memorySize: 0x2000, type: 2,
          attributes: 0),
      ])
  }
}

extension FirmwareDescriptor {
  /// The descriptor of the generic image, the same in all three suites.
  static func generic() -> Self {
    Self(
      source: .descriptor("60-edk2-x86_64"), device: "flash",
      filename: "/usr/share/OVMF/OVMF_CODE_4M.fd",
      nvramTemplate: "/usr/share/OVMF/OVMF_VARS_4M.fd",
      features: ["acpi-s3", "amd-sev", "verbose-dynamic"],
      targets: ["x86_64": ["pc-i440fx-*", "pc-q35-*"]])
  }
}

extension Source {
  fileprivate static func descriptor(_ name: String) -> Self {
    Self(file: "usr/share/qemu/firmware/\(name).json")
  }
}
