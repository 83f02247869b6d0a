import Foundation
import LodgeMeasurement
import LodgeModel
import LodgeScenarios

extension LaunchInputs {
  /// The inputs of a launch, as QEMU's command line names them.
  ///
  /// `hostSignature` is what `-cpu host` has in CPUID leaf 1.
  ///
  /// - Throws: ``LodgeMeasurement/PredictionFailure`` where the command line does not tell them all,
  ///   and what keeps a file from being read.
  init(
    _ arguments: LaunchArguments, hostSignature: UInt32?, files: KeptFiles
  ) throws {
    guard let path = arguments.firmware else {
      throw PredictionFailure("the command line names no firmware whose bytes QEMU measures")
    }
    let firmware = LaunchFirmware(try files.file(inside: path).bytes, name: path)
    let guest: Guest
    switch arguments.type {
    case .plain: throw PredictionFailure("a plain guest is not measured")
    case .sev: guest = .sev
    case .tdx: guest = .tdx
    case .sevES:
      let isLegacy = arguments.properties["legacy-vm-type"] != "off"
      guest = .sevES(
        try arguments.processors(hostSignature), isLegacy ? .legacy : .init2,
        features: arguments.features)
    case .sevSNP:
      guest = .sevSNP(try arguments.processors(hostSignature), features: 1 | arguments.features)
    }
    var hashes: KernelHashes?
    if arguments.isOn("kernel-hashes"), let kernel = arguments.kernel {
      hashes = KernelHashes(
        kernel: try files.file(inside: kernel).digest,
        initrd: try arguments.initrd.map { try files.file(inside: $0).digest },
        commandLine: arguments.commandLine)
    }
    self.init(guest, firmware: firmware, hashes: hashes)
  }
}

extension LaunchArguments {
  /// What a launch was asked for, beside what the calls tell.
  var attributes: [String: String] {
    var attributes: [String: String] = [:]
    if let firmware { attributes["firmware"] = firmware }
    if kernel != nil { attributes["kernel-hashes"] = isOn("kernel-hashes") ? "on" : "off" }
    if type == .sevSNP || (type == .sevES && features != 0) {
      attributes["sev_features"] =
        "0x" + String(features | (type == .sevSNP ? 1 : 0), radix: 16)
    }
    return attributes
  }

  /// SEV_FEATURES that the guest object asks for.
  ///
  /// **Source:** AMD64 Architecture Programmer's Manual volume 2, table B-4, SEV_FEATURES; QEMU
  /// qapi/qom.json, `SevCommonProperties`.
  fileprivate var features: UInt64 {
    (isOn("debug-swap") ? 1 << 5 : 0) | (isOn("secure-tsc") ? 1 << 9 : 0)
  }

  fileprivate func processors(
    _ hostSignature: UInt32?
  ) throws(PredictionFailure) -> LaunchInputs.Processors {
    guard !hasOwnSignature else {
      throw PredictionFailure("family, model or stepping of the vCPUs are set by hand")
    }
    if ["host", "max"].contains(model) {
      guard let hostSignature else { throw PredictionFailure("the host's processor is not known") }
      return LaunchInputs.Processors(count: processors, signature: hostSignature)
    }
    return LaunchInputs.Processors(
      count: processors, signature: try ProcessorModel.named(model).signature)
  }
}
