package import LodgeModel

extension Contract {
  /// libvirt knows the words of firmware descriptors that lead it to an image.
  package static let descriptorWords = Contract(
    id: "libvirt.descriptor-words", catalogue: "R33",
    claim: "libvirt knows each device and mode in the descriptors that claim a confidential type, "
      + "and the feature that claims it",
    from: [.firmware], to: [.libvirt],
    basis: "QEMU docs/interop/firmware.json (FirmwareDevice, FirmwareFlashMode, FirmwareFeature); "
      + "libvirt src/qemu/qemu_firmware.c drops a file with another device or mode, passes over "
      + "another feature, and logs both for debugging only",
    remedy: "write a descriptor with words that this libvirt knows, or ship a libvirt that knows "
      + "these",
    knownCase: "device igvm is in QEMU's schema since 10.1, but no libvirt up to 12.8 knows it, so "
      + "a descriptor of an IGVM image does not count",
    protecting: DomainType.confidential, reads: [.descriptors, .texts, .launchSecurity]
  ) { type, facts throws(MissingFact) in
    let claims = try facts.descriptors.claiming(type)
    guard !claims.isEmpty else { return .notClaimed(type) }
    let texts = try facts.texts
    // One that does not take the type at all has no word for it, which others judge.
    let isTaken = facts.ifKnown(\.launchSecurity)?.allows(type) != false
    var dropped: [(descriptor: FirmwareDescriptor, word: Word)] = []
    for descriptor in claims {
      for word in descriptor.words(claiming: isTaken ? type : nil) {
        guard let isKnown = texts.has(LayerTexts.descriptorWord(word.text), in: .libvirt) else {
          throw MissingFact(
            name: .texts, reason: "libvirt's driver was not searched for \(word.text)",
            isUnreadable: false)
        }
        guard !isKnown else { continue }
        dropped.append((descriptor, word))
        break
      }
    }
    // Where libvirt can read another one, guests still start.
    let grade: Finding.Grade = dropped.count == claims.count ? .fail : .warn
    return .judged(
      dropped.map { descriptor, word in
        Finding(
          grade,
          "\(descriptor.name) claims \(type.title) with \(word.key) \(word.text), which libvirt "
            + "does not know, so it \(word.isClaim ? "passes over the claim" : "drops the file") "
            + "silently",
          where: descriptor.source.at(word.isClaim ? "features" : "mapping.\(word.key)"),
          sides: [
            Finding.Side(who: descriptor.name, says: "\(word.key) \(word.text)"),
            .init(.libvirt, "has no \(word.text) in \(texts.place(of: .libvirtDriver))"),
          ])
      })
  }

  /// A value of a descriptor that is one of a fixed list.
  fileprivate struct Word {
    var key: String
    var text: String
    var isClaim = false
  }
}

extension FirmwareDescriptor {
  /// The words that libvirt looks up in its tables.
  fileprivate func words(claiming type: DomainType?) -> [Contract.Word] {
    [Contract.Word(key: "device", text: device)]
      + (mode.map { [Contract.Word(key: "mode", text: $0)] } ?? [])
      + (type.flatMap(Self.feature(for:)).map {
        [Contract.Word(key: "feature", text: $0, isClaim: true)]
      } ?? [])
  }
}
