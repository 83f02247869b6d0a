import Foundation
import LodgeModel

extension LaunchInputs {
  /// What KVM_TDX_INIT_MEM_REGION takes of a trust domain: the sections of the TDVF metadata in the
  /// order in which they stand.
  ///
  /// What is booted directly does not enter MRTD; the firmware measures it into a register of
  /// run time.
  ///
  /// **Source:** QEMU target/i386/kvm/tdx.c (10.1 to 11.1), `tdx_finalize_vm` and
  /// `tdx_init_fw_mem_region`; Intel TDX Virtual Firmware Design Guide 344991, "TDVF descriptor".
  func trustDomainRegions() throws(PredictionFailure) -> [LaunchRegion] {
    guard case .sections(_, let sections) = firmware.image.tdvf else { return [] }
    return try sections.map { section throws(PredictionFailure) in
      let isExtended = section.attributes & 1 == 1
      guard isExtended else {
        return LaunchRegion(
          .trustDomain(isExtended: false), at: section.address, size: section.memorySize)
      }
      return LaunchRegion(
        .trustDomain(isExtended: true), at: section.address, contents: try contents(of: section))
    }
  }

  private func contents(
    of section: FirmwareImage.TDVFSection
  ) throws(PredictionFailure) -> Data {
    switch section.kind {
    case .temporaryMemory:
      guard section.memorySize <= LaunchFirmware.sizeLimit else {
        throw PredictionFailure(
          "the firmware \(firmware.name) has \(section.memorySize) bytes of temporary memory "
            + "measured, and at most \(LaunchFirmware.sizeLimit) are computed")
      }
      return Data(count: Int(section.memorySize))
    case .handOff:
      throw PredictionFailure(
        "the firmware \(firmware.name) has its TD_HOB measured, which tells the guest's memory: "
          + "MRTD does not follow from the firmware alone")
    case .bootVolume, .configurationVolume, nil:
      guard UInt64(section.rawSize) == section.memorySize else {
        throw PredictionFailure(
          "the firmware \(firmware.name) has a measured TDVF section of \(section.rawSize) bytes "
            + "of data for \(section.memorySize) bytes of memory: QEMU fills it from what stands "
            + "behind in the file, the design guide with zeros")
      }
      let start = firmware.bytes.startIndex + Int(section.dataOffset)
      return firmware.bytes[start..<start + Int(section.rawSize)]
    }
  }
}
