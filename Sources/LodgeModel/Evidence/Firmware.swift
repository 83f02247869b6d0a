/// The OVMF images of a root.
package struct FirmwareImages: Codable, Equatable, Sendable {
  /// One image, ordered by path.
  package var images: [FirmwareImage]

  package init(images: [FirmwareImage]) { self.images = images }

  /// The image at an absolute path, as descriptors write it.
  package func image(at path: String) -> FirmwareImage? { images.first { $0.isAt(path) } }
}

/// What one OVMF image says of itself.
///
/// **Source:** edk2 OvmfPkg/ResetVector/Ia16/ResetVectorVtf0.asm, the table of GUIDed structures.
package struct FirmwareImage: Codable, Equatable, Sendable {
  /// A run of guest memory, in bytes.
  package struct Area: Codable, Equatable, Sendable {
    package var base: UInt64
    package var size: UInt64

    package init(base: UInt64, size: UInt64) { (self.base, self.size) = (base, size) }
  }

  /// One section of the SEV metadata (`ASEV`).
  ///
  /// **Source:** edk2 OvmfPkg/ResetVector/X64/OvmfSevMetadata.asm.
  package struct SEVSection: Codable, Equatable, Sendable {
    package var base: UInt64
    package var size: UInt64
    package var type: UInt32

    /// What a section is for.
    package enum Kind: UInt32, Sendable {
      /// SEC_MEM: memory that the firmware uses before it accepts any.
      case memory = 1
      case secrets = 2
      case cpuid = 3
      /// SVSM_CAA: where the guest calls a service module.
      case callingArea = 4
      /// KERNEL_HASHES.
      case kernelHashes = 0x10
    }

    /// What the section is for; nil for a type that nobody knows.
    package var kind: Kind? { Kind(rawValue: type) }

    package init(base: UInt64, size: UInt64, type: UInt32) {
      (self.base, self.size, self.type) = (base, size, type)
    }
  }

  /// One section of the TDX metadata (`TDVF`).
  ///
  /// **Source:** Intel TDX Virtual Firmware Design Guide, section "TDVF descriptor".
  package struct TDVFSection: Codable, Equatable, Sendable {
    /// Bytes from the start of the file.
    package var dataOffset: UInt32
    package var rawSize: UInt32
    package var address: UInt64
    package var memorySize: UInt64
    package var type: UInt32
    /// Bit 0: MR.EXTEND.
    package var attributes: UInt32

    /// What a section is for, as far as QEMU knows it.
    package enum Kind: UInt32, Sendable {
      /// BFV: code.
      case bootVolume = 0
      /// CFV: variables.
      case configurationVolume = 1
      /// TD_HOB: what QEMU tells the guest of its memory.
      case handOff = 2
      /// TEMP_MEM.
      case temporaryMemory = 3
    }

    /// What the section is for; nil for a type that QEMU does not know.
    package var kind: Kind? { Kind(rawValue: type) }

    package init(
      dataOffset: UInt32, rawSize: UInt32, address: UInt64, memorySize: UInt64, type: UInt32,
      attributes: UInt32
    ) {
      (self.dataOffset, self.rawSize, self.address) = (dataOffset, rawSize, address)
      (self.memorySize, self.type, self.attributes) = (memorySize, type, attributes)
    }
  }

  /// Metadata that an image announces: well-formed, or announced and broken.
  package enum Metadata<Section: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    /// The image does not announce it.
    case none
    case sections(version: UInt32, [Section])
    /// It is announced, but what stands there is no metadata; the text says why.
    case malformed(String)
  }

  package var source: Source
  /// Other paths of the root that lead to the same file.
  package var aliases: [String]
  /// Bytes.
  package var size: Int
  /// Data by GUID in the footer table, as lower-case hexadecimal.
  package var table: [String: String]
  /// The SEV-ES reset vector of application processors; nil without the entry.
  package var resetBlock: UInt32?
  package var secretArea: Area?
  /// Where QEMU writes kernel hashes; nil without the entry.
  package var hashArea: Area?
  package var sevMetadata: Metadata<SEVSection>
  package var tdvf: Metadata<TDVFSection>
  /// Whether the image begins in the middle of a firmware volume; nil where it does not.
  package var lacksItsFront: Bool?
  /// Whether no code stands where a processor begins, 16 bytes before the end; nil where it does.
  package var lacksItsEnd: Bool?
  /// Whether the decompressed volume holds the code that compares kernel hashes; nil where the
  /// volume could not be decompressed.
  package var verifiesKernelHashes: Bool?

  package init(
    source: Source, aliases: [String] = [], size: Int, table: [String: String] = [:],
    resetBlock: UInt32? = nil, secretArea: Area? = nil, hashArea: Area? = nil,
    sevMetadata: Metadata<SEVSection> = .none, tdvf: Metadata<TDVFSection> = .none,
    lacksItsFront: Bool? = nil, lacksItsEnd: Bool? = nil, verifiesKernelHashes: Bool? = nil
  ) {
    (self.source, self.aliases, self.size) = (source, aliases, size)
    (self.table, self.resetBlock) = (table, resetBlock)
    (self.secretArea, self.hashArea) = (secretArea, hashArea)
    (self.sevMetadata, self.tdvf) = (sevMetadata, tdvf)
    (self.lacksItsFront, self.lacksItsEnd) = (lacksItsFront, lacksItsEnd)
    self.verifiesKernelHashes = verifiesKernelHashes
  }
}

