package import LodgeModel

extension Contract {
  /// What is linked with libvirt's library runs with the next build of it.
  package static let libvirtSymbols = Contract(
    id: "libvirt.symbols", catalogue: "C15",
    claim: "libvirt's library has each public symbol of the build before, under the same node and, "
      + "where debug information tells, with the same types",
    from: [.libvirt], to: [.libvirt],
    basis: "libvirt src/libvirt_public.syms and libvirt_qemu.syms, LIBVIRT_x.y.z: the dynamic "
      + "linker binds a client to symbol and version node, and refuses it where one is missing; "
      + "types by abidw of libabigail",
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
    let types =
      if let own = now.interface, let old = before.interface {
        own.changes(since: old, in: now.source)
      } else { [Finding]() }
    return .judged(changed + types + (now.note(on: added).map { [$0] } ?? []))
  }
}

extension LibraryInterface {
  /// What clients that were compiled for another build hand over or read otherwise.
  fileprivate func changes(since before: Self, in source: Source) -> [Finding] {
    let functions = before.functions.sorted { $0.key < $1.key }.compactMap { name, old in
      self.functions[name].flatMap { own in
        own == old ? nil : change(of: name, from: old, to: own, in: source)
      }
    }
    let structures = before.structures.sorted { $0.key < $1.key }.flatMap { tag, old in
      self.structures[tag].map { $0.changes(since: old, of: tag, in: source) } ?? []
    }
    let numbers = before.enumerations.sorted { $0.key < $1.key }.flatMap { tag, old in
      let own = enumerations[tag] ?? old
      // The last one counts the others, and is no number that is sent.
      return old.sorted { $0.key < $1.key }.compactMap { name, number -> Finding? in
        guard own[name] != number, !name.hasSuffix("_LAST") else { return nil }
        return change(
          of: name, from: "\(number)", to: own[name].map(String.init) ?? "none", in: source)
      }
    }
    return functions + structures + numbers
  }
}

extension LibraryInterface.Structure {
  fileprivate func changes(since before: Self, of tag: String, in source: Source) -> [Finding] {
    let moved = before.members.sorted { $0.key < $1.key }.compactMap { name, old in
      members[name] == old
        ? nil
        : change(of: "\(tag).\(name)", from: old, to: members[name] ?? "none", in: source)
    }
    guard size != before.size, moved.isEmpty else { return moved }
    return [
      change(of: tag, from: "\(before.size) bytes", to: "\(size) bytes", in: source)
    ]
  }
}

private func change(
  of name: String, from old: String, to own: String, in source: Source
) -> Finding {
  Finding(
    .fail, "\(name) is \(own) now, and was \(old): clients that were compiled before break",
    where: source.at(name), sides: [.before(old), .now(own)])
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
