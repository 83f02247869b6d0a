extension Evidence {
  /// What was found of a fact, as a few words for a list; empty where it was not found.
  package func words(on name: FactName) -> String {
    switch name {
    case .kernel: kernel.value.map { "\($0.release) (\($0.source.at()))" } ?? ""
    case .kconfig: kconfig.value.map { "\($0.options.count) symbols (\($0.source.at()))" } ?? ""
    case .modules: modules.value.map { $0.byName.keys.sorted().joined(separator: ", ") } ?? ""
    case .btf:
      btf.value.map { types in
        let layouts = types.objects.values.reduce(0) { $0 + $1.layouts.count }
        return "\(layouts) structures of \(types.objects.keys.sorted().joined(separator: ", "))"
      } ?? ""
    case .uapi:
      uapi.value.map {
        "Linux \($0.version ?? "?"): \($0.constants.count) constants, \($0.layouts.count) structures"
      } ?? ""
    case .start: start.value.map { $0.refusal ?? "\($0.source.at()) answers" } ?? ""
    case .qemu: qemu.value.map { "\($0.version) (\($0.source.at()))" } ?? ""
    case .qmp:
      qmp.value.map { "\($0.commands.count) commands, \($0.objects.count) kinds of objects" } ?? ""
    case .qom:
      qom.value.map { types in
        let guests = DomainType.confidential.compactMap(QOMTypes.guestObject)
        let there = Set(guests).filter(types.names.contains).sorted()
        return "\(types.names.count) types, of guests \(there.joined(separator: ", "))"
      } ?? ""
    case .machines: machines.value.map { "\($0.machines.count) machine types" } ?? ""
    case .cpuModels: cpuModels.value.map { "\($0.models.count) models" } ?? ""
    case .libvirt: libvirt.value.map { "\($0.version) (\($0.source.at()))" } ?? ""
    case .launchSecurity:
      launchSecurity.value.map { $0.types.keys.sorted().joined(separator: ", ") } ?? ""
    case .libvirtKeys: libvirtKeys.value.map { "\($0.letters.count) keys" } ?? ""
    case .firmware: firmware.value.map { "\($0.images.count) images" } ?? ""
    case .descriptors: descriptors.value.map { "\($0.descriptors.count) descriptors" } ?? ""
    case .vendoredHeaders:
      vendoredHeaders.value.map {
        "\($0.constants.count) constants, \($0.layouts.count) structures (\($0.source.at()))"
      } ?? ""
    case .moduleInterfaces:
      moduleInterfaces.value.map { $0.byName.keys.sorted().joined(separator: ", ") } ?? ""
    case .defaults:
      defaults.value.map { $0.objects.keys.sorted().joined(separator: ", ") } ?? ""
    case .replies: replies.value.map { "\($0.byCommand.count) commands" } ?? ""
    case .vmstate:
      vmstate.value.map { "\($0.sections.count) sections of \($0.machine)" } ?? ""
    case .qemuModules: qemuModules.value.map { "\($0.modules.count) modules" } ?? ""
    case .documentation:
      documentation.value.map { "policy bits (\($0.source.at()))" } ?? ""
    case .texts:
      texts.value.map { all in
        "\(all.byMember.values.reduce(0) { $0 + $1.present.count }) known messages"
      } ?? ""
    case .hostSettings:
      hostSettings.value.map {
        "\($0.moduleOptions.count) module options, \($0.deviceRules.count) device rules"
      } ?? ""
    case .quoteService: quoteService.value?.source.at() ?? ""
    case .accessPolicy: accessPolicy.value.map { "\($0.rules.count) rules" } ?? ""
    case .callers: callers.value.map { "\($0.callers.count) programs" } ?? ""
    case .closure:
      closure.value.map { closure in
        let rivals = closure.rivals.map { ", \($0.count) rivals" } ?? ""
        return "\(closure.unmet.count) unmet, \(closure.conflicts.count) conflicts\(rivals)"
      } ?? ""
    }
  }
}
