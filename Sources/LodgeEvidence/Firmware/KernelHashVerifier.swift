package import Foundation
import LodgeBindings
package import LodgeModel

/// The code of a firmware volume that compares kernel, initrd and command line with their hashes.
///
/// The hash area of an image tells only that QEMU may write hashes; an image of another build has
/// the area and never looks at it. The code is known by the three entries that it looks up.
///
/// **Source:** edk2 OvmfPkg/AmdSev/BlobVerifierLibSevHashes/BlobVerifierSevHashes.c, of which only
/// AmdSevX64.dsc makes use.
enum KernelHashVerifier {
  /// The entries of QEMU's table of hashes: kernel, initrd, command line.
  ///
  /// **Source:** QEMU target/i386/sev.c.
  static let entries = [
    GUID(0x4de7_9437, 0xabd2, 0x427f, 0xb835_d5b1_72d2_045b),
    GUID(0x44ba_f731, 0x3a2f, 0x4bd7, 0x9af1_41e2_9169_781d),
    GUID(0x97d0_2dd8, 0xbd20, 0x4c94, 0xaa78_e771_4d36_ab2a),
  ]

  /// Whether a section holds the code; nil where it cannot be unpacked.
  static func isPresent(in section: LZMASection) -> Bool? {
    section.unpacked().map { volume in
      let bytes = LittleEndianBytes(volume)
      return entries.allSatisfy { bytes.firstOffset(of: $0.bytes) != nil }
    }
  }

  /// Whether any of the sections holds the code; nil where none is known to, and not all could be
  /// unpacked.
  static func isPresent(in sections: [LZMASection], verdicts: [LZMASection: Bool]) -> Bool? {
    let known = sections.map { verdicts[$0] }
    if known.contains(true) { return true }
    return known.isEmpty || known.contains(nil) ? nil : false
  }

  /// Looks into each different section once: a combined image and a split one share theirs.
  static func verdicts(on sections: Set<LZMASection>) async -> [LZMASection: Bool] {
    await withTaskGroup(of: (LZMASection, Bool?).self) { group in
      var waiting = sections.makeIterator()
      var verdicts: [LZMASection: Bool] = [:]
      for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
        guard let section = waiting.next() else { break }
        group.addTask { (section, isPresent(in: section)) }
      }
      for await (section, verdict) in group {
        verdicts[section] = verdict
        guard let section = waiting.next() else { continue }
        group.addTask { (section, isPresent(in: section)) }
      }
      return verdicts
    }
  }
}

extension FirmwareImage {
  /// Whether an image holds the code that compares kernel hashes; nil where its volume cannot be
  /// unpacked.
  package static func verifiesKernelHashes(_ image: Data) -> Bool? {
    let sections = LZMASection.all(in: LittleEndianBytes(image))
    var verdicts: [LZMASection: Bool] = [:]
    for section in Set(sections) { verdicts[section] = KernelHashVerifier.isPresent(in: section) }
    return KernelHashVerifier.isPresent(in: sections, verdicts: verdicts)
  }
}
