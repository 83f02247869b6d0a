/// How the packages of a set would set up a host.
package struct HostSettings: Codable, Equatable, Sendable {
  /// A parameter of a module.
  package struct ModuleOption: Codable, Equatable, Sendable {
    /// With underscores, such as `kvm_intel`.
    package var module: String
    package var parameter: String
    package var value: String
    package var source: Source

    package init(module: String, parameter: String, value: String, source: Source) {
      (self.module, self.parameter) = (module, parameter)
      (self.value, self.source) = (value, source)
    }
  }

  /// A word of a kernel command line that sets no parameter of a module.
  package struct KernelWord: Codable, Equatable, Sendable {
    package var name: String
    /// What follows the equals sign; nil without one.
    package var value: String?
    package var source: Source

    package init(name: String, value: String?, source: Source) {
      (self.name, self.value, self.source) = (name, value, source)
    }
  }

  /// A module that is kept from being loaded.
  package struct BlockedModule: Codable, Equatable, Sendable {
    /// With underscores.
    package var module: String
    /// What does it, such as `install kvm_amd /bin/false`.
    package var words: String
    package var source: Source

    package init(module: String, words: String, source: Source) {
      (self.module, self.words, self.source) = (module, words, source)
    }
  }

  /// Who may open a device node.
  package struct DeviceRule: Codable, Equatable, Sendable {
    /// The kernel's name of the device, such as `sev` or `kvm`.
    package var device: String
    package var owner: String?
    package var group: String?
    /// Octal, such as `0660`.
    package var mode: String?
    package var source: Source

    package init(
      device: String, owner: String? = nil, group: String?, mode: String?, source: Source
    ) {
      (self.device, self.owner, self.group) = (device, owner, group)
      (self.mode, self.source) = (mode, source)
    }
  }

  /// Something that installs newer packages without being asked.
  package struct Upgrader: Codable, Equatable, Sendable {
    /// Such as `unattended-upgrades`.
    package var name: String
    /// What switches it on, as a clause that goes on its name.
    package var words: String
    package var source: Source

    package init(name: String, words: String, source: Source) {
      (self.name, self.words, self.source) = (name, words, source)
    }
  }

  /// Whom libvirt runs QEMU as, and what it does to let it open devices.
  package struct QEMUAccount: Codable, Equatable, Sendable {
    package var user: String
    package var group: String
    /// Whether libvirt changes the owner of what a domain needs.
    package var changesOwners: Bool
    /// Whether each domain has a `/dev` of its own.
    package var hasOwnDevices: Bool
    /// The security drivers that are named; empty where libvirt takes what the host enforces.
    package var securityDrivers: [String]
    package var source: Source

    package init(
      user: String, group: String, changesOwners: Bool = true, hasOwnDevices: Bool = true,
      securityDrivers: [String] = [], source: Source
    ) {
      (self.user, self.group, self.changesOwners) = (user, group, changesOwners)
      (self.hasOwnDevices, self.securityDrivers) = (hasOwnDevices, securityDrivers)
      self.source = source
    }
  }

  /// From kernel command lines and modprobe.d, in the order in which they count.
  package var moduleOptions: [ModuleOption]
  /// From kernel command lines, in their order.
  package var kernelWords: [KernelWord]
  /// From modprobe.d and from kernel command lines.
  package var blockedModules: [BlockedModule]
  /// From udev rules, in the order in which they count.
  package var deviceRules: [DeviceRule]
  /// What upgrades packages behind everybody's back.
  package var upgraders: [Upgrader]
  /// From libvirt's qemu.conf; nil where the root has none.
  package var qemu: QEMUAccount?

  package init(
    moduleOptions: [ModuleOption] = [], kernelWords: [KernelWord] = [],
    blockedModules: [BlockedModule] = [], deviceRules: [DeviceRule] = [],
    upgraders: [Upgrader] = [], qemu: QEMUAccount? = nil
  ) {
    (self.moduleOptions, self.kernelWords) = (moduleOptions, kernelWords)
    (self.blockedModules, self.deviceRules) = (blockedModules, deviceRules)
    (self.upgraders, self.qemu) = (upgraders, qemu)
  }

  /// What a parameter is set to; the last word counts.
  package func option(_ parameter: String, of module: String) -> ModuleOption? {
    moduleOptions.last { $0.module == module && $0.parameter == parameter }
  }

  /// What all rules on a device come to; nil where there is none.
  package func access(to device: String) -> DeviceRule? {
    let rules = deviceRules.filter { $0.device == device }
    guard let last = rules.last else { return nil }
    return DeviceRule(
      device: device, owner: rules.last { $0.owner != nil }?.owner,
      group: rules.last { $0.group != nil }?.group, mode: rules.last { $0.mode != nil }?.mode,
      source: last.source)
  }
}

