package import LodgeModel

extension Contract {
  /// The modules of the set load into the kernel of the set.
  package static let modulesFit = Contract(
    id: "kernel.modules-fit", catalogue: "C12",
    claim: "The kernel and its modules for confidential guests are of one build",
    from: [.kernel], to: [.kernel],
    basis: "Linux kernel/module/version.c: same_magic and check_version; vermagic, the symbols a "
      + "module gives and takes, and their checksums (MODVERSIONS) in its file",
    remedy: "take kernel image and modules, and modules built apart, from one build of one version",
    knownCase: "after a partial upgrade kvm-amd fails with \"disagrees about version of symbol\" "
      + "or \"Unknown symbol\", and the host has no /dev/kvm",
    reads: [.moduleInterfaces, .modules]
  ) { _, facts throws(MissingFact) in
    let interfaces = try facts.moduleInterfaces
    var findings: [Finding] = []
    let folder = interfaces.byName.keys.sorted().lazy.compactMap {
      interfaces.byName[$0]?.folder
    }.first
    if let image = interfaces.image, let folder { findings += image.findings(inFolder: folder) }
    if let modules = facts.ifKnown(\.modules) { findings += interfaces.lacking(beside: modules) }
    let kernel = interfaces.image?.release ?? folder
    for name in interfaces.byName.keys.sorted() {
      guard let module = interfaces.byName[name] else { continue }
      let misfits = interfaces.misfits(of: module, name)
      findings += misfits
      findings += module.findings(
        named: name, on: kernel, vermagic: interfaces.image?.vermagic, fits: misfits.isEmpty)
    }
    return .judged(findings)
  }
}

extension ModuleInterfaces.Image {
  /// A kernel looks for its modules in the folder of its own name.
  fileprivate func findings(inFolder folder: String) -> [Finding] {
    guard let release, release != folder else { return [] }
    return [
      Finding(
        .fail,
        "the kernel image calls itself \(release), so it does not look for modules in the "
          + "folder of \(folder)", where: source.at(),
        sides: [
          Finding.Side(who: "image", says: "is \(release)"),
          Finding.Side(who: "modules", says: "are in the folder of \(folder)"),
        ])
    ]
  }
}

extension ModuleInterfaces.Interface {
  /// The release that it was built for.
  var release: String { String(vermagic.prefix { $0 != " " }) }

  /// The name of the folder of modules that it is in; nil where the path tells none.
  fileprivate var folder: String? {
    let parts = source.file.split(separator: "/")
    guard let index = parts.firstIndex(of: "modules"), index + 1 < parts.endIndex else {
      return nil
    }
    return String(parts[index + 1])
  }

  /// What follows the release: how the kernel was configured.
  private var configuration: String { String(vermagic.drop { $0 != " " }.dropFirst()) }

  private var hasChecksums: Bool { vermagic.contains("modversions") }

  /// What its `vermagic` is refused for.
  fileprivate func findings(
    named name: String, on kernel: String?, vermagic image: String?, fits: Bool
  ) -> [Finding] {
    let place = source.at("vermagic")
    let wanted = image.map { String($0.drop { $0 != " " }.dropFirst()) }
    if let wanted, wanted != configuration {
      return [
        Finding(
          .fail,
          "\(name) is built for a kernel with \(configuration), and the kernel has "
            + "\(wanted): it refuses the module",
          where: place,
          sides: [
            Finding.Side(who: name, says: "is built for \(configuration)"),
            .init(.kernel, "has \(wanted)"),
          ])
      ]
    }
    guard let kernel, kernel != release else { return [] }
    let sides = [
      Finding.Side(who: name, says: "is built for \(release)"),
      Finding.Side(.kernel, "is \(kernel)"),
    ]
    guard hasChecksums else {
      return [
        Finding(
          .fail, "\(name) is built for \(release), and the kernel \(kernel) refuses it",
          where: place, sides: sides)
      ]
    }
    // With checksums the kernel does not look at the release.
    return fits
      ? [
        Finding(
          .info, "\(name) is built for \(release), and all it takes fits the kernel \(kernel)",
          where: place, sides: sides)
      ] : []
  }
}

extension ModuleInterfaces {
  /// Modules that others of the set are loaded behind, and which it does not have.
  fileprivate func lacking(beside modules: KernelModules) -> [Finding] {
    byName.keys.sorted().flatMap { name -> [Finding] in
      guard let module = byName[name] else { return [] }
      // What is built in has no file, and nobody depends on it.
      let missing = module.depends.sorted().filter {
        Self.known.contains($0) && byName[$0] == nil && modules.byName[$0] == nil
      }
      return missing.map { other in
        Finding(
          .fail, "\(name) is loaded behind \(other), which the set does not have",
          where: module.source.at("depends"),
          sides: [
            Finding.Side(who: name, says: "depends on \(other)"),
            Finding.Side(.kernel, "has no \(other)"),
          ])
      }
    }
  }

  /// The modules that evidence is read of.
  private static let known: Set = ["kvm", "kvm_amd", "kvm_intel", "ccp"]

  /// Symbols that a module takes and that are given otherwise or not at all, by who gives them.
  fileprivate func misfits(of module: Interface, _ name: String) -> [Finding] {
    var changed: [String: [String]] = [:]
    var missing: [String] = []
    // Another module may give what these and the kernel do not.
    let isClosed = image != nil && module.depends.allSatisfy { byName[$0] != nil }
    for symbol in module.imports.keys.sorted() {
      guard let (giver, given) = giver(of: symbol, to: module) else {
        if isClosed { missing.append(symbol) }
        continue
      }
      if let taken = module.imports[symbol] ?? nil, let given, taken != given {
        changed[giver, default: []].append(symbol)
      }
    }
    let place = module.source.at
    var findings = changed.keys.sorted().map { giver in
      let symbols = changed[giver] ?? []
      let other = giver == "kernel" ? "the kernel" : giver
      return Finding(
        .fail,
        "\(name) was built against another build of \(other): \(symbols.few) "
          + "\(symbols.count == 1 ? "has" : "have") another checksum",
        where: place(symbols[0]),
        sides: [
          Finding.Side(
            who: name, says: "takes \(symbols[0]) with \(taken(symbols[0], by: module))"),
          Finding.Side(who: giver, says: "gives it with \(given(symbols[0], to: module))"),
        ])
    }
    if !missing.isEmpty {
      findings.append(
        Finding(
          .fail, "\(name) takes \(missing.few), which neither the kernel nor a module gives",
          where: place(missing[0]),
          sides: [
            Finding.Side(who: name, says: "takes \(missing.few)"),
            Finding.Side(.kernel, "does not give \(missing.count == 1 ? "it" : "them")"),
          ]))
    }
    return findings
  }

  /// Who gives a symbol to a module, with its checksum: what it depends on, then the kernel.
  private func giver(
    of symbol: String, to module: Interface
  ) -> (name: String, checksum: UInt32?)? {
    for name in module.depends.sorted() {
      if let checksum = byName[name]?.exports[symbol] { return (name, checksum) }
    }
    return image?.exports[symbol].map { ("kernel", $0) }
  }

  private func taken(_ symbol: String, by module: Interface) -> String {
    (module.imports[symbol] ?? nil).map(\.hexadecimal) ?? "no checksum"
  }

  private func given(_ symbol: String, to module: Interface) -> String {
    (giver(of: symbol, to: module)?.checksum).map(\.hexadecimal) ?? "no checksum"
  }
}
