import Foundation
import LodgeHost
import LodgeMeasurement
import LodgeModel
import LodgeTesting
import Testing

/// What no measurement may come of.
struct BadFirmwareTests {
  private func inputs(
    _ type: DomainType, _ image: Data, hasKernel: Bool = false, vcpus: Int = 2
  ) -> LaunchInputs {
    let processors = LaunchInputs.Processors(count: vcpus, signature: 0x80_0f12)
    let guest: LaunchInputs.Guest =
      switch type {
      case .plain, .sev: .sev
      case .sevES: .sevES(processors, .legacy, features: 0)
      case .sevSNP: .sevSNP(processors, features: 1)
      case .tdx: .tdx
      }
    let hashes = KernelHashes(kernel: Digest(of: Data()), initrd: nil, commandLine: nil)
    return LaunchInputs(
      guest, firmware: LaunchFirmware(image, name: "f.fd"), hashes: hasKernel ? hashes : nil)
  }

  @Test("an image without a flaw is measured", arguments: DomainType.confidential)
  func whole(type: DomainType) throws {
    for hasKernel in [false, true] {
      _ = try Prediction(of: inputs(type, HandmadeFirmware().data, hasKernel: hasKernel))
    }
  }

  @Test("so is one with something before it", arguments: [DomainType.sev, .sevES, .sevSNP])
  func prefixed(type: DomainType) throws {
    let image = Data(repeating: 7, count: 8192) + HandmadeFirmware().data
    _ = try Prediction(of: inputs(type, image))
  }

  @Test("a flaw in the image is named", arguments: BadFirmware.all)
  func flaw(_ bad: BadFirmware) {
    #expect(throws: PredictionFailure(bad.message)) {
      try Prediction(of: inputs(bad.type, bad.image, hasKernel: bad.hasKernel))
    }
  }

  @Test(
    "so is the loss of the front of a real one",
    .enabled(if: !RealImages.all.isEmpty, RealImages.missing), arguments: [1, 5, 100])
  func cutReal(pages: Int) {
    for image in RealImages.all.values {
      let rest = image.bytes.dropFirst(pages * 4096)
      #expect(
        throws: PredictionFailure(
          "the firmware f.fd ends with a firmware volume and begins with none: its front is cut "
            + "off"), "\(image.name)"
      ) { try Prediction(of: inputs(.sev, rest)) }
    }
  }

  @Test("a number of vCPUs that no guest has is named", arguments: [-1, 0, 4097, .max])
  func vcpus(count: Int) {
    for type in [DomainType.sevES, .sevSNP] {
      #expect(
        throws: PredictionFailure("a guest has 1 to 4096 vCPUs, and \(count) are asked for")
      ) {
        try Prediction(of: inputs(type, HandmadeFirmware().data, vcpus: count))
      }
    }
  }

  @Test(
    "a CPU model without a known signature is named, with those that have one",
    arguments: [("EPYC-Milan-v9", "; did you mean EPYC-Milan-v1?"), ("", ";"), ("host", ";")])
  func model(name: String, nearest: String) throws {
    let failure = try #require(
      #expect(throws: PredictionFailure.self) { try ProcessorModel.named(name) })
    #expect(
      failure.description
        == "there is no vCPU type \(name) whose signature is known\(nearest) known are "
        + ProcessorModel.all.map(\.name).joined(separator: ", ")
        + "; give the signature of another one as a hexadecimal number")
  }
}
