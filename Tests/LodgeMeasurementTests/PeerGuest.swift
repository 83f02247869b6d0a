import Foundation
import LodgeHost
import LodgeMeasurement
import LodgeModel
import LodgeTesting

/// A guest as the peers are told of it: all that decides its measurement, the files by their paths.
struct PeerGuest: Encodable, Sendable {
  var type: DomainType
  var firmware: String
  var vcpus = 1
  /// Nil where the signature alone is given.
  var model: String?
  var signature: UInt32 = 0
  var features: UInt64 = 0
  var kernel: String?
  var initrd: String?
  /// Nil where none is given, which is another thing than an empty one and has the same hash.
  var cmdline: String?

  /// The same guest for Lodge, from an image that was read before.
  func inputs(
    _ image: LaunchFirmware, _ initialisation: LaunchInputs.Initialisation = .legacy
  ) throws -> LaunchInputs {
    let processors = LaunchInputs.Processors(count: vcpus, signature: signature)
    let guest: LaunchInputs.Guest =
      switch type {
      case .plain, .sev: .sev
      case .sevES: .sevES(processors, initialisation, features: features)
      case .sevSNP: .sevSNP(processors, features: features)
      case .tdx: .tdx
      }
    let hashes = try kernel.map { kernel in
      KernelHashes(
        kernel: try Digest(ofFile: kernel), initrd: try initrd.map { try Digest(ofFile: $0) },
        commandLine: cmdline)
    }
    return LaunchInputs(guest, firmware: image, hashes: hashes)
  }
}

extension PeerGuest {
  /// Draws the vCPUs of a guest, and what it boots.
  static func drawn(
    _ type: DomainType, of firmware: String, booting files: [String],
    using random: inout SplitMix
  ) -> PeerGuest {
    var guest = PeerGuest(type: type, firmware: firmware)
    guest.vcpus = Int.random(in: 1...64, using: &random)
    if Bool.random(using: &random), let model = ProcessorModel.all.randomElement(using: &random) {
      (guest.model, guest.signature) = (model.name, model.signature)
    } else {
      let signatures = [0, UInt32.random(in: 1..<UInt32.max, using: &random), .max]
      guest.signature = signatures.randomElement(using: &random) ?? 0
    }
    let features = [0, 1, 0x21, 1 << 63, UInt64.random(in: .min ... .max, using: &random), .max]
    guest.features = features.randomElement(using: &random) ?? 0
    if Bool.random(using: &random), let kernel = files.randomElement(using: &random) {
      guest.kernel = kernel
      guest.initrd = Bool.random(using: &random) ? files.randomElement(using: &random) : nil
      guest.cmdline = commandLines.randomElement(using: &random) ?? nil
    }
    return guest
  }

  private static let commandLines: [String?] = [
    nil, "", " ", "console=ttyS0 root=/dev/vda1 ro quiet", "init=\"/bin/sh -c 'a\\b'\"",
    "tab\tline\nend", "Grüße π≠3 日本語 🐧 e\u{301} \u{e9}", "\u{1}\u{7f}",
    String(repeating: "x=1 ", count: 1024),
  ]
}

extension Prediction {
  /// The measurement and then what else it can be, as peers give them.
  var values: [String] { [measurement.description] + alternatives.map(\.measurement.description) }
}
