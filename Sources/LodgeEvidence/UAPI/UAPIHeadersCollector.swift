import LodgeModel

extension Collector {
  /// Reads what the kernel's UAPI headers promise of KVM, SEV and TDX.
  package static let uapi = Collector(\.uapi) { root in
    let translation = try UAPITranslation(IncludePath(in: root.directory))
    guard let first = translation.files.first else {
      return .absent("no \(UAPITranslation.names[0]), of linux-libc-dev or kernel-headers")
    }
    return .found(
      UAPIHeaders(
        source: root.source(first), version: translation.version,
        constants: translation.constants, layouts: translation.layouts,
        headers: translation.headers))
  }
}
