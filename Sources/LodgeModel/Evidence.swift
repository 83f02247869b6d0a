/// All that Lodge can read from the root of a set; open it to see what contracts can ask.
package struct Evidence: Codable, Equatable, Sendable {
  package var kernel: Fact<KernelBuild>
  package var kconfig: Fact<KernelConfiguration>
  package var modules: Fact<KernelModules>
  package var btf: Fact<KernelTypes>
  package var uapi: Fact<UAPIHeaders>
  package var start: Fact<QEMUStart>
  package var qemu: Fact<QEMUBuild>
  package var qmp: Fact<QMPSchema>
  package var qom: Fact<QOMTypes>
  package var machines: Fact<MachineTypes>
  package var cpuModels: Fact<CPUModels>
  package var libvirt: Fact<LibvirtBuild>
  package var launchSecurity: Fact<LaunchSecuritySchema>
  package var libvirtKeys: Fact<LibvirtQEMUKeys>
  package var firmware: Fact<FirmwareImages>
  package var descriptors: Fact<FirmwareDescriptors>
  package var vendoredHeaders: Fact<UAPIHeaders>
  package var moduleInterfaces: Fact<ModuleInterfaces>
  package var defaults: Fact<QOMDefaults>
  package var replies: Fact<QMPReplies>
  package var vmstate: Fact<VMStates>
  package var qemuModules: Fact<QEMUModules>
  package var documentation: Fact<LibvirtDocumentation>
  package var texts: Fact<LayerTexts>
  package var hostSettings: Fact<HostSettings>
  package var quoteService: Fact<QuoteService>
  package var accessPolicy: Fact<AccessPolicy>
  package var callers: Fact<QEMUCallers>
  package var closure: Fact<SetClosure>

  /// Evidence of which nothing is known yet.
  package init(absent reason: String = "it was not looked for") {
    (kernel, kconfig, modules) = (.absent(reason), .absent(reason), .absent(reason))
    (btf, uapi, qemu) = (.absent(reason), .absent(reason), .absent(reason))
    start = .absent(reason)
    (qmp, qom, machines) = (.absent(reason), .absent(reason), .absent(reason))
    (cpuModels, libvirt) = (.absent(reason), .absent(reason))
    (launchSecurity, libvirtKeys) = (.absent(reason), .absent(reason))
    (firmware, descriptors) = (.absent(reason), .absent(reason))
    vendoredHeaders = .absent(reason)
    moduleInterfaces = .absent(reason)
    defaults = .absent(reason)
    replies = .absent(reason)
    vmstate = .absent(reason)
    qemuModules = .absent(reason)
    documentation = .absent(reason)
    texts = .absent(reason)
    hostSettings = .absent(reason)
    quoteService = .absent(reason)
    accessPolicy = .absent(reason)
    callers = .absent(reason)
    closure = .absent(reason)
  }
}

extension Evidence {
  private enum CodingKeys: String, CodingKey {
    case kernel, kconfig, modules, btf, uapi, start, qemu, qmp, qom, machines, cpuModels, libvirt,
      launchSecurity, libvirtKeys, firmware, descriptors, vendoredHeaders, moduleInterfaces,
      defaults, replies, vmstate, qemuModules, documentation, texts, hostSettings, quoteService,
      accessPolicy, callers, closure
  }

  /// Reads evidence; facts that were added after it was written are absent.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func fact<Value>(_ key: CodingKeys) throws -> Fact<Value> {
      try container.decodeIfPresent(Fact<Value>.self, forKey: key)
        ?? .absent("it was not looked for")
    }
    self.init()
    kernel = try fact(.kernel)
    kconfig = try fact(.kconfig)
    modules = try fact(.modules)
    btf = try fact(.btf)
    uapi = try fact(.uapi)
    start = try fact(.start)
    qemu = try fact(.qemu)
    qmp = try fact(.qmp)
    qom = try fact(.qom)
    machines = try fact(.machines)
    cpuModels = try fact(.cpuModels)
    libvirt = try fact(.libvirt)
    launchSecurity = try fact(.launchSecurity)
    libvirtKeys = try fact(.libvirtKeys)
    firmware = try fact(.firmware)
    descriptors = try fact(.descriptors)
    vendoredHeaders = try fact(.vendoredHeaders)
    moduleInterfaces = try fact(.moduleInterfaces)
    defaults = try fact(.defaults)
    replies = try fact(.replies)
    vmstate = try fact(.vmstate)
    qemuModules = try fact(.qemuModules)
    documentation = try fact(.documentation)
    texts = try fact(.texts)
    hostSettings = try fact(.hostSettings)
    quoteService = try fact(.quoteService)
    accessPolicy = try fact(.accessPolicy)
    callers = try fact(.callers)
    closure = try fact(.closure)
  }
}

