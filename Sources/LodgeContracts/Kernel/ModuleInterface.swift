package import LodgeModel

extension Contract {
  /// Modules that were built against the kernel before still load.
  package static let moduleInterface = Contract(
    id: "kernel.module-interface", catalogue: "R69",
    claim: "kvm and ccp give other modules what they gave on the build before",
    from: [.kernel], to: [.kernel],
    basis: "Linux include/linux/export.h and MODVERSIONS: modules built apart, as vendors' "
      + "kvm-amd or test modules are, take symbols of kvm and ccp by name and checksum",
    remedy: "rebuild the modules that were built apart for the kernel before",
    knownCase: "stable updates of Debian keep a kernel's release only while checksums stay; where "
      + "they change, modules of the release before are \"disagreeing about version of symbol\"",
    comparing: [.moduleInterfaces]
  ) { _, now, before throws(MissingFact) in
    let changes = ModuleChanges(try now.moduleInterfaces, before: try before.moduleInterfaces)
    return .judged(changes.findings)
  }
}

/// How what modules give others changed between two builds.
private struct ModuleChanges {
  private let now: ModuleInterfaces
  private let before: ModuleInterfaces

  init(_ now: ModuleInterfaces, before: ModuleInterfaces) {
    (self.now, self.before) = (now, before)
  }

  /// One for each module and kind within a series; one in all between series.
  var findings: [Finding] {
    let names = before.byName.keys.filter { now.byName[$0] != nil }.sorted()
    guard let series = now.series, let old = before.series, series != old else {
      return names.flatMap { [finding(onRemoved: $0), finding(onChanged: $0)] }.compactMap(\.self)
    }
    let (gone, changed) = (names.flatMap(removed), names.flatMap(changed))
    guard !(gone + changed).isEmpty, let place = now.byName[names[0]]?.source.at() else {
      return []
    }
    return [
      Finding(
        .info,
        "the kernel went from \(old) to \(series): "
          + gone.count.told("symbol that its modules gave is", "symbols that its modules gave are")
          + " gone and \(changed.count.told("has", "have")) another checksum, so that modules built"
          + " apart are built anew", where: place,
        sides: [.before("Linux \(old)"), .now("Linux \(series)")])
    ]
  }

  private func removed(_ name: String) -> [String] {
    let symbols = before.byName[name]?.exports.keys.sorted() ?? []
    return symbols.filter { now.byName[name]?.exports[$0] == nil }
  }

  /// Symbols with a checksum on both sides that differs.
  private func changed(_ name: String) -> [String] {
    let symbols = before.byName[name]?.exports.keys.sorted() ?? []
    return symbols.filter { symbol in
      guard let old = checksum(symbol, of: before.byName[name]),
        let new = checksum(symbol, of: now.byName[name])
      else { return false }
      return old != new
    }
  }

  private func checksum(_ symbol: String, of module: ModuleInterfaces.Interface?) -> UInt32? {
    (module?.exports[symbol] ?? nil) ?? nil
  }

  private func finding(onRemoved name: String) -> Finding? {
    let symbols = removed(name)
    guard let first = symbols.first, let module = now.byName[name] else { return nil }
    return Finding(
      .warn, "\(name) no longer gives \(symbols.few)", where: module.source.at(first),
      sides: [.before("gives \(symbols.few)"), .now("does not")])
  }

  private func finding(onChanged name: String) -> Finding? {
    let symbols = changed(name)
    guard let first = symbols.first, let module = now.byName[name],
      let old = checksum(first, of: before.byName[name]), let new = checksum(first, of: module)
    else { return nil }
    return Finding(
      .warn,
      "\(symbols.few) of \(name) \(symbols.count == 1 ? "has" : "have") another checksum "
        + "than on the build before",
      where: module.source.at(first),
      sides: [
        .before("\(first) has \(old.hexadecimal)"),
        .now("\(first) has \(new.hexadecimal)"),
      ])
  }
}

extension ModuleInterfaces {
  /// The first two numbers of the release, such as 6.12; nil where no module names one.
  fileprivate var series: String? {
    let release = image?.release ?? byName.values.map(\.release).min()
    let numbers = release?.split(separator: ".").prefix(2)
    return numbers?.count == 2 ? numbers?.joined(separator: ".") : nil
  }
}
