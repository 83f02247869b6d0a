import Foundation
import LodgeBindings
import LodgeHost
import LodgeModel

/// A module of the kernel that edits can be made of.
enum EditedModule: String, Sendable {
  case kvm = "kernel/arch/x86/kvm/kvm.ko"
  case kvmAMD = "kernel/arch/x86/kvm/kvm-amd.ko"
  case kvmIntel = "kernel/arch/x86/kvm/kvm-intel.ko"
  case ccp = "kernel/drivers/crypto/ccp/ccp.ko"

  /// Where the module is, however it is compressed.
  var patterns: [String] {
    ["usr/lib/modules/*/\(rawValue)", "lib/modules/*/\(rawValue)"].flatMap { ["\($0).*", $0] }
  }

  /// The last part of the path.
  var name: String { rawValue.split(separator: "/").last.map(String.init) ?? rawValue }
}

// Changes of a kernel's configuration, image and modules.
extension Edit {
  private static let configurations = [
    "usr/lib/modules/*/config", "boot/config-*", "lib/modules/*/config",
  ]
  /// Where the image of the kernel is.
  static let images = ["usr/lib/modules/*/vmlinuz", "boot/vmlinuz-*", "lib/modules/*/vmlinuz"]

  /// Sets symbols of the configuration; nil leaves one out.
  static func kconfig(_ values: [(symbol: String, value: String?)]) -> Self {
    let words = values.map { symbol, value in value.map { "\(symbol)=\($0)" } ?? "no \(symbol)" }
    return text(
      "the configuration has \(words.joined(separator: ", "))", in: configurations,
      facts: .of(.kernel)
    ) { text in
      for (symbol, value) in values {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter {
          !$0.hasPrefix("CONFIG_\(symbol)=") && $0 != "# CONFIG_\(symbol) is not set"
        }
        if let value {
          lines.append(
            value == "n" ? "# CONFIG_\(symbol) is not set" : "CONFIG_\(symbol)=\(value)")
        }
        text = lines.joined(separator: "\n") + "\n"
      }
    }
  }

  /// Changes the text of the configuration.
  static func kconfig(
    _ title: String, change: @escaping @Sendable (inout String) throws -> Void
  ) -> Self {
    text(title, in: configurations, facts: .of(.kernel), change: change)
  }

  /// Changes a module, which is left uncompressed.
  static func module(
    _ module: EditedModule, _ title: String,
    change: @escaping @Sendable (inout ELFEditor) throws -> Void
  ) -> Self {
    Self("\(module.name): \(title)", facts: .of(.kernel)) { tree in
      let file = try tree.find(module.patterns)
      var elf = try ELFEditor(try unpacked(try tree.read(file)))
      let old = elf.bytes
      try change(&elf)
      guard elf.bytes != old else { throw StaleEdit("\(file) stays as it is") }
      try tree.remove(file)
      try tree.write(Data(elf.bytes), to: file.withoutCompression)
    }
  }

  /// Leaves a module out.
  static func without(_ module: EditedModule) -> Self {
    Self("there is no \(module.name)", facts: .of(.kernel)) { tree in
      try tree.remove(try tree.find(module.patterns))
    }
  }

  /// Writes other bytes of the same number over what a module says of itself.
  static func moduleInfo(_ module: EditedModule, _ old: String, _ new: String) -> Self {
    Self.module(module, "\(new) for \(old)") { elf in
      var info = try elf.section(".modinfo")
      try info.replaceAll(old, with: new)
      try elf.replace(".modinfo", with: info)
    }
  }

  /// Adds a parameter to what a module says of itself.
  static func addParameter(_ module: EditedModule, _ name: String, _ type: String) -> Self {
    Self.module(module, "has the parameter \(name)") { elf in
      try elf.replace(
        ".modinfo", with: try elf.section(".modinfo") + Array("parmtype=\(name):\(type)\0".utf8))
    }
  }

  /// Changes the types that a module was built with.
  static func types(
    of module: EditedModule, _ title: String,
    change: @escaping @Sendable (inout BTFEditor) throws -> Void
  ) -> Self {
    Self("\(module.name): \(title)", facts: .of(.kernel)) { tree in
      let image = try tree.read(try tree.find(images))
      let kernel = try ELFEditor(try KernelImage(image).unpacked()).section(".BTF")
      let file = try tree.find(module.patterns)
      var elf = try ELFEditor(try unpacked(try tree.read(file)))
      var btf = try BTFEditor(try elf.section(".BTF"), over: kernel)
      do { try change(&btf) } catch let stale as StaleEdit {
        throw StaleEdit("\(file): \(stale)")
      }
      try elf.replace(".BTF", with: btf.bytes)
      try tree.remove(file)
      try tree.write(Data(elf.bytes), to: file.withoutCompression)
    }
  }

  /// Changes the types that the kernel itself was built with; in place, for modules count them.
  static func types(
    ofKernel title: String, change: @escaping @Sendable (inout BTFEditor) throws -> Void
  ) -> Self {
    image("vmlinuz: \(title)") { image in
      var elf = try ELFEditor(try image.unpacked())
      var btf = try BTFEditor(try elf.section(".BTF"))
      let count = btf.bytes.count
      try change(&btf)
      precondition(btf.bytes.count == count, "what is added to a kernel moves the types of modules")
      try elf.replace(".BTF", with: btf.bytes)
      try image.repack(Data(elf.bytes), by: .gzip)
    }
  }

  /// Changes the image of the kernel.
  static func image(
    _ title: String, change: @escaping @Sendable (inout KernelImage) throws -> Void
  ) -> Self {
    Self(title, facts: .of(.kernel)) { tree in
      let file = try tree.find(images)
      var image = try KernelImage(try tree.read(file))
      try change(&image)
      try tree.write(Data(image.bytes), to: file)
    }
  }

  /// Compresses a module otherwise.
  static func recompress(_ module: EditedModule, as format: Compression?) -> Self {
    Self("\(module.name) is \(format.map(\.rawValue) ?? "not") compressed", facts: .of(.kernel)) {
      tree in
      let file = try tree.find(module.patterns)
      let plain = try unpacked(try tree.read(file))
      try tree.remove(file)
      let name = file.withoutCompression + (format.map { ".\($0.ending)" } ?? "")
      try tree.write(try format?.pack(plain) ?? plain, to: name)
    }
  }

  private static func unpacked(_ bytes: Data) throws -> Data {
    try Decompression.decompress(bytes, limit: 256 << 20)
  }
}

extension String {
  /// The path of a module without what its compression adds.
  fileprivate var withoutCompression: String {
    guard let end = range(of: ".ko") else { return self }
    return String(self[..<end.upperBound])
  }
}
