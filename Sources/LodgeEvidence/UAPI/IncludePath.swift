import Foundation
import LodgeBindings

/// A header that was found.
struct Header {
  /// The path below the root.
  let path: String
  let bytes: Data
}

/// The directories of a tree that `#include` looks into, in order.
struct IncludePath: Sendable {
  /// The largest header that is read, in bytes.
  static let maximumSize = 1 << 20

  private let directories: [String]
  /// The folder that `asm/` stands for.
  private let asm: String
  private let read: @Sendable (String) throws -> Data?

  /// Looks into directories; `read` gives the bytes of a path below the root, nil for none.
  init(
    _ directories: [String], asm: String = "asm/",
    read: @escaping @Sendable (String) throws -> Data?
  ) {
    (self.directories, self.asm, self.read) = (directories, asm, read)
  }

  /// Looks where the distributions put the headers for x86-64.
  ///
  /// **Source:** contents of linux-libc-dev 6.1 (Debian 12), 6.12 and 7.2 (Debian 13 and later), and
  /// of kernel-headers of RPM distributions.
  init(in root: RootDirectory) {
    self.init(["usr/lib/linux/uapi/x86", "usr/include/x86_64-linux-gnu", "usr/include"]) {
      try root.read($0, limit: Self.maximumSize)
    }
  }

  /// Finds a header by the name in an `#include`, such as `linux/kvm.h`; nil where there is none.
  ///
  /// A name in quotes is first looked for beside `file`, the header that includes it. Throws what
  /// `read` throws.
  func find(_ name: String, from file: String? = nil) throws -> Header? {
    let name = name.hasPrefix("asm/") ? asm + name.dropFirst("asm/".count) : name
    let beside = file.map { [String($0.split(separator: "/").dropLast().joined(separator: "/"))] }
    for directory in (beside ?? []) + directories {
      let path = "\(directory)/\(name)"
      if let bytes = try read(path) { return Header(path: path, bytes: bytes) }
    }
    return nil
  }
}
