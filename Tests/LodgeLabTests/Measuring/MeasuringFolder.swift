import Foundation
import LodgeHost
import LodgeMeasurement
import LodgeModel
import LodgeScenarios
import LodgeTesting
import Testing

@testable import LodgeLab

/// A lab's folder with what the platform model would keep of launches, and a root with a firmware.
struct MeasuringFolder {
  private let folder: TemporaryFolder
  private let lab: LabFolder

  /// The path of the firmware, as QEMU sees it.
  static let firmware = "/usr/share/ovmf/OVMF.fd"

  init() throws {
    folder = try TemporaryFolder()
    lab = try LabFolder("\(folder.path)/lab")
    try put(HandmadeFirmware.image, at: Self.firmware)
  }

  /// The files of lab and root, of which nothing was read yet.
  var files: KeptFiles { KeptFiles(root: "\(folder.path)/root", lab) }

  /// Writes a file of the root, or of those that a lab lays beside it.
  func put(_ bytes: Data, at path: String) throws {
    let laid = LabFolder.filesInside + "/"
    let place = path.hasPrefix(laid) ? "lab/files/\(path.dropFirst(laid.count))" : "root\(path)"
    try folder.write(bytes, to: place)
  }

  /// Keeps what was measured under its digest, or under another one, and gives that.
  @discardableResult
  func keep(_ bytes: Data, as digest: String? = nil) throws -> String {
    let name = digest ?? Digest(of: bytes).hex
    try folder.write(bytes, to: "lab/measured/\(name)")
    return name
  }

  /// The calls of a launch as the platform model writes them, with their contents kept.
  func calls(of launch: Launch, on machine: String = "vm1") throws -> [String] {
    let head = "\(machine) KVM_MEMORY_ENCRYPT_OP"
    let digest = try #require(launch.measurement)
    switch launch.type {
    case .plain: return []
    case .sev, .sevES:
      let isES = launch.type == .sevES
      var lines = [
        "\(head) \(isES ? "KVM_SEV_ES_INIT" : "KVM_SEV_INIT") = 0",
        "\(head) KVM_SEV_LAUNCH_START policy=\(isES ? "0x5" : "0x1") dh_len=0x0 = 0",
      ]
      for region in launch.regions {
        let call = try call(region)
        lines.append("\(head) \(call) = 0")
      }
      let measure = measure(digest, policy: isES ? 5 : 1)
      return lines + ["\(head) \(measure) = 0"]
    case .sevSNP:
      var lines = [
        "\(head) KVM_SEV_INIT2 vmsa_features=0x0 flags=0x0 = 0",
        "\(head) KVM_SEV_SNP_LAUNCH_START policy=0x30000 flags=0x0 gosvw=00 = 0",
      ]
      for region in launch.regions {
        let call = try call(region, of: .sevSNP)
        let answer = region.kind == .saveAreas ? " digest=\(digest)" : ""
        lines.append("\(head) \(call)\(answer) = 0")
      }
      return lines
    case .tdx:
      var lines = ["\(head) KVM_TDX_INIT_VM attributes=0x10000000 xfam=0x207 mrowner=00 = 0"]
      for region in launch.regions {
        let call = try call(region)
        lines.append("\(machine).0 KVM_MEMORY_ENCRYPT_OP \(call) = 0")
      }
      return lines + ["\(head) KVM_TDX_FINALIZE_VM mrtd=\(digest) = 0"]
    }
  }

  /// The call that gives a region to the TEE.
  private func call(_ region: LaunchRegion, of type: DomainType = .sev) throws -> String {
    let size = region.size.hexadecimal
    let place = region.address ?? 0
    switch region.kind {
    case .data:
      let kept = try keep(region.contents)
      return "KVM_SEV_LAUNCH_UPDATE_DATA uaddr=ptr:0x7f0000000000 len=\(size) sha256=\(kept)"
    case .saveAreas:
      let kept = try keep(region.contents)
      return type == .sevSNP
        ? "KVM_SEV_SNP_LAUNCH_FINISH id_block_en=0x0 host_data=00 vmsas=\(kept)"
        : "KVM_SEV_LAUNCH_UPDATE_VMSA vmsas=\(kept)"
    case .snp(let type):
      let kept = try type.isMeasured ? " sha256=\(keep(region.contents))" : ""
      let number = (place / Page.size).hexadecimal
      return "KVM_SEV_SNP_LAUNCH_UPDATE gfn_start=\(number) uaddr=ptr:0x7f0000000000 len=\(size) "
        + "type=0x\(type.rawValue) flags=0x0\(kept)"
    case .trustDomain(let isExtended):
      let kept = try isExtended ? " sha256=\(keep(region.contents))" : ""
      let count = (region.size / Page.size).hexadecimal
      return "KVM_TDX_INIT_MEM_REGION flags=\(isExtended ? "0x1" : "0x0") "
        + "gpa=\(place.hexadecimal) nr_pages=\(count) source_addr=ptr:0x7f0000000000\(kept)"
    }
  }

  /// LAUNCH_MEASURE with its answer under a key of zeros.
  private func measure(_ digest: LaunchMeasurement, policy: UInt32) -> String {
    let answer = SEVLaunchMeasure(
      of: digest, policy: policy,
      version: SEVLaunchMeasure.Version(major: 1, minor: 55, build: 21),
      nonce: [UInt8](0..<16), key: [UInt8](repeating: 0, count: 16))
    func digits(_ bytes: [UInt8]) -> String {
      bytes.map { String(format: "%02x", $0) }.joined()
    }
    return "KVM_SEV_LAUNCH_MEASURE len=0x30 digest=\(digest) measure=\(digits(answer.code)) "
      + "nonce=\(digits(answer.nonce)) api=1.55.21"
  }
}

extension Transcript {
  /// Reads calls that were written by hand, without their numbers.
  init(calls: [String]) throws {
    let heading = "# lodge transcript 1 qemu-system-x86_64 guest=guest pid=2"
    let lines = calls.enumerated().map { "\($0 + 1) \($1)" }
    try self.init(parsing: ([heading] + lines).joined(separator: "\n"))
  }
}
