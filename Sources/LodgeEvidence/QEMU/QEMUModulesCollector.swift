import Foundation
import LodgeBindings
import LodgeModel

extension Collector {
  /// The build's stamps in the system emulator and in its modules.
  package static let qemuModules = Collector(\.qemuModules) { root in
    try await root.qemu.file { binary in
      guard let bytes = try root.directory.read(binary.file, limit: emulatorLimit) else {
        return .absent("\(binary.file) is no file")
      }
      let constants = try explaining(binary.file) { try strings(of: bytes) }
      let folders = moduleFolders(in: root).filter { constants.hasString("/\($0)") }
      let files = folders.flatMap { folder in
        root.directory.list(folder).filter { $0.hasSuffix(".so") }.map { "\(folder)/\($0)" }
      }
      guard files.count <= moduleCountLimit else {
        throw FileFailure(folders.joined(separator: ", "), "more than \(moduleCountLimit) modules")
      }
      let modules = try files.sorted().compactMap { file -> QEMUModules.Module? in
        guard let bytes = try root.directory.read(file, limit: moduleLimit) else { return nil }
        let stamp = try explaining(file) { try ELFFile(bytes).section(".dynstr")?.stamp }
        return QEMUModules.Module(source: root.source(file), stamp: stamp)
      }
      return .found(QEMUModules(source: binary, stamp: constants.stamp, modules: modules))
    }
  }

  /// The strings of a program; a script, which stands before the emulator in some packages, has
  /// none.
  private static func strings(of program: Data) throws(ELFFailure) -> Data {
    guard !program.starts(with: Data("#!".utf8)) else { return Data() }
    return try ELFFile(program).section(".rodata") ?? Data()
  }

  /// Where distributions keep modules; the emulator names the one that it looks into.
  private static func moduleFolders(in root: Root) -> [String] {
    let libraries =
      ["usr/lib64", "usr/lib"] + root.directory.list("usr/lib").map { "usr/lib/\($0)" }
    return libraries.flatMap { ["\($0)/qemu", "\($0)/qemu-kvm"] }
      .filter { root.directory.kind($0) == .directory }
  }

  /// Bytes; real emulators take 40 MiB.
  private static let emulatorLimit = 256 << 20
  /// Bytes; real modules take less than 1 MiB.
  private static let moduleLimit = 16 << 20
  /// Real packages have up to fifty.
  private static let moduleCountLimit = 512
}

extension Data {
  /// Whether a whole string that ends in a NUL stands in the bytes.
  fileprivate func hasString(_ text: String) -> Bool { range(of: Data("\(text)\0".utf8)) != nil }

  /// What follows `qemu_stamp_` in the first string that begins with it.
  ///
  /// **Source:** QEMU include/qemu/module.h, `DSO_STAMP_FUN`: modules define a function of that
  /// name, which the emulator looks up before it takes one.
  fileprivate var stamp: String? {
    guard let mark = range(of: Data("qemu_stamp_".utf8)) else { return nil }
    let rest = self[mark.upperBound...].prefix { $0 != 0 }
    guard !rest.isEmpty, rest.count <= 128 else { return nil }
    return String(decoding: rest, as: UTF8.self)
  }
}
