import Foundation
import LodgeBindings
import LodgeModel

extension Collector {
  /// Finds programs and scripts beside libvirt and QEMU that start QEMU or change what is started.
  ///
  /// Scripts are looked into wherever programs stand, binaries only where their name tells that
  /// they start guests: reading all of them would take longer than everything else.
  package static let callers = Collector(\.callers) { root in
    var files = try QEMUCallers.folders.flatMap { try root.files(below: $0.path, depth: $0.depth) }
    files = Array(Set(files.compactMap { root.directory.resolve($0) })).sorted()
    guard !files.isEmpty else {
      return .absent("no package of this set has programs, hooks of libvirt or Kata Containers")
    }
    var callers: [QEMUCallers.Caller] = []
    for file in files {
      guard let found = try root.optionsOfQEMU(in: file), !found.options.isEmpty else { continue }
      callers.append(
        .init(source: root.source(file), options: found.options, isBinary: found.isBinary))
    }
    return .found(QEMUCallers(callers: callers))
  }
}

extension QEMUCallers {
  /// The texts by which a caller shows what it hands to QEMU.
  ///
  /// **Source:** kata-containers PR 9806 and AMDESE/AMDSEV 229 for `certs-path`; the QEMU trees of
  /// AMD (`init-flags`) and Intel (`memory-backend-memfd-private`, `quote-generation-service`) for
  /// what upstream never had; QEMU docs/about/deprecated.rst (11.1) for `memory-encryption=`.
  static let options = [
    "certs-path", "init-flags", "memory-backend-memfd-private", "quote-generation-service",
    "memory-encryption=", "confidential-guest-support=", "legacy-vm-type", "sev-snp-guest",
  ]

  /// Where callers stand, with how many levels of folders below are looked into.
  fileprivate static let folders: [(path: String, depth: Int)] = [
    ("etc/libvirt/hooks", 2), ("etc/kata-containers", 2), ("usr/share/kata-containers", 2),
    ("usr/share/defaults/kata-containers", 2), ("opt/kata", 4), ("usr/share/virt-manager", 3),
    ("usr/bin", 0), ("usr/sbin", 0), ("usr/local/bin", 0), ("usr/local/sbin", 0),
    ("usr/libexec", 2), ("etc/cloud-hypervisor", 1), ("usr/lib/virtme", 2),
  ]
}

extension Root {
  /// The texts of ``LodgeModel/QEMUCallers/options`` that a file holds; nil for one that is not
  /// looked into.
  fileprivate func optionsOfQEMU(
    in file: String
  ) throws -> (options: [String], isBinary: Bool)? {
    guard case .file(let size) = directory.kind(file), size > 0, size <= Self.callerLimit else {
      return nil
    }
    let name = file.split(separator: "/").last.map(String.init) ?? file
    guard !name.hasPrefix("qemu-system-"), name != "qemu-kvm" || size < Self.textLimit else {
      return nil
    }
    let startsGuests = name.contains("kata") || name.contains("virt-launcher")
    guard size <= Self.textLimit || startsGuests,
      let bytes = try directory.read(file, limit: Self.callerLimit)
    else { return nil }
    if bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) {
      return startsGuests ? (QEMUCallers.options.filter { bytes.hasText($0) }, true) : nil
    }
    guard QEMUCallers.options.contains(where: { bytes.hasText($0) }) else { return nil }
    // What is commented out is handed to nobody.
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { line in
      let start = line.drop(while: \.isWhitespace)
      return !start.hasPrefix("#") && !start.hasPrefix("//")
    }
    let text = Data(lines.joined(separator: "\n").utf8)
    return (QEMUCallers.options.filter { text.hasText($0) }, false)
  }

  /// Bytes; the runtime of Kata Containers takes some 60 MiB.
  private static let callerLimit = 192 << 20
}
