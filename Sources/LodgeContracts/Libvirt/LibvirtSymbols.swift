package import LodgeModel

extension Contract {
  /// What is linked with libvirt's library runs with the next build of it.
  package static let libvirtSymbols = Contract(
    id: "libvirt.symbols", catalogue: "C15",
    claim: "libvirt's library has each public symbol of the build before, under the same node",
    from: [.libvirt], to: [.libvirt],
    basis: "libvirt src/libvirt_public.syms and libvirt_qemu.syms, LIBVIRT_x.y.z: the dynamic "
      + "linker binds a client to symbol and version node, and refuses it where one is missing",
    remedy: "build the library with all public symbols, or rebuild every client with it",
    knownCase: "\"libvirt.so.0: version `LIBVIRT_4.1.0' not found\", "
      + "dmacvicar/terraform-provider-libvirt#488; virDomainSetLaunchSecurityState is "
      + "LIBVIRT_8.0.0",
    comparing: [.libvirt]
  ) { _, now, before throws(MissingFact) in
    let (now, before) = (try now.libvirt, try before.libvirt)
    let changed = before.symbols.keys.sorted().compactMap { symbol -> Finding? in
      guard let node = before.symbols[symbol], now.symbols[symbol] != node else { return nil }
      let own = now.symbols[symbol]
      return Finding(
        .fail,
        "\(symbol) \(own.map { "is under \($0) now, and was under" } ?? "is gone, which was under") "
          + "\(node): clients that use it do not start",
        where: now.source.at(symbol), sides: [.before(node), .now(own ?? "none")])
    }
    let added = now.symbols.keys.filter { before.symbols[$0] == nil }.sorted()
    return .judged(changed + (now.note(on: added).map { [$0] } ?? []))
  }
}

extension LibvirtBuild {
  /// What clients may use that the build before did not have.
  fileprivate func note(on added: [String]) -> Finding? {
    guard let first = added.first else { return nil }
    let more = added.count > 1 ? " and \(added.count - 1) more public symbols" : ""
    return Finding(
      .info, "\(first)\(more) came with libvirt \(version)", where: source.at(first),
      sides: [.before("none"), .now(added.listed())])
  }
}