extension FirmwareImage {
  /// Whether an absolute path leads to the image, as descriptors write it.
  package func isAt(_ path: String) -> Bool {
    let relative = path.drop { $0 == "/" }
    return source.file == relative || aliases.contains(String(relative))
  }

  /// Bytes of the table of three hashes, padded, that QEMU writes.
  package static let hashTableSize = 176

  /// Whether QEMU finds room for the table; it refuses kernel hashes otherwise.
  ///
  /// **Source:** QEMU target/i386/sev.c, `sev_add_kernel_loader_hashes`.
  package var takesKernelHashes: Bool {
    hashArea.map { $0.base != 0 && $0.size >= UInt64(Self.hashTableSize) } ?? false
  }

  /// Where QEMU maps an image of a size: its end is at 4 GiB.
  ///
  /// **Source:** QEMU hw/i386/x86-common.c and hw/i386/pc_sysfw.c.
  package static func area(ofFileOf size: Int) -> Area {
    let end: UInt64 = 1 << 32
    let bytes = min(UInt64(clamping: size), end)
    return Area(base: end - bytes, size: bytes)
  }
}

/// The firmware descriptors of a root, from which libvirt chooses.
package struct FirmwareDescriptors: Codable, Equatable, Sendable {
  /// Ordered by file name, which is libvirt's order of preference.
  package var descriptors: [FirmwareDescriptor]
  /// Files in their folders that are none, as libvirt drops them; nil where there is none.
  package var broken: [BrokenDescriptor]?

  package init(descriptors: [FirmwareDescriptor], broken: [BrokenDescriptor]? = nil) {
    (self.descriptors, self.broken) = (descriptors, broken)
  }
}

/// A file that is no firmware descriptor where one should be.
package struct BrokenDescriptor: Codable, Equatable, Sendable {
  package var source: Source
  /// What is wrong with it, as a clause: `no key mapping`.
  package var reason: String

  package init(source: Source, reason: String) { (self.source, self.reason) = (source, reason) }
}

/// One firmware descriptor.
///
/// **Source:** QEMU docs/interop/firmware.json.
package struct FirmwareDescriptor: Codable, Equatable, Sendable {
  package var source: Source
  package var interfaces: [String]
  /// `flash`, `memory`, `kernel` or `igvm`.
  package var device: String
  /// The image; the executable's, for flash.
  package var filename: String
  /// `split`, `stateless` or `combined` for flash; nil where it is not said.
  package var mode: String?
  package var nvramTemplate: String?
  /// Formats of the files, where they are said: `raw` or `qcow2`.
  package var formats: [String]?
  /// Files that it names and that the root does not have, without the image itself; nil for none.
  package var missingFiles: [String]?
  package var features: [String]
  /// Machine patterns by architecture.
  package var targets: [String: [String]]

  package init(
    source: Source, interfaces: [String] = ["uefi"], device: String, filename: String,
    mode: String? = nil, nvramTemplate: String? = nil, features: [String],
    targets: [String: [String]] = [:]
  ) {
    (self.source, self.interfaces, self.device) = (source, interfaces, device)
    (self.filename, self.mode, self.nvramTemplate) = (filename, mode, nvramTemplate)
    (self.features, self.targets) = (features, targets)
  }

  /// The feature that claims a domain type; nil for a plain domain.
  package static func feature(for type: DomainType) -> String? {
    switch type {
    case .plain: nil
    case .sev: "amd-sev"
    case .sevES: "amd-sev-es"
    case .sevSNP: "amd-sev-snp"
    case .tdx: "intel-tdx"
    }
  }
}
