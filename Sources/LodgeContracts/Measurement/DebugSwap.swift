package import LodgeModel

extension Contract {
  /// The kernel puts no feature into a save area that nobody asked for.
  package static let debugSwap = Contract(
    id: "kernel.debug-swap", catalogue: "R18",
    claim: "The kernel measures SEV features into save areas only as QEMU asks for them",
    from: [.kernel], to: [.qemu],
    basis: "Linux arch/x86/kvm/svm/sev.c: module parameter debug_swap (6.6); until KVM_SEV_INIT2 "
      + "(6.10) it alone decided of every SEV-ES guest",
    remedy: "set kvm_amd.debug_swap=0 on hosts, and say so to those who compute measurements",
    knownCase: "\"Bad measurement\", AMDESE/AMDSEV#195; coconut-svsm/svsm#365; "
      + "virtee/sev-snp-measure#32",
    protecting: [.sevES, .sevSNP], reads: [.modules, .btf, .hostSettings],
    measured: { type, launches, _ in .judged(launches.featureFindings(of: type)) },
    judge: { type, facts throws(MissingFact) in
      guard let module = try facts.modules.byName["kvm_amd"] else {
        return .notApplicable("the kernel has no kvm_amd")
      }
      guard module.parameters["debug_swap"] != nil else { return .kept }
      let option = facts.ifKnown(\.hostSettings)?.option("debug_swap", of: "kvm_amd")
      let value = option?.value ?? module.defaults["debug_swap"]
      // Where it is off, and nobody switches it on, no guest is measured with it.
      if let value, !value.isOn { return .kept }
      let isChosen = try facts.btf.enumerator("KVM_SEV_INIT2") != nil
      let state =
        option.map { "is set to \($0.value)" } ?? value.map { _ in "is on by default" }
        ?? "has a default that cannot be read"
      return .judged([
        Finding(
          .warn,
          "kvm_amd.debug_swap \(state)"
            + (isChosen
              ? ": guests of KVM_SEV_INIT2 may ask for DebugSwap (SEV features bit 5), and so be "
                + "measured with it"
              : ", and the kernel has no KVM_SEV_INIT2: every \(type.title) guest is measured with "
                + "DebugSwap (SEV features bit 5)"),
          where: option?.source.at("debug_swap") ?? module.source.at("parmtype=debug_swap"),
          sides: [
            .init(.kernel, "debug_swap \(state)"),
            .init(
              .qemu, isChosen ? "asks for features by KVM_SEV_INIT2" : "cannot ask for features"),
          ])
      ])
    })
}

extension SetLaunches {
  /// Save areas with features that were not asked for, told once for each value.
  fileprivate func featureFindings(of type: DomainType) -> [Finding] {
    grouped { $0.unaskedFeatures(type) }.map { features, found in
      Finding(
        .fail,
        "\(found.count) of \(launches.count) launches measure save areas with SEV features "
          + "\(features), and \(found[0].askedFeatures(type)) was asked for", where: found[0].place,
        sides: [
          .init(.qemu, "asked for \(found[0].askedFeatures(type))"),
          .init(.kernel, "measures \(features)"),
        ])
    }
  }
}

extension SetLaunches.Launch {
  /// The SEV features that QEMU was asked for.
  fileprivate func askedFeatures(_ type: DomainType) -> String {
    measured.attributes["sev_features"] ?? (type == .sevSNP ? "0x1" : "0x0")
  }

  /// The features of the first save area that has others; nil where all have what was asked for.
  fileprivate func unaskedFeatures(_ type: DomainType) -> String? {
    measured.regions.flatMap(\.saveAreas).map { $0.fields["sev_features"] ?? "0x0" }
      .first { $0 != askedFeatures(type) }
  }
}
