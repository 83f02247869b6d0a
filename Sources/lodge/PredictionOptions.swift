import ArgumentParser
import Foundation
import LodgeHost
import LodgeMeasurement
import LodgeModel

/// The inputs of a launch that is not done.
struct PredictionOptions: ParsableArguments {
  @Flag(help: "Compute from the inputs alone; nothing is launched.")
  var predict = false

  @Option(
    help: ArgumentHelp("sev, sev-es, sev-snp or tdx.", valueName: "type"),
    transform: Self.measuredType)
  var type: DomainType?

  @Option(help: ArgumentHelp("The firmware image.", valueName: "file"))
  var firmware: String?

  @Option(
    help: ArgumentHelp("How many vCPUs; several as in 1,2,8-16.", valueName: "n"),
    transform: Self.counts)
  var vcpus: [Int] = [1]

  @Option(
    help: ArgumentHelp(
      "QEMU's CPU model; once for each, or 'all' for all that are known.", valueName: "model"))
  var cpu: [String] = []

  @Option(
    help: ArgumentHelp("CPUID leaf 1, EAX, in place of a CPU model.", valueName: "hex"),
    transform: { try Self.hexadecimal($0, "a vCPU signature", as: UInt32.self) })
  var vcpuSignature: UInt32?

  @Option(
    help: ArgumentHelp(
      "SEV_FEATURES of the vCPUs (1 for sev-snp, 0 for sev-es).", valueName: "hex"),
    transform: { try Self.hexadecimal($0, "SEV features", as: UInt64.self) })
  var guestFeatures: UInt64?

  @Option(help: ArgumentHelp("A kernel that is booted directly.", valueName: "file"))
  var kernel: String?

  @Option(help: ArgumentHelp("Its initrd.", valueName: "file"))
  var initrd: String?

  @Option(help: ArgumentHelp("Its command line.", valueName: "text"))
  var cmdline: String?

  func validate() throws {
    guard predict else {
      let given = [
        type.map { _ in "--type" }, firmware.map { _ in "--firmware" },
        vcpus == [1] ? nil : "--vcpus", cpu.isEmpty ? nil : "--cpu",
        vcpuSignature.map { _ in "--vcpu-signature" },
        guestFeatures.map { _ in "--guest-features" }, kernel.map { _ in "--kernel" },
        initrd.map { _ in "--initrd" }, cmdline.map { _ in "--cmdline" },
      ].compactMap(\.self)
      guard let first = given.first else { return }
      throw ValidationError("\(first) is an input of a prediction; add --predict")
    }
    guard type != nil, firmware != nil else {
      throw ValidationError("a prediction wants --type TYPE and --firmware FILE")
    }
    if kernel == nil, initrd != nil || cmdline != nil {
      throw ValidationError("--initrd and --cmdline belong to a --kernel")
    }
    // Swift makes U+FFFD of the bytes of an argument that are no UTF-8.
    if cmdline?.unicodeScalars.contains("\u{fffd}") == true {
      throw ValidationError("--cmdline is no UTF-8: the measurement would be that of another text")
    }
    if !cpu.isEmpty, vcpuSignature != nil {
      throw ValidationError("name a CPU model or a signature, not both")
    }
    if type == .sevES || type == .sevSNP, cpu.isEmpty, vcpuSignature == nil {
      throw ValidationError(
        "the vCPU type enters the measurement of \(type?.rawValue ?? ""): name it with --cpu MODEL "
          + "or --vcpu-signature HEX")
    }
  }

  /// Predicts the guest, or each of several that differ in their vCPUs.
  ///
  /// - Throws: ``InputFailure`` and `PredictionFailure`.
  func predictions() throws -> [PredictionText] {
    guard let type, let path = firmware else { return [] }
    let file = InputFile(path: path, role: "the firmware")
    let bytes = try file.contents(limit: LaunchFirmware.sizeLimit)
    let image = LaunchFirmware(bytes, name: path)
    let direct = try kernel.map { try directBoot($0) }
    let hashes = direct?.hashes
    var notes: [String] = []
    if type != .tdx, hashes != nil, image.verifiesKernelHashes == false {
      notes.append(
        "\(path) takes kernel hashes and holds no code that compares them (R36): the measurement "
          + "covers the hashes, and the guest boots any kernel")
    }
    if type == .sev || type == .tdx,
      !cpu.isEmpty || vcpuSignature != nil || guestFeatures != nil || vcpus != [1]
    {
      notes.append("vCPUs do not enter the measurement of a guest of the type \(type.title)")
    }
    let inputs = PredictionText.Inputs(
      firmware: .init(file: path, sha256: Digest(of: bytes)),
      kernel: direct?.kernel, initrd: direct?.initrd, cmdline: kernel.map { _ in cmdline ?? "" })
    let guests = try guests(type)
    guard let first = guests.first else { return [] }
    let predictor = try Predictor(LaunchInputs(first.0, firmware: image, hashes: hashes))
    return try guests.map { guest, model in
      PredictionText(
        try predictor.prediction(of: guest), of: guest, model: model, inputs: inputs, notes: notes)
    }
  }

  private func guests(_ type: DomainType) throws -> [(LaunchInputs.Guest, model: String?)] {
    let models: [(signature: UInt32, name: String?)] =
      if let vcpuSignature { [(vcpuSignature, nil)] } else {
        try (cpu == ["all"] ? ProcessorModel.all : cpu.map(ProcessorModel.named)).map {
          ($0.signature, $0.name)
        }
      }
    switch type {
    case .sev: return [(.sev, nil)]
    case .tdx: return [(.tdx, nil)]
    default: break
    }
    return models.flatMap { model in
      vcpus.map { count in
        let processors = LaunchInputs.Processors(count: count, signature: model.signature)
        let guest: LaunchInputs.Guest =
          type == .sevSNP
          ? .sevSNP(processors, features: guestFeatures ?? 1)
          : .sevES(processors, .legacy, features: guestFeatures ?? 0)
        return (guest, model.name)
      }
    }
  }

  private func directBoot(
    _ kernel: String
  ) throws -> (
    hashes: KernelHashes, kernel: PredictionText.File, initrd: PredictionText.File?
  ) {
    let kernelDigest = try InputFile(path: kernel, role: "the kernel").digest()
    let initrdFile = try initrd.map {
      PredictionText.File(
        file: $0, sha256: try InputFile(path: $0, role: "the initrd").digest())
    }
    let hashes = KernelHashes(
      kernel: kernelDigest, initrd: initrdFile?.sha256, commandLine: cmdline)
    return (hashes, PredictionText.File(file: kernel, sha256: kernelDigest), initrdFile)
  }

  private static func measuredType(_ text: String) throws -> DomainType {
    guard let type = DomainType(rawValue: text), type != .plain else {
      let known = DomainType.confidential.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("there is no measured type \(text); there are \(known)")
    }
    return type
  }

  private static func hexadecimal<Number: FixedWidthInteger>(
    _ text: String, _ role: String, as type: Number.Type
  ) throws -> Number {
    let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text[...]
    guard digits.allSatisfy(\.isHexDigit), let number = Number(digits, radix: 16) else {
      throw ValidationError(
        "\(role) is a hexadecimal number of at most \(Number.bitWidth) bits, and \(text) is not")
    }
    return number
  }

  private static func counts(_ text: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).flatMap { part in
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
        1 <= first, first <= last, last <= LaunchInputs.processorLimit
      else {
        throw ValidationError(
          "vCPUs are counted from 1 to \(LaunchInputs.processorLimit), as in 4 or 1,2,8-16; "
            + "\(text) is none of these")
      }
      return Array(first...last)
    }
  }
}
