import LodgeModel

/// A CPU model of QEMU, as far as a measurement knows it: by the signature that a reset leaves in
/// RDX.
package struct ProcessorModel: Equatable, Sendable {
  /// As `-cpu` takes it.
  package let name: String
  /// What CPUID leaf 1 has in EAX.
  package let signature: UInt32

  /// The models of AMD and Hygon processors, and QEMU's own, in the order in which QEMU has them.
  ///
  /// **Source:** QEMU target/i386/cpu.c, `builtin_x86_defs`, as `query-cpu-model-expansion` of 7.2,
  /// 10.0 and 11.1 gives family, model and stepping.
  package static let all: [ProcessorModel] = families.flatMap { family in
    family.names.map { ProcessorModel(name: $0, signature: family.signature) }
  }

  /// The model of a name.
  ///
  /// - Throws: ``PredictionFailure`` that names the known ones.
  package static func named(_ name: String) throws(PredictionFailure) -> ProcessorModel {
    if let model = all.first(where: { $0.name == name }) { return model }
    let near = nearest(to: name, among: all.map(\.name)).map { "; did you mean \($0)?" } ?? ";"
    throw PredictionFailure(
      "there is no vCPU type \(name) whose signature is known\(near) known are "
        + all.map(\.name).joined(separator: ", ")
        + "; give the signature of another one as a hexadecimal number")
  }

  private struct Family: Sendable {
    let name: String
    /// The newest version; versions are counted from 1.
    let versions: Int
    var aliases: [String] = []
    let signature: UInt32

    var names: [String] { [name] + (1...versions).map { "\(name)-v\($0)" } + aliases }
  }

  private static let families: [Family] = [
    Family(name: "EPYC", versions: 5, aliases: ["EPYC-IBPB"], signature: 0x80_0f12),
    Family(name: "EPYC-Rome", versions: 5, signature: 0x83_0f10),
    Family(name: "EPYC-Milan", versions: 4, signature: 0xa0_0f11),
    Family(name: "EPYC-Genoa", versions: 3, signature: 0xa1_0f10),
    Family(name: "EPYC-Turin", versions: 2, signature: 0xb0_0f00),
    Family(name: "Dhyana", versions: 2, signature: 0x90_0f01),
    Family(name: "Opteron_G1", versions: 1, signature: 0xf61),
    Family(name: "Opteron_G2", versions: 1, signature: 0xf61),
    Family(name: "Opteron_G3", versions: 1, signature: 0x10_0f23),
    Family(name: "Opteron_G4", versions: 1, signature: 0x60_0f12),
    Family(name: "Opteron_G5", versions: 1, signature: 0x60_0f20),
    Family(name: "phenom", versions: 1, signature: 0x10_0f23),
    Family(name: "athlon", versions: 1, signature: 0x623),
    Family(name: "qemu64", versions: 1, signature: 0x6_0fb1),
    Family(name: "qemu32", versions: 1, signature: 0x663),
    Family(name: "kvm64", versions: 1, signature: 0xf61),
    Family(name: "kvm32", versions: 1, signature: 0xf61),
  ]
}
