package import LodgeModel

extension Contract {
  /// Saved and migrating guests of the build before can go on.
  package static let migrationFormat = Contract(
    id: "qemu.migration-format", catalogue: "C14",
    claim: "QEMU has the machines of the build before, and reads the device state that it wrote",
    from: [.qemu], to: [.libvirt],
    basis: "QEMU query-machines and -dump-vmstate of both builds, compared as "
      + "scripts/vmstate-static-checker.py does; migration/vmstate.c refuses other versions",
    remedy:
      "keep the QEMU that has the machine, or move guests to a current one before the upgrade",
    knownCase: "QEMU 11.1 dropped pc-q35-5.1 and older, so that stored domains do not start; the "
      + "state of vga went from version 2 to 1 on the way from 10.0 to 11.1",
    comparing: [.machines, .vmstate, .qom]
  ) { _, now, before throws(MissingFact) in
    let machines = try now.machines.findings(after: try before.machines)
    do throws(MissingFact) {
      let comparison = VMStateComparison(
        now: try now.vmstate, before: try before.vmstate,
        plugged: Set(before.ifKnown(\.qom)?.devices.keys.map { $0 } ?? []))
      return .judged(machines + comparison.findings)
    } catch {
      let place = try now.machines.source.at("-dump-vmstate")
      return .judged(
        machines + [Finding(.info, "device state was not compared: \(error)", where: place)])
    }
  }
}

extension MachineTypes {
  /// Machines that went, that will go, and that came.
  fileprivate func findings(after before: Self) -> [Finding] {
    let own = Dictionary(machines.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let gone = before.machines.map(\.name).filter { own[$0] == nil }
    let deprecated = before.machines.filter { old in
      !old.isDeprecated && own[old.name]?.isDeprecated == true
    }.map(\.name)
    let older = Set(before.machines.map(\.name))
    let added = machines.map(\.name).filter { !older.contains($0) }
    return [
      finding(.fail, gone, "is gone", "are gone", before: "has", now: "has no"),
      finding(
        .warn, deprecated, "is deprecated now", "are deprecated now", before: "keeps",
        now: "deprecates"),
      finding(.info, added, "is new", "are new", before: "has no", now: "has"),
    ].compactMap(\.self)
  }

  /// One finding for all machines of which the same is true.
  private func finding(
    _ grade: Finding.Grade, _ names: [String], _ one: String, _ many: String, before: String,
    now: String
  ) -> Finding? {
    guard let first = names.first else { return nil }
    let shown = names.prefix(6).map(\.self).listed()
    let more = names.count > 6 ? ", and \(names.count - 6) more," : ""
    return Finding(
      grade, "machine \(shown)\(more) \(names.count == 1 ? one : many)", where: source.at(first),
      sides: [.before("\(before) \(first)"), .now("\(now) \(first)")])
  }
}
