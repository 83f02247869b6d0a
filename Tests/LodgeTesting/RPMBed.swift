import Foundation

/// The repositories that Scripts/rpm-bed made of two real sets, in the folder LODGE_TEST_RPM_BED.
package struct RPMBed: Sendable {
  package let path: String
  private let index: Index

  private struct Index: Decodable {
    struct Key: Decodable { var file: String, fingerprint: String }
    var keys: [String: Key]
    var odd: [String: String]
    /// Absent where the archive had no source of the older set's QEMU.
    var sources: [String]?
    /// By generation, build and package: epoch, version and release.
    var members: [String: [String: [String: String]]]
  }

  /// The bed; nil where the environment names none.
  package static let shared: RPMBed? = ProcessInfo.processInfo.environment["LODGE_TEST_RPM_BED"]
    .flatMap { try? RPMBed(at: $0) }

  /// Why a test that needs it is skipped.
  package static let missing = "LODGE_TEST_RPM_BED names no bed of packages; Scripts/test makes one"

  private init(at path: String) throws {
    self.path = path
    index = try JSONDecoder().decode(
      Index.self, from: try Data(contentsOf: URL(filePath: "\(path)/bed.json")))
  }

  /// What a SIG asks for, by CentOS's names.
  package static let members = [
    "kernel-core", "kernel-modules-core", "kernel-headers", "qemu-kvm-core",
    "libvirt-daemon-driver-qemu", "libvirt-daemon", "libvirt-client", "edk2-ovmf",
  ]

  /// Version and release of a SIG's build, such as `kernel` of `newer`, without an epoch.
  package func release(_ build: String, of generation: String) -> String {
    let version = index.members[generation]?[build]?.values.first ?? ""
    return version.split(separator: ":").last.map(String.init) ?? ""
  }

  /// The folder of a repository, such as `newer/sig`.
  package func repository(_ name: String) -> String { "\(path)/\(name)" }

  /// The armored public key of a name: `sig`, `other` or `expired`.
  package func key(_ name: String) -> String { "\(path)/\(index.keys[name]?.file ?? "")" }

  /// The last 16 digits of a key's fingerprint.
  package func keyID(_ name: String) -> String {
    String((index.keys[name]?.fingerprint ?? "").suffix(16)).lowercased()
  }

  /// The source package of the older set's QEMU; nil where its archive has it no longer.
  package var source: String? { index.sources?.first.map { "\(path)/\($0)" } }

  /// The file of an odd package, such as `hard-links`.
  package func odd(_ name: String) -> String { "\(path)/\(index.odd[name] ?? "")" }
}
