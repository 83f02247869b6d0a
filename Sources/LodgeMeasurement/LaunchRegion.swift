package import Foundation
import LodgeModel

/// A piece of memory, or the registers of vCPUs, as a launch gives it to the TEE.
package struct LaunchRegion: Equatable, Sendable {
  /// How the TEE takes it.
  package enum Kind: Equatable, Sendable {
    /// KVM_SEV_LAUNCH_UPDATE_DATA.
    case data
    /// The registers of vCPUs, one page each: KVM_SEV_LAUNCH_UPDATE_VMSA, or what
    /// KVM_SEV_SNP_LAUNCH_FINISH does first.
    case saveAreas
    /// KVM_SEV_SNP_LAUNCH_UPDATE; save areas are none of these.
    case snp(SNPLaunchDigest.PageType)
    /// KVM_TDX_INIT_MEM_REGION, with KVM_TDX_MEASURE_MEMORY_REGION or without.
    case trustDomain(isExtended: Bool)

    /// Whether the contents enter the measurement.
    package var isMeasured: Bool {
      switch self {
      case .data, .saveAreas: true
      case .snp(let type): type.isMeasured
      case .trustDomain(let isExtended): isExtended
      }
    }

    /// As people and stored measurements name it.
    package var title: String {
      switch self {
      case .data: "data"
      case .saveAreas: "VMSA"
      case .snp(let type): type.title
      case .trustDomain(true): "PAGE.ADD + MR.EXTEND"
      case .trustDomain(false): "PAGE.ADD"
      }
    }
  }

  package var kind: Kind
  /// Where the guest has it; nil for save areas, and for SEV data, whose address is not measured.
  package var address: UInt64?
  /// Bytes.
  package var size: UInt64
  /// What is measured of it; empty where only its type and address are.
  package var contents: Data

  /// A region whose contents are measured.
  package init(_ kind: Kind, at address: UInt64? = nil, contents: Data) {
    (self.kind, self.address) = (kind, address)
    (self.size, self.contents) = (UInt64(contents.count), contents)
  }

  /// A region of which only type and address are measured.
  package init(_ kind: Kind, at address: UInt64, size: UInt64) {
    (self.kind, self.address, self.size, self.contents) = (kind, address, size, Data())
  }
}
