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

  /// Who may open a device node.
  package struct DeviceRule: Codable, Equatable, Sendable {
    /// The kernel's name of the device, such as `sev` or `kvm`.
    package var device: String
    package var group: String?
    /// Octal, such as `0660`.
    package var mode: String?
    package var source: Source

    package init(device: String, group: String?, mode: String?, source: Source) {
      (self.device, self.group, self.mode, self.source) = (device, group, mode, source)
    }
  }

  /// From modprobe.d and from kernel command lines, in the order in which they count.
  package var moduleOptions: [ModuleOption]
  /// From udev rules, in the order in which they count.
  package var deviceRules: [DeviceRule]
  /// What installs newer packages without being asked, such as `unattended-upgrades`.
  package var upgraders: [Source]

  package init(
    moduleOptions: [ModuleOption], deviceRules: [DeviceRule], upgraders: [Source] = []
  ) {
    (self.moduleOptions, self.deviceRules) = (moduleOptions, deviceRules)
    self.upgraders = upgraders
  }

  /// What a parameter is set to; the last word counts.
  package func option(_ parameter: String, of module: String) -> ModuleOption? {
    moduleOptions.last { $0.module == module && $0.parameter == parameter }
  }
}

/// The program that signs quotes of TDX guests (QGS), as the set configures it.
package struct QuoteService: Codable, Equatable, Sendable {
  /// The unit or configuration that says so.
  package var source: Source
  /// The socket that it listens on; nil where it listens on none.
  package var socket: String?
  /// The vsock port that it listens on; nil where it listens on none.
  package var port: Int?
  /// The group that may connect; nil where it is not said.
  package var group: String?
  /// Octal; nil where it is not said.
  package var mode: String?

  package init(
    source: Source, socket: String?, port: Int?, group: String? = nil, mode: String? = nil
  ) {
    (self.source, self.socket, self.port) = (source, socket, port)
    (self.group, self.mode) = (group, mode)
  }
}

/// What AppArmor and SELinux let the QEMU of a domain open, as far as confidential guests need it.
package struct AccessPolicy: Codable, Equatable, Sendable {
  /// Who has the last word.
  package enum System: String, Codable, CodingKeyRepresentable, Sendable {
    case appArmor
    case seLinux
  }

  /// What a policy says of a path.
  package struct Rule: Codable, Equatable, Sendable {
    package var system: System
    /// The path or pattern, such as `/dev/sev`.
    package var path: String
    /// AppArmor's permissions, such as `rw`, or SELinux's type, such as `sev_device_t`.
    package var grant: String
    package var source: Source

    package init(system: System, path: String, grant: String, source: Source) {
      (self.system, self.path) = (system, path)
      (self.grant, self.source) = (grant, source)
    }
  }

  /// The policies that the set ships for domains of libvirt.
  package var sources: [System: Source]
  /// Rules on `/dev/sev`, `/dev/kvm`, vhost devices and the sockets of quote services.
  package var rules: [Rule]

  package init(sources: [System: Source], rules: [Rule]) {
    (self.sources, self.rules) = (sources, rules)
  }
}

/// Programs and scripts beside libvirt that start QEMU or change what is started.
package struct QEMUCallers: Codable, Equatable, Sendable {
  /// One of them.
  package struct Caller: Codable, Equatable, Sendable {
    package var source: Source
    /// The catalogued option texts that it holds, such as `certs-path` or `memory-encryption=`.
    package var options: [String]

    package init(source: Source, options: [String]) {
      (self.source, self.options) = (source, options)
    }
  }

  /// Ordered by path.
  package var callers: [Caller]

  package init(callers: [Caller]) { self.callers = callers }
}
