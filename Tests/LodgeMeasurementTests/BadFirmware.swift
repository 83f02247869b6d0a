import Foundation
import LodgeModel
import LodgeTesting
import Testing

/// An image of which no measurement may come, and what is said of it.
struct BadFirmware: Sendable, CustomTestStringConvertible {
  /// What is wrong, and for which type.
  let testDescription: String
  let type: DomainType
  let image: Data
  /// Whether a kernel is booted directly, with its hashes.
  let hasKernel: Bool
  /// The whole message about a file `f.fd`.
  let message: String

  /// All of them.
  static let all: [BadFirmware] =
    cutOff + withoutMetadata + withoutRoomForHashes + sevSections + sevMetadata + tdvfSections
    + tdvfMetadata

  init(
    _ flaw: String, _ type: DomainType, _ image: Data, hasKernel: Bool = false, message: String
  ) {
    testDescription = "\(flaw), \(type.title)"
    (self.type, self.image, self.hasKernel, self.message) = (type, image, hasKernel, message)
  }

  /// An image that QEMU, KVM or the TEE would refuse for reasons that stand in it.
  init(
    _ flaw: String, _ type: DomainType, cannotStart reason: String,
    _ change: (inout HandmadeFirmware) -> Void
  ) {
    self.init(
      flaw, type, Self.image(change),
      message: "the firmware f.fd cannot start a guest of the type \(type.title): it \(reason)")
  }

  static func image(_ change: (inout HandmadeFirmware) -> Void) -> Data {
    var firmware = HandmadeFirmware()
    change(&firmware)
    return firmware.data
  }

  static let sevTypes: [DomainType] = [.sev, .sevES, .sevSNP]

  private static let cutOff: [BadFirmware] = {
    let whole = HandmadeFirmware().data
    let page = Int(Page.size)
    let inPages = DomainType.confidential.flatMap { type in
      [("no bytes", 0), ("one byte", 1), ("cut off in its last page", whole.count - 1)].map {
        BadFirmware(
          $0, type, whole.prefix($1),
          message: "the firmware f.fd has \($1) bytes, no whole number of pages of 4096: it is "
            + "cut off, or no firmware")
      }
    }
    let withoutEnd = [
      ("zeros", Data(count: whole.count)), ("its last page cut off", whole.dropLast(page)),
      ("its second half cut off", whole.prefix(whole.count / 2)),
    ].flatMap { flaw, image in
      [
        (DomainType.sev, "has no table of GUIDed structures"),
        (.sevES, "has no SEV-ES reset block"),
        (.sevSNP, "has no SEV metadata; it has no SEV-ES reset block"),
        (.tdx, "has no TDVF metadata"),
      ].map { type, reason in
        BadFirmware(
          flaw, type, image,
          message: "the firmware f.fd cannot start a guest of the type \(type.title): it \(reason)")
      }
    }
    let withoutFront = [1, 3].flatMap { pages in
      sevTypes.map {
        BadFirmware(
          "\(pages) pages cut off its front", $0, whole.dropFirst(pages * page),
          message: "the firmware f.fd ends with a firmware volume and begins with none: its front "
            + "is cut off")
      }
    }
    let misplaced = BadFirmware(
      "a page cut off its front", .tdx, whole.dropFirst(page),
      message: "the firmware f.fd cannot start a guest of the type TDX: it has a TDVF section of "
        + "type 0 that reaches beyond the file; it is loaded at 0xffff1000, but TDVF places it at "
        + "0xffff0000")
    return inPages + withoutEnd + withoutFront + [misplaced]
  }()

  private static let withoutMetadata = [
    BadFirmware("no SEV metadata", .sevSNP, cannotStart: "has no SEV metadata") { $0.sev = nil },
    BadFirmware("no TDVF metadata", .tdx, cannotStart: "has no TDVF metadata") { $0.tdvf = nil },
    BadFirmware("no reset block", .sevES, cannotStart: "has no SEV-ES reset block") {
      $0.resetBlock = nil
    },
    BadFirmware("no reset block", .sevSNP, cannotStart: "has no SEV-ES reset block") {
      $0.resetBlock = nil
    },
    BadFirmware("a reset block of zero", .sevES, cannotStart: "has no SEV-ES reset block") {
      $0.resetBlock = 0
    },
  ]
}
