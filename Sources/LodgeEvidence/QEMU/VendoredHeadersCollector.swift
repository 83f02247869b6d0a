import Foundation
import LodgeBindings
import LodgeModel

extension Collector {
  /// Reads the copy of kernel headers that QEMU was built with, where the set names its source.
  package static let vendoredHeaders = Collector(\.vendoredHeaders) { root in
    guard let folder = root.vendoredHeaders else {
      return .absent("no source package of QEMU is in the set; sources: of a matrix names one")
    }
    let translation = try UAPITranslation(IncludePath(vendoredIn: folder, of: root.directory))
    guard let first = translation.files.first else {
      return .absent("no \(UAPITranslation.names[0]) in \(folder)")
    }
    return .found(
      UAPIHeaders(
        source: root.source(first), version: nil, constants: translation.constants,
        layouts: translation.layouts, headers: translation.headers))
  }
}

extension Root {
  /// The folder of a source package that has a copy of KVM's headers.
  fileprivate var vendoredHeaders: String? {
    directory.list("usr/src/lodge").sorted().map { "usr/src/lodge/\($0)" }
      .first { directory.list("\($0)/linux-headers/linux").contains("kvm.h") }
  }
}

extension IncludePath {
  /// Looks where QEMU's build does, for x86-64.
  ///
  /// **Source:** QEMU 11.1 meson.build: `-isystem linux-headers`, whose `asm` is a link to `asm-x86`,
  /// and include/; the headers of the C library's kernel are beside them.
  init(vendoredIn folder: String, of root: RootDirectory) {
    let folders = ["linux-headers", "include"].map { "\(folder)/\($0)" }
    self.init(folders + [Self.system], asm: "asm-x86/") { path in
      if let own = Self.systemHeaders[path] { return own }
      return try root.read(path, limit: Self.maximumSize)
    }
  }

  private static let system = "the host of the build"

  /// What QEMU's copy takes from the host that it is built on.
  ///
  /// **Source:** Linux include/uapi/linux/types.h, include/uapi/asm-generic/int-ll64.h and ioctl.h.
  private static let systemHeaders: [String: Data] = [
    "\(system)/linux/types.h": Data(
      """
      typedef signed char __s8;
      typedef unsigned char __u8;
      typedef short __s16;
      typedef unsigned short __u16;
      typedef int __s32;
      typedef unsigned int __u32;
      typedef long long __s64;
      typedef unsigned long long __u64;
      typedef __u16 __le16;
      typedef __u32 __le32;
      typedef __u64 __le64;
      typedef __u16 __be16;
      typedef __u32 __be32;
      typedef __u64 __be64;
      #define __aligned_u64 __u64 __attribute__((aligned(8)))
      """.utf8),
    "\(system)/linux/ioctl.h": Data(
      """
      #define _IOC(dir,type,nr,size) (((dir) << 30) | ((type) << 8) | (nr) | ((size) << 16))
      #define _IO(type,nr) _IOC(0U,(type),(nr),0)
      #define _IOW(type,nr,argtype) _IOC(1U,(type),(nr),sizeof(argtype))
      #define _IOR(type,nr,argtype) _IOC(2U,(type),(nr),sizeof(argtype))
      #define _IOWR(type,nr,argtype) _IOC(3U,(type),(nr),sizeof(argtype))
      """.utf8),
  ]
}