/// The program that signs quotes of TDX guests (QGS), as the set configures it.
package struct QuoteService: Codable, Equatable, Sendable {
  /// The unit or configuration that says where it listens.
  package var source: Source
  /// The socket that it listens on; nil where it listens on none.
  package var socket: String?
  /// The vsock port that it listens on; nil where it listens on none.
  package var port: Int?
  /// The user that owns the socket; nil where it is not said.
  package var user: String?
  /// The group that may connect; nil where it is not said.
  package var group: String?
  /// Octal; nil where it is not said.
  package var mode: String?
  /// The mode of the socket's folder, octal; nil where it is not said.
  package var folderMode: String?
  /// The users that the set puts into ``group``.
  package var members: [String]

  package init(
    source: Source, socket: String?, port: Int?, user: String? = nil, group: String? = nil,
    mode: String? = nil, folderMode: String? = nil, members: [String] = []
  ) {
    (self.source, self.socket, self.port) = (source, socket, port)
    (self.user, self.group, self.mode) = (user, group, mode)
    (self.folderMode, self.members) = (folderMode, members)
  }
}

/// What AppArmor and SELinux let the QEMU of a domain open, as far as confidential guests need it.
package struct AccessPolicy: Codable, Equatable, Sendable {
  /// Who has the last word.
  package enum System: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
    case appArmor
    case seLinux

    /// What a sentence calls it.
    package var title: String {
      switch self {
      case .appArmor: "AppArmor"
      case .seLinux: "SELinux"
      }
    }

    /// What libvirt's qemu.conf calls it.
    package var driver: String {
      switch self {
      case .appArmor: "apparmor"
      case .seLinux: "selinux"
      }
    }
  }

  /// A policy for domains of libvirt that the set ships.
  package struct Policy: Codable, Equatable, Sendable {
    package var source: Source
    /// What of the set puts it into force; nil where only the host can.
    package var enforcer: Source?
    /// Why it cannot be told what is allowed; nil where it can.
    package var obstacle: String?

    package init(source: Source, enforcer: Source?, obstacle: String? = nil) {
      (self.source, self.enforcer, self.obstacle) = (source, enforcer, obstacle)
    }
  }

  /// What a policy says of a path.
  package struct Rule: Codable, Equatable, Sendable {
    package var system: System
    /// The path, such as `/dev/sev`.
    package var path: String
    /// What QEMU may do with it, such as `rw`; empty for nothing.
    package var grant: String
    /// Whether it takes away what others give.
    package var isDenial: Bool
    /// AppArmor's rule, or SELinux's type, such as `sev_device_t`.
    package var words: String
    package var source: Source

    package init(
      system: System, path: String, grant: String, isDenial: Bool = false, words: String,
      source: Source
    ) {
      (self.system, self.path, self.grant) = (system, path, grant)
      (self.isDenial, self.words, self.source) = (isDenial, words, source)
    }
  }

  package var policies: [System: Policy]
  /// Rules on `/dev/sev`, `/dev/kvm`, vhost devices and the socket of the quote service.
  package var rules: [Rule]

  package init(policies: [System: Policy], rules: [Rule]) {
    (self.policies, self.rules) = (policies, rules)
  }
}

/// Programs and scripts beside libvirt that start QEMU or change what is started.
package struct QEMUCallers: Codable, Equatable, Sendable {
  /// One of them.
  package struct Caller: Codable, Equatable, Sendable {
    package var source: Source
    /// The catalogued option texts that it holds, such as `certs-path` or `memory-encryption=`.
    package var options: [String]
    /// Whether it is a compiled program, which holds texts that it uses only if it is told to.
    package var isBinary: Bool

    package init(source: Source, options: [String], isBinary: Bool = false) {
      (self.source, self.options, self.isBinary) = (source, options, isBinary)
    }
  }

  /// Ordered by path.
  package var callers: [Caller]

  package init(callers: [Caller]) { self.callers = callers }
}
