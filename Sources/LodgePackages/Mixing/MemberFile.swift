import LodgeModel

extension Member {
  /// The member that a file of a package makes, told by where it is; nil for any other file.
  ///
  /// **Source:** Filesystem Hierarchy Standard 3.0; modules.dep(5) for modules; libvirt's
  /// docs/daemons.rst for its daemons; QEMU's docs/interop/firmware.json for descriptors.
  init?(madeBy path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    // Whether /usr is merged is the distribution's choice.
    let place = parts.first == "usr" ? parts.dropFirst() : parts[...]
    guard let first = place.first, let last = place.last, place.count > 1 else { return nil }
    let second = place[place.startIndex + 1]
    switch first {
    case "boot" where last.hasPrefix("vmlinuz-"): self = .kernel
    case "lib" where second == "modules" && place.count > 3:
      guard ["vmlinuz", "kernel"].contains(place[place.startIndex + 3]) else { return nil }
      self = .kernel
    case "include" where second == "linux" && last == "kvm.h": self = .kernel
    case "bin" where last.hasPrefix("qemu-system-"), "libexec" where last == "qemu-kvm":
      self = .qemu
    case "sbin" where ["libvirtd", "virtqemud"].contains(last): self = .libvirt
    case "lib" where last.hasPrefix("libvirt.so.0"), "lib64" where last.hasPrefix("libvirt.so.0"):
      self = .libvirt
    case "share" where Self.firmwareFolders.contains(second): self = .firmware
    case "share" where second == "qemu" && place.dropFirst(2).first == "firmware":
      self = .firmware
    default: return nil
    }
  }

  /// Where distributions have images of firmware that can start a confidential guest, below usr/share.
  ///
  /// SeaBIOS and option ROMs cannot, and QEMU's packages require the ones of their own time: they are
  /// what QEMU depends on.
  private static let firmwareFolders: Set<Substring> = ["OVMF", "ovmf", "AAVMF", "edk2"]
}
