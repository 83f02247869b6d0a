import LodgeBindings
import LodgeModel

/// A module of the kernel in which texts are looked for, of the host or of the guest.
enum SearchedModule: CaseIterable {
  case kvm, kvmAMD, kvmIntel, ccp, sevGuest, tdxGuest

  /// What the catalogue of texts calls it.
  var program: Message.Program {
    switch self {
    case .kvm: .kvm
    case .kvmAMD: .kvmAMD
    case .kvmIntel: .kvmIntel
    case .ccp: .ccp
    case .sevGuest: .sevGuest
    case .tdxGuest: .tdxGuest
    }
  }

  /// The file below the folder of modules, without what its compression adds.
  var path: String {
    switch self {
    case .kvm: ConfidentialModule.kvm.file
    case .kvmAMD: ConfidentialModule.kvmAMD.file
    case .kvmIntel: ConfidentialModule.kvmIntel.file
    case .ccp: ConfidentialModule.ccp.file
    case .sevGuest: "kernel/drivers/virt/coco/sev-guest/sev-guest.ko"
    case .tdxGuest: "kernel/drivers/virt/coco/tdx-guest/tdx-guest.ko"
    }
  }

  /// The module, unpacked; nil where it is built in or not there at all.
  ///
  /// - Throws: `RootFailure` or ``FileFailure`` for one that cannot be read.
  func found(in root: Root) async throws -> KernelModuleFile? {
    switch self {
    case .kvm: try await root.unpacked(.kvm)
    case .kvmAMD: try await root.unpacked(.kvmAMD)
    case .kvmIntel: try await root.unpacked(.kvmIntel)
    case .ccp: try await root.unpacked(.ccp)
    case .sevGuest, .tdxGuest: try KernelModuleFile(at: path, in: root)
    }
  }
}
