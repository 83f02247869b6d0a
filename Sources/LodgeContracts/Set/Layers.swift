import LodgeModel

extension Facts {
  /// Whether each layer of a set knows a domain type that one of them promises.
  ///
  /// - Throws: `MissingFact` where it is not known who promises the type, or what a layer has.
  func judgeLayers(of type: DomainType) throws(MissingFact) -> Contract.Verdict {
    let promises = try self.promises(of: type)
    guard !promises.isEmpty else { return .notPromised(type) }
    let layers: [(member: Member, testimony: Testimony)] = [
      (.kernel, try self.uapi.testimony(onInterfaceOf: type)),
      (.qemu, try self.qom.testimony(on: type, by: "QEMU ")),
      (.libvirt, try self.launchSecurity.testimony(on: type, by: "libvirt ")),
      (.firmware, try self.firmware.testimony(on: type)),
    ]
    return .judged(
      layers.filter { !$0.testimony.isOffer }.map { member, layer in
        Finding(
          .fail, "\(layer.words), while \(promises.listed())", where: layer.place,
          sides: [.init(member, layer.words)] + sides(promising: type))
      })
  }
}

extension UAPIHeaders {
  /// Whether the kernel's source knows a type; whether it was built is another contract's question.
  fileprivate func testimony(onInterfaceOf type: DomainType) -> Testimony {
    let interface = type == .tdx ? Interface.tdxCommands : .snpCommands
    let place = place(of: interface.numbers[0].name, from: interface.header)
    return interface.isKnown(to: self)
      ? .shows("the kernel's headers have the \(interface.name)", at: place)
      : .denies("the kernel's headers have no \(interface.name)", at: place)
  }
}
