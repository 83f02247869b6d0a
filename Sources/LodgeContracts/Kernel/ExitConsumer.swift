package import LodgeModel

extension Contract {
  /// What the kernel offers for confidential guests, QEMU makes use of.
  package static let exitConsumer = Contract(
    id: "kernel.exit-consumer", catalogue: "R09",
    claim: "QEMU uses each command, exit and attribute that the kernel has for confidential guests",
    from: [.qemu], to: [.kernel],
    basis: "Linux arch/x86/include/uapi/asm/kvm.h and include/uapi/linux/kvm.h against objects, "
      + "properties and texts of QEMU (target/i386/sev.c, target/i386/kvm/tdx.c)",
    remedy: "take a QEMU that uses it, or tell users that this ability of the kernel is out of "
      + "reach",
    knownCase: "the exit for SNP certificates, KVM_EXIT_SNP_REQ_CERTS, is in Linux 7.0, and no "
      + "QEMU up to 11.1 has code for it, so guests get reports without certificates",
    protecting: DomainType.confidential, reads: [.uapi, .qom, .texts, .kconfig]
  ) { type, facts throws(MissingFact) in
    let (headers, qom, texts) = (try facts.uapi, try facts.qom, try facts.texts)
    let consumers = KernelConsumer.all.filter { $0.type == type }.compactMap { consumer in
      let names = consumer.names.filter { headers.constants[$0] != nil }
      return names.isEmpty
        ? nil : KernelConsumer(names: names, type: type, proof: consumer.proof)
    }
    let unknown = KernelConsumer.unknown(in: headers, for: type)
    guard !consumers.isEmpty || !unknown.isEmpty else {
      return .notApplicable("the kernel's headers have nothing for \(type.title) guests alone")
    }
    let offer = qom.testimony(on: type)
    guard offer.isOffer else {
      // Headers have what the source has, whatever was built of it.
      if let built = facts.ifKnown(\.kconfig)?.testimony(on: type), !built.isOffer {
        return .notApplicable("the kernel \(built.words), and QEMU \(offer.words)")
      }
      return .judged([.unreachable(consumers.flatMap(\.names), type, headers, qom, offer.words)])
    }
    let findings = consumers.compactMap { $0.finding(headers, qom, texts) }
    return .judged(findings + (unknown.isEmpty ? [] : [.unknown(unknown, headers)]))
  }
}

extension KernelConsumer {
  /// What is wrong where QEMU shows no sign of using the names; nil where it does, or may.
  fileprivate func finding(_ headers: UAPIHeaders, _ qom: QOMTypes, _ texts: LayerTexts)
    -> Finding?
  {
    switch proof {
    case .object: return nil
    case .nobody(let purpose):
      return Finding(
        .info, "released QEMU never used \(names.listed()), which is for \(purpose)",
        where: headers.place(of: names[0]))
    case .property(let property, let text):
      let object = QOMTypes.guestObject(for: type) ?? ""
      guard qom.properties[object]?[property] == nil,
        texts.has(text, in: .qemu) == false
      else { return nil }
      return .unreachable(names, type, headers, qom, "has no \(object).\(property)")
    case .text(let id):
      guard texts.has(id, in: .qemu) == false else { return nil }
      return .unreachable(names, type, headers, qom, "has no text of code that uses it")
    }
  }
}

extension Finding {
  fileprivate static func unreachable(
    _ names: [String], _ type: DomainType, _ headers: UAPIHeaders, _ qom: QOMTypes, _ lack: String
  ) -> Self {
    let subject = names.count > 3 ? "\(names.count) names such as \(names[0])" : names.listed()
    return Self(
      .warn,
      "the kernel's feature is out of reach: it has \(subject) for \(type.title), "
        + "but QEMU \(lack)",
      where: headers.place(of: names.first ?? "linux/kvm.h"),
      sides: [
        .init(.kernel, "has \(subject)"), .init(who: Member.qemu.title, says: lack),
      ])
  }

  fileprivate static func unknown(_ names: [String], _ headers: UAPIHeaders) -> Self {
    Self(
      .info, "the kernel has \(names.listed()), of which it is not known whether QEMU uses it",
      where: headers.place(of: names[0]))
  }
}
