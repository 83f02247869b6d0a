import LodgeModel

extension Member {
  /// Whose packages a package is one of, by the names that distributions give them; nil for what
  /// members depend on.
  ///
  /// It only orders what people read; contracts judge what a package contains.
  init?(package name: String) {
    let known = Self.prefixes.first { name == $0.name || name.hasPrefix($0.name + "-") }
    guard let known else { return nil }
    self = known.member
  }

  private static let prefixes: [(name: String, member: Member)] = [
    ("linux-image", .kernel), ("linux-headers", .kernel), ("linux-libc-dev", .kernel),
    ("linux-base", .kernel), ("linux-modules", .kernel), ("kernel", .kernel),
    ("qemu", .qemu), ("libvirt", .libvirt), ("libvirt0", .libvirt), ("ovmf", .firmware),
    ("edk2", .firmware),
  ]
}
