import Foundation
import LodgeMeasurement
import LodgeModel

extension Launch {
  /// What QEMU gives to the TEE of a guest of the handmade firmware, with two vCPUs.
  ///
  /// `firmware` are the bytes that are measured.
  static func made(
    _ type: DomainType, firmware: Data = HandmadeFirmware.image, areas: LaunchRegion? = nil
  ) -> Launch {
    let address = HandmadeFirmware.address
    let regions: [LaunchRegion] =
      switch type {
      case .plain: []
      case .sev: [LaunchRegion(.data, contents: firmware)]
      case .sevES: [LaunchRegion(.data, contents: firmware), areas ?? LaunchRegion.areas()]
      case .sevSNP:
        [
          LaunchRegion(.snp(.normal), at: address, contents: firmware),
          LaunchRegion(.snp(.zero), at: 0x80_0000, size: 0x2000),
          LaunchRegion(.snp(.secrets), at: 0x80_d000, size: 0x1000),
          LaunchRegion(.snp(.cpuid), at: 0x80_e000, size: 0x1000),
          LaunchRegion(.snp(.zero), at: 0x81_0000, size: 0x1000),
          areas ?? LaunchRegion.areas(features: 1, hasFloatingPoint: true),
        ]
      case .tdx:
        [
          LaunchRegion(.trustDomain(isExtended: true), at: address, contents: firmware),
          LaunchRegion(.trustDomain(isExtended: false), at: 0x80_9000, size: 0x2000),
          LaunchRegion(.trustDomain(isExtended: false), at: 0x81_0000, size: 0x1000),
        ]
      }
    return Launch(type: type, regions: regions)
  }
}

extension LaunchRegion {
  /// The save areas of two vCPUs of the type EPYC, by default as KVM_SEV_ES_INIT gives them.
  static func areas(features: UInt64 = 0, hasFloatingPoint: Bool = false) -> LaunchRegion {
    let pages = [SaveArea.Start.resetVector, HandmadeFirmware.resetBlock].map { address in
      SaveArea(
        SaveArea.Start(
          address: address, signature: 0x80_0f12, features: features,
          hasFloatingPoint: hasFloatingPoint)
      ).page
    }
    return LaunchRegion(.saveAreas, contents: Data(pages.joined()))
  }
}