/// The names of the facts, as contracts list them and people read them.
package enum FactName: String, Codable, CaseIterable, Sendable {
  case kernel, kconfig, modules, btf, uapi
  case start, qemu, qmp, qom, machines, cpuModels
  case libvirt, launchSecurity, libvirtKeys
  case firmware, descriptors
  case vendoredHeaders, moduleInterfaces
  case defaults, replies, vmstate, qemuModules
  case documentation
  case texts, hostSettings, quoteService, accessPolicy, callers, closure

  /// The fact behind a path into ``Evidence``.
  package init?(of key: PartialKeyPath<Evidence>) {
    guard let name = Self.allCases.first(where: { $0.path == key }) else { return nil }
    self = name
  }

  /// The path of the fact in ``Evidence``.
  package var path: PartialKeyPath<Evidence> {
    switch self {
    case .kernel: \.kernel
    case .kconfig: \.kconfig
    case .modules: \.modules
    case .btf: \.btf
    case .uapi: \.uapi
    case .start: \.start
    case .qemu: \.qemu
    case .qmp: \.qmp
    case .qom: \.qom
    case .machines: \.machines
    case .cpuModels: \.cpuModels
    case .libvirt: \.libvirt
    case .launchSecurity: \.launchSecurity
    case .libvirtKeys: \.libvirtKeys
    case .firmware: \.firmware
    case .descriptors: \.descriptors
    case .vendoredHeaders: \.vendoredHeaders
    case .moduleInterfaces: \.moduleInterfaces
    case .defaults: \.defaults
    case .replies: \.replies
    case .vmstate: \.vmstate
    case .qemuModules: \.qemuModules
    case .documentation: \.documentation
    case .texts: \.texts
    case .hostSettings: \.hostSettings
    case .quoteService: \.quoteService
    case .accessPolicy: \.accessPolicy
    case .callers: \.callers
    case .closure: \.closure
    }
  }

  /// What a sentence calls the fact.
  package var title: String {
    switch self {
    case .kernel: "kernel image"
    case .kconfig: "kernel configuration"
    case .modules: "kernel modules"
    case .btf: "kernel BTF"
    case .uapi: "UAPI headers"
    case .start: "start of QEMU"
    case .qemu: "QEMU binary"
    case .qmp: "QMP schema"
    case .qom: "QOM types"
    case .machines: "machine types"
    case .cpuModels: "CPU models"
    case .libvirt: "libvirt library"
    case .launchSecurity: "launchSecurity schema"
    case .libvirtKeys: "libvirt QEMU driver"
    case .firmware: "firmware images"
    case .descriptors: "firmware descriptors"
    case .vendoredHeaders: "QEMU's copy of kernel headers"
    case .moduleInterfaces: "interfaces of kernel modules"
    case .defaults: "defaults of guest objects"
    case .replies: "replies without a guest"
    case .vmstate: "migration format"
    case .qemuModules: "QEMU modules"
    case .documentation: "libvirt documentation"
    case .texts: "messages in programs"
    case .hostSettings: "host settings"
    case .quoteService: "quote generation service"
    case .accessPolicy: "AppArmor and SELinux policy"
    case .callers: "callers of QEMU"
    case .closure: "package relations"
    }
  }

  /// The member whose packages hold the fact; nil for one of the set as a whole.
  package var member: Member? {
    switch self {
    case .kernel, .kconfig, .modules, .btf, .uapi, .moduleInterfaces: .kernel
    case .start, .qemu, .qmp, .qom, .machines, .cpuModels: .qemu
    case .defaults, .replies, .vmstate, .qemuModules, .vendoredHeaders: .qemu
    case .libvirt, .launchSecurity, .libvirtKeys, .documentation: .libvirt
    case .firmware, .descriptors: .firmware
    case .texts, .hostSettings, .quoteService, .accessPolicy, .callers, .closure: nil
    }
  }
}
