import LodgeMeasurement
import LodgeModel

/// A prediction as it is printed.
struct PredictionText: Encodable {
  /// A file that entered.
  struct File: Encodable {
    var file: String
    var sha256: Digest
  }

  /// What decided the measurement.
  struct Inputs: Encodable {
    var firmware: File
    var vcpus: Int?
    /// Nil where a signature was given.
    var cpu: String?
    var vcpuSignature: String?
    var guestFeatures: String?
    var kernel: File?
    var initrd: File?
    var cmdline: String?
  }

  /// Another value that the guest can have.
  struct Alternative: Encodable {
    var measurement: String
    var reason: String
    var source: String
  }

  var type: DomainType
  /// Lower-case hexadecimal.
  var measurement: String
  var algorithm: LaunchMeasurement.Algorithm
  var inputs: Inputs
  var alternatives: [Alternative]
  var notes: [String]

  init(
    _ prediction: Prediction, of guest: LaunchInputs.Guest, model: String?, inputs: Inputs,
    notes: [String]
  ) {
    type = guest.type
    measurement = "\(prediction.measurement)"
    algorithm = prediction.measurement.algorithm
    alternatives = prediction.alternatives.map {
      Alternative(measurement: "\($0.measurement)", reason: $0.reason, source: $0.source)
    }
    self.inputs = inputs
    self.inputs.cpu = model
    self.notes = notes + prediction.notes
    switch guest {
    case .sev, .tdx: break
    case .sevES(let processors, _, let features), .sevSNP(let processors, let features):
      self.inputs.vcpus = processors.count
      self.inputs.vcpuSignature = "0x" + String(processors.signature, radix: 16)
      self.inputs.guestFeatures = "0x" + String(features, radix: 16)
    }
  }

  /// The prediction for people.
  var text: String {
    var lines = [
      measurement, "  \(type.title) \(type.measureName), \(algorithm.rawValue), predicted",
      "  firmware  \(inputs.firmware.file)  \(inputs.firmware.sha256)",
    ]
    if let vcpus = inputs.vcpus, let signature = inputs.vcpuSignature {
      let model = inputs.cpu.map { "\($0) (\(signature))" } ?? "signature \(signature)"
      lines.append("  vCPUs     \(vcpus) of \(model), SEV features \(inputs.guestFeatures ?? "")")
    }
    if let kernel = inputs.kernel { lines.append("  kernel    \(kernel.file)  \(kernel.sha256)") }
    if let initrd = inputs.initrd { lines.append("  initrd    \(initrd.file)  \(initrd.sha256)") }
    if let cmdline = inputs.cmdline { lines.append("  cmdline   \(cmdline)") }
    for other in alternatives {
      lines += ["or \(other.measurement)", "  \(other.reason)", "  (\(other.source))"]
    }
    return (lines + notes.map { "note: \($0)" }).joined(separator: "\n")
  }
}

extension DomainType {
  /// What the measurement of a launch is called.
  var measureName: String { self == .tdx ? "MRTD" : "launch digest" }
}
