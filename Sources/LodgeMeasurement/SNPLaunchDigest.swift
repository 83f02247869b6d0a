import Crypto
package import Foundation
import LodgeModel

/// The launch digest of an SEV-SNP guest while it is being launched.
///
/// Each page makes a new digest of the one before: the firmware hashes a PAGE_INFO that holds the
/// old digest, what it takes of the page's contents, the page's type and its address.
///
/// **Source:** AMD SEV Secure Nested Paging Firmware ABI 56860, chapter 8, SNP_LAUNCH_UPDATE,
/// table "Layout of the PAGE_INFO structure".
package struct SNPLaunchDigest: Sendable {
  /// What a page is to the firmware.
  package enum PageType: UInt8, CaseIterable, Codable, Sendable {
    /// Its contents are measured.
    case normal = 1
    /// The registers of a vCPU; its contents are measured.
    case saveArea = 2
    case zero = 3
    case unmeasured = 4
    case secrets = 5
    case cpuid = 6

    /// The name in capitals, as the specification writes it.
    package var title: String { self == .saveArea ? "VMSA" : "\(self)".uppercased() }

    /// Whether the contents of such a page enter the digest.
    package var isMeasured: Bool { self == .normal || self == .saveArea }
  }

  private static let pageSize = Int(Page.size)
  /// Where the firmware takes every save area to be: all bits of a page number that it keeps.
  ///
  /// **Source:** Linux arch/x86/kvm/svm/sev.c, `INITIAL_VMSA_GPA`.
  static let saveAreaAddress: UInt64 = 0xffff_ffff_f000

  private static let digestSize = 48
  private static let infoSize = 0x70
  private static let nothing = [UInt8](repeating: 0, count: digestSize)

  /// PAGE_INFO, which begins with the digest so far.
  private var info: [UInt8]
  /// The save area that was added last.
  private var last: (page: Data, digest: SHA384Digest)?

  /// The digest of a guest that was given nothing yet.
  package init() {
    info = [UInt8](repeating: 0, count: Self.infoSize)
    info[96] = UInt8(Self.infoSize)
  }

  /// The digest of all that was added.
  package var value: LaunchMeasurement {
    LaunchMeasurement(.sha384, Array(info[..<Self.digestSize]))
  }

  /// Takes pages whose contents are measured, the first of them at an address.
  ///
  /// `contents` are whole pages.
  package mutating func add(_ contents: Data, at address: UInt64) {
    var address = address
    for digest in PageDigests(of: contents).all {
      extend(.normal, with: digest, at: address)
      address &+= UInt64(Self.pageSize)
    }
  }

  /// Takes the save area of one vCPU: one page.
  package mutating func add(saveArea page: Data) {
    // All vCPUs but the first begin alike.
    if last?.page != page { last = (page, SHA384.hash(data: page)) }
    guard let last else { return }
    extend(.saveArea, with: last.digest, at: Self.saveAreaAddress)
  }

  /// Takes pages of which only type and address are measured; `size` in bytes.
  package mutating func add(_ type: PageType, size: UInt64, at address: UInt64) {
    for offset in stride(from: 0, to: size, by: Self.pageSize) {
      extend(type, with: Self.nothing, at: address &+ offset)
    }
  }

  private mutating func extend(
    _ type: PageType, with contents: some Sequence<UInt8>, at address: UInt64
  ) {
    var index = Self.digestSize
    for byte in contents {
      info[index] = byte
      index += 1
    }
    info[98] = type.rawValue
    for byte in 0..<8 { info[104 + byte] = UInt8(truncatingIfNeeded: address >> (8 * byte)) }
    index = 0
    for byte in SHA384.hash(data: info) {
      info[index] = byte
      index += 1
    }
  }
}
