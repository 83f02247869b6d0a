import Foundation

/// The files of a recorded kernel, by the paths that distributions give them.
struct RecordedKernel {
  static let release = "6.12.117+deb13-amd64"

  let image: Data
  let configuration: Data
  /// `kvm-amd.ko`, of which parameters and a few types are left.
  let kvmAMD: Data
  /// `ccp.ko`, packed by xz.
  let ccp: Data

  init() throws {
    image = try RecordedFile("kernel/vmlinuz-6.12.117_x86_64+cut").data
    configuration = try RecordedFile("kernel/config-6.12.117_x86_64+cut").data
    kvmAMD = try RecordedFile("kernel/kvm-amd-6.12.117_x86_64+cut.ko").data
    ccp = try RecordedFile("kernel/ccp-6.12.117_x86_64.ko.xz").data
  }

  /// The tree of Debian up to 6.x.
  var files: [String: Data] {
    [
      "boot/vmlinuz-\(Self.release)": image,
      "boot/config-\(Self.release)": configuration,
      Self.module("kernel/arch/x86/kvm/kvm-amd.ko"): kvmAMD,
      Self.module("kernel/drivers/crypto/ccp/ccp.ko.xz"): ccp,
    ]
  }

  /// The tree of Debian from 7.x, where everything is in the folder of modules.
  var mergedFiles: [String: Data] {
    [Self.module("vmlinuz"): image, Self.module("config"): configuration]
  }

  /// A path in the folder of modules.
  static func module(_ file: String) -> String { "usr/lib/modules/\(release)/\(file)" }
}
