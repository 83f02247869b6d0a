import Foundation
import LodgeModel

extension LaunchInputs {
  /// What LAUNCH_UPDATE_DATA takes of a SEV or SEV-ES guest: the firmware, then kernel hashes.
  ///
  /// **Source:** QEMU hw/i386/pc_sysfw.c (`pc_system_flash_map`: the first flash alone is
  /// encrypted), target/i386/sev.c (`sev_launch_update_data`, `sev_add_kernel_loader_hashes`).
  func sevRegions() throws(PredictionFailure) -> [LaunchRegion] {
    var regions = [LaunchRegion(.data, contents: firmware.bytes)]
    if let hashes {
      _ = try firmware.hashArea()
      regions.append(LaunchRegion(.data, contents: hashes.table))
    }
    return regions
  }

  /// What KVM_SEV_SNP_LAUNCH_UPDATE takes of an SNP guest: the firmware, then the sections of its
  /// SEV metadata in the order in which they stand.
  ///
  /// **Source:** QEMU target/i386/sev.c (9.1 to 11.1), `snp_populate_metadata_pages`,
  /// `snp_launch_update_kernel_hashes`.
  func snpRegions() throws(PredictionFailure) -> [LaunchRegion] {
    guard case .sections(_, let sections) = firmware.image.sevMetadata else { return [] }
    let page = try hashes.map { hashes throws(PredictionFailure) in
      let area = try firmware.hashArea()
      let holders = sections.filter { $0.kind == .kernelHashes }
      // QEMU writes the table into the first page of each, wherever its area is.
      guard let first = holders.first, holders.allSatisfy({ $0.size == Page.size }),
        area.base >= first.base,
        area.base + UInt64(KernelHashes.tableSize) <= first.base + first.size
      else {
        throw PredictionFailure(
          "the firmware \(firmware.name) has an area for kernel hashes and no SEV section of one "
            + "page around it, so that an SNP guest could not be given them; take a build of edk2 "
            + "202402 or later")
      }
      var contents = Data(count: Int(Page.size))
      contents.replaceSubrange(
        Int(area.base % Page.size)..<Int(area.base % Page.size) + KernelHashes.tableSize,
        with: hashes.table)
      return contents
    }
    return [LaunchRegion(.snp(.normal), at: firmware.address, contents: firmware.bytes)]
      + sections.map { section in
        if section.kind == .kernelHashes, let page {
          LaunchRegion(.snp(.normal), at: section.base, contents: page)
        } else {
          LaunchRegion(.snp(section.pageType), at: section.base, size: section.size)
        }
      }
  }
}

extension FirmwareImage.SEVSection {
  /// What the firmware's pages become without kernel hashes.
  fileprivate var pageType: SNPLaunchDigest.PageType {
    switch kind {
    case .secrets: .secrets
    case .cpuid: .cpuid
    case .memory, .callingArea, .kernelHashes, nil: .zero
    }
  }
}
