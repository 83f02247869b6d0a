package import LodgeModel

extension Contract {
  /// QEMU can be asked what it is.
  package static let qemuStarts = Contract(
    id: "qemu.starts", catalogue: "R78",
    claim: "QEMU starts without a machine and answers the questions with which libvirt looks at it",
    from: [.qemu], to: [.libvirt],
    basis: "libvirt src/qemu/qemu_capabilities.c, virQEMUCapsInitQMP: it runs each emulator with "
      + "-machine none and believes nothing of one that ends",
    remedy: "take QEMU with the libraries and modules that it was built with",
    knownCase: "QEMU ends with \"error while loading shared libraries\" or \"Only modules from the "
      + "same build can be loaded\" after a partial upgrade, and libvirt then says \"Failed to "
      + "probe capabilities\"",
    reads: [.start]
  ) { _, facts throws(MissingFact) in
    let start = try facts.start
    guard let refusal = start.refusal else { return .kept }
    return .judged([
      Finding(
        .fail, "QEMU does not start: it \(refusal)", where: start.source.at(),
        sides: [.init(.qemu, refusal), .init(.libvirt, "asks it before any guest is there")])
    ])
  }
}
