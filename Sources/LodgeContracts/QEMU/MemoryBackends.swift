package import LodgeModel

extension Contract {
  /// Guests with private memory get it from each backend that libvirt uses.
  package static let memoryBackends = Contract(
    id: "qemu.memory-backends", catalogue: "R47",
    claim: "QEMU has each memory backend of libvirt, with the settings that libvirt makes",
    from: [.qemu], to: [.libvirt],
    basis:
      "libvirt src/qemu/qemu_command.c, qemuBuildMemoryBackendProps; QEMU backends/hostmem*.c: "
      + "ram, memfd and file take guest_memfd since 9.1, shm since 10.2 (75e2cb1441)",
    remedy: "take a QEMU built with the backend, or leave memoryBacking out of the domain",
    knownCase: "memory-backend-shm had no private memory before QEMU 10.2; huge pages and private "
      + "memory broke RamBlockAttributes until 8922a758b2 (10.2)",
    protecting: [.sevSNP, .tdx], reads: [.qom, .libvirtKeys, .qemu]
  ) { type, facts throws(MissingFact) in
    let qom = try facts.qom
    let qemu = qom.testimony(on: type, by: "QEMU ")
    guard qemu.isOffer else { return .notApplicable(qemu.words) }
    let driver = try facts.libvirtKeys
    let missing = MemoryBackend.ofLibvirt.filter { !qom.names.contains($0.name) }.map { backend in
      Finding(
        .fail, "QEMU has no \(backend.name), which libvirt uses for \(backend.use)",
        where: qom.source.at(backend.name),
        sides: [
          .init(.qemu, "has no \(backend.name)"), .init(.libvirt, "uses it for \(backend.use)"),
        ])
    }
    let refused = MemoryBackend.ofLibvirt.flatMap { backend -> [Finding] in
      guard let properties = qom.properties[backend.name] else { return [] }
      let sent = backend.keys.filter { driver.letters[$0] != nil }
      return sent.filter { properties[$0] == nil }.map { key in
        Finding(
          .fail, "libvirt sets \(key) of \(backend.name), which QEMU does not have",
          where: qom.source.at("\(backend.name).\(key)"),
          sides: [.init(.libvirt, "sets \(key)"), .init(.qemu, "has no \(backend.name).\(key)")])
      }
    }
    return .judged(missing + refused + (facts.sharedMemoryNote(qom).map { [$0] } ?? []))
  }.launching("sev-snp/memory", "tdx/memory")
}

extension Facts {
  /// What a user who asks QEMU for shared memory by himself should know.
  fileprivate func sharedMemoryNote(_ qom: QOMTypes) -> Finding? {
    let name = "memory-backend-shm"
    guard qom.names.contains(name), let version = ifKnown(\.qemu)?.version,
      let number = UpstreamVersion(version), number < UpstreamVersion(10, 2)
    else { return nil }
    return Finding(
      .info, "\(name) of QEMU \(version) gives no private memory; libvirt does not use it",
      where: qom.source.at(name))
  }
}

/// A backend that libvirt gives to domains.
private struct MemoryBackend {
  var name: String
  /// What in a domain's XML asks for it.
  var use: String
  /// The settings that no capability of QEMU guards in libvirt.
  var keys: [String]

  static let ofLibvirt = [
    Self(name: "memory-backend-ram", use: "anonymous memory", keys: common),
    Self(
      name: "memory-backend-memfd", use: "memfd memory", keys: common + ["hugetlb", "hugetlbsize"]),
    Self(name: "memory-backend-file", use: "files and huge pages", keys: common + ["mem-path"]),
  ]

  private static let common = [
    "size", "share", "host-nodes", "policy", "prealloc", "dump", "merge",
  ]
}
