package import LodgeModel

extension Contract {
  /// QEMU has the processors on which SNP guests are measured.
  package static let cpuModels = Contract(
    id: "qemu.cpu-models", catalogue: "R51",
    claim: "QEMU has the EPYC models of each generation with SNP, and keeps what models mean",
    from: [.qemu], to: [.libvirt],
    basis: "QEMU target/i386/cpu.c and query-cpu-definitions; family, model and stepping of the "
      + "virtual CPU are in the save area, and so in the measurement of an SNP guest",
    remedy: "take a QEMU that has the models that domains name",
    knownCase: "virtee/sev 317: no EPYC-Turin in the tool, while QEMU had it; an alias that leads "
      + "to another version changes what is measured",
    protecting: [.sevSNP], reads: [.qom, .cpuModels]
  ) { type, facts throws(MissingFact) in
    let offer = try facts.qom.testimony(on: type, by: "QEMU ")
    guard offer.isOffer else { return .notApplicable(offer.words) }
    return .judged(try facts.cpuModels.findings)
  }.comparing([.qom, .cpuModels]) { type, now, before throws(MissingFact) in
    guard let type else { return .kept }
    let offer = try before.qom.testimony(on: type, by: "before, QEMU ")
    guard offer.isOffer else { return .notApplicable(offer.words) }
    return .judged(try now.cpuModels.findings(after: try before.cpuModels))
  }.launching("sev-snp/cpu-model")
}

extension CPUModels {
  /// The generations of EPYC that start SNP guests, and are in every QEMU that does.
  ///
  /// **Source:** AMD SEV-SNP is in Zen 3 (Milan) and later; QEMU 6.0 and 8.1.
  private static let generations = ["EPYC-Milan", "EPYC-Genoa"]
  /// The newest one: QEMU 10.1.
  private static let newest = "EPYC-Turin"

  /// Models that are not there, lead nowhere or will be gone.
  fileprivate var findings: [Finding] {
    let byName = byName
    let missing = Self.generations.filter { byName[$0] == nil }.map { name in
      Finding(
        .fail, "QEMU starts SNP guests, but has no processor \(name)", where: source.at(name),
        sides: [.init(.qemu, "has no \(name)"), .init(.libvirt, "lets domains name it")])
    }
    let dangling = models.filter(\.isEPYC).compactMap { model -> Finding? in
      guard let target = model.alias, byName[target] == nil else { return nil }
      return Finding(
        .fail, "\(model.name) stands for \(target), which QEMU does not have",
        where: source.at(model.name),
        sides: [
          .init(.qemu, "has no \(target)"), .init(.libvirt, "lets domains name \(model.name)"),
        ])
    }
    let deprecated = models.filter { $0.isEPYC && $0.isDeprecated }.map { model in
      Finding(
        .warn, "QEMU deprecates the processor \(model.name)", where: source.at(model.name),
        sides: [.init(.qemu, "deprecates it"), .init(.libvirt, "lets domains name it")])
    }
    let note = Finding(
      .info, "QEMU has no \(Self.newest): hosts of that generation pass for an older one",
      where: source.at(Self.newest))
    return missing + dangling + deprecated + (byName[Self.newest] == nil ? [note] : [])
  }

  /// What became of the models of a build before.
  fileprivate func findings(after before: Self) -> [Finding] {
    let (own, older) = (byName, before.byName)
    let changes = before.models.compactMap { old -> Finding? in
      let place = source.at(old.name)
      guard let model = own[old.name] else {
        guard old.isEPYC else { return nil }
        return Finding(
          .fail, "the processor \(old.name) is gone", where: place,
          sides: [.before("has \(old.name)"), .now("has no \(old.name)")])
      }
      if let target = old.alias, model.alias != target {
        let now = model.alias ?? "itself"
        return Finding(
          .warn, "\(old.name) stands for \(now), and stood for \(target)", where: place,
          sides: [.before(target), .now(now)])
      }
      guard model.isDeprecated, !old.isDeprecated else { return nil }
      return Finding(
        .warn, "the processor \(old.name) is deprecated now", where: place,
        sides: [.before("not deprecated"), .now("deprecated")])
    }
    let gone = before.models.filter { !$0.isEPYC && own[$0.name] == nil }.map(\.name)
    let losses = gone.first.map { first in
      let more = gone.count > 1 ? " and \(gone.count - 1) more are" : " is"
      return Finding(
        .warn, "the processor \(first)\(more) gone", where: source.at(first),
        sides: [.before("has \(first)"), .now("has no \(first)")])
    }
    let added = models.map(\.name).filter { older[$0] == nil }
    let all = changes + (losses.map { [$0] } ?? [])
    guard let first = added.first else { return all }
    let note = Finding(
      .info, added.count.told("processor is", "processors are") + " new, such as \(first)",
      where: source.at(first),
      sides: [.before("none of them"), .now("\(added.count) more")])
    return all + [note]
  }

  private var byName: [String: Model] {
    Dictionary(models.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension CPUModels.Model {
  fileprivate var isEPYC: Bool { name.hasPrefix("EPYC") }
}
