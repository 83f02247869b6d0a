import Foundation
import LodgeBindings
import LodgeModel

/// The files of a root that hold OVMF images, each once however many links lead to it.
struct FirmwareFiles {
  /// An image, and the compressed sections it keeps its code in.
  struct File {
    /// What the image says of itself.
    var image: FirmwareImage
    /// Where its code is.
    var sections: [LZMASection]
  }

  /// Where distributions put images; those of edk2 also in folders below.
  static let folders = ["usr/share/OVMF", "usr/share/ovmf", "usr/share/qemu", "usr/share/edk2"]

  /// Ordered by path.
  private(set) var all: [File] = []

  /// Reads the images of a root.
  ///
  /// - Throws: `RootFailure` for an image that cannot be read, ``FileFailure`` for too many.
  init(in root: Root) throws {
    let named = Self.namedByDescriptors(in: root)
    let found = try Self.folders.flatMap { try root.files(below: $0, depth: Self.depthLimit) }
      .filter { $0.hasSuffix(".fd") }
    var paths: [String: Set<String>] = [:]
    for path in found + named where Self.isForX86(path) {
      guard case .file = root.directory.kind(path), let real = root.directory.resolve(path) else {
        continue
      }
      paths[real, default: []].insert(path)
    }
    guard paths.count <= Self.countLimit else {
      throw FileFailure(
        Self.folders.joined(separator: ", "),
        "there are \(paths.count) images, more than \(Self.countLimit)")
    }
    let namedFiles = Set(named.compactMap(root.directory.resolve))
    var budget = Self.totalLimit
    for (real, links) in paths.sorted(by: { $0.key < $1.key }) {
      let limit = min(Self.sizeLimit, budget)
      guard let data = try root.directory.read(real, limit: limit) else { continue }
      budget -= data.count
      let bytes = LittleEndianBytes(data)
      guard !bytes.isContainer, bytes.isFirmware || namedFiles.contains(real) else { continue }
      let image = FirmwareImage(
        bytes, source: root.source(real), aliases: links.subtracting([real]).sorted())
      all.append(File(image: image, sections: LZMASection.all(in: bytes)))
    }
  }

  /// The images that descriptors name; a descriptor that cannot be read is the business of the
  /// collector of descriptors.
  private static func namedByDescriptors(in root: Root) -> [String] {
    DescriptorFiles(in: root).paths
      .compactMap { try? DescriptorFiles.read($0, in: root) }
      .filter { ["flash", "memory"].contains($0.device) && $0.isForX86 }
      .map { String($0.filename.drop { $0 == "/" }) }
  }

  private static func isForX86(_ path: String) -> Bool {
    let words = path.lowercased().split { !$0.isLetter && !$0.isNumber }
    return words.allSatisfy { word in
      !["aavmf", "aarch64", "arm"].contains(word) && !word.hasPrefix("riscv")
        && !word.hasPrefix("loongarch")
    }
  }

  private static let countLimit = 64
  private static let depthLimit = 3
  /// Bytes of one image.
  private static let sizeLimit = 64 << 20
  /// Bytes of all images together.
  private static let totalLimit = 512 << 20
}

extension FirmwareDescriptor {
  fileprivate var isForX86: Bool {
    targets.isEmpty || targets.keys.contains { ["x86_64", "i386"].contains($0) }
  }
}
