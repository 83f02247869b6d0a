import LodgeModel

/// The suites of which fixtures are at hand, by name, so that test cases print short.
enum Suite: String, CaseIterable {
  case bookworm
  case trixie
  case sid

  /// What their packages contain.
  var evidence: Evidence {
    switch self {
    case .bookworm: .bookworm
    case .trixie: .trixie
    case .sid: .sid
    }
  }
}

// What the packages of three Debian suites contain, as far as contracts look at it; values read
// from the packages whose versions stand in the sources below.
extension Evidence {
  /// Debian 12: Linux 6.1, QEMU 7.2, libvirt 9.0, edk2 2022.11.
  static let bookworm = Evidence(
    kernel: .bookworm, qemu: .bookworm, libvirt: .bookworm, firmware: .bookworm, host: .bookworm,
    texts: .bookworm)

  /// Debian 13: Linux 6.12, QEMU 10.0, libvirt 11.3, edk2 2025.02.
  static let trixie = Evidence(
    kernel: .trixie, qemu: .trixie, libvirt: .trixie, firmware: .trixie, host: .trixie,
    texts: .trixie)

  /// Debian unstable: Linux 7.2, QEMU 11.1, libvirt 12.8, edk2 2026.08.
  static let sid = Evidence(
    kernel: .sid, qemu: .sid, libvirt: .sid, firmware: .sid, host: .sid, texts: .sid
  ).withSource(.sid)

  /// Unstable with its kernel rebuilt as a TDX host: a set that keeps all promises of TDX.
  static let tdxReady = Evidence(
    kernel: .sidWithTDX, qemu: .sid, libvirt: .sid, firmware: .sid, host: .sid, texts: .sid
  ).withSource(.sid)

  /// The set with the source of its QEMU, whose headers were taken from a kernel's line.
  private func withSource(_ kernel: KernelFixture) -> Evidence {
    var (copy, headers) = (self, kernel.headers)
    headers.version = nil
    headers.source = Source(
      file: "usr/src/lodge/qemu/linux-headers/linux/kvm.h", package: "source qemu 1:11.1.3+ds-1")
    copy.vendoredHeaders = .found(headers)
    return copy
  }

  private init(
    kernel: KernelFixture, qemu: QEMUFixture, libvirt: LibvirtFixture, firmware: FirmwareFixture,
    host: HostFixture, texts: TextsFixture
  ) {
    self.init(absent: "the fixture does not have it")
    (self.kernel, kconfig) = (.found(kernel.build), .found(kernel.configuration))
    (modules, btf, uapi) = (.found(kernel.modules), .found(kernel.btf), .found(kernel.headers))
    moduleInterfaces = .found(kernel.interfaces)
    (start, self.qemu) = (.found(QEMUStart(source: qemu.source)), .found(qemu.build))
    (qmp, qom, machines) = (.found(qemu.schema), .found(qemu.types), .found(qemu.machines))
    (defaults, replies) = (.found(qemu.defaults), .found(qemu.replies))
    (vmstate, qemuModules) = (.found(qemu.savedState), .found(qemu.parts))
    cpuModels = .found(qemu.processors)
    self.libvirt = .found(libvirt.build)
    (launchSecurity, libvirtKeys) = (.found(libvirt.schema), .found(libvirt.keys))
    (self.firmware, descriptors) = (.found(firmware.images), .found(firmware.descriptors))
    // apt resolved it from one suite: nothing is unmet, and nothing there is newer.
    closure = .found(SetClosure(packages: 200, rivals: []))
    documentation = .found(host.documentation)
    (hostSettings, accessPolicy) = (.found(host.settings), .found(host.policy))
    quoteService = .absent("no package of this set has a unit qgs*.service")
    callers = .found(QEMUCallers(callers: []))
    self.texts = .found(texts.texts)
  }
}
