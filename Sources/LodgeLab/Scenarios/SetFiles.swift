import Foundation
import LodgeBindings
import LodgeHost
import LodgeModel
import LodgeScenarios

/// Files of a set as the domains of a lab find them.
///
/// Programs in the sandbox see no `/boot`, where most kernels are, so the kernel is copied.
struct SetFiles {
  private let evidence: Evidence
  private let root: String
  private let folder: LabFolder

  init(of evidence: Evidence, root: String, in folder: LabFolder) {
    (self.evidence, self.root, self.folder) = (evidence, root, folder)
  }

  /// Where domains find a file; nil where the set does not have it.
  func pathInside(_ path: SetPath) -> String? {
    switch path {
    case .firmware(let type): evidence.firmwarePath(for: type)
    case .kernel: evidence.kernel.value.map { _ in "\(LabFolder.filesInside)/kernel" }
    case .initrd: "\(LabFolder.filesInside)/initrd"
    }
  }

  /// Makes sure that a file is where ``pathInside(_:)`` says.
  ///
  /// - Throws: `RootFailure` and ``StorageFailure`` where it cannot be copied.
  func lay(_ path: SetPath) throws {
    switch path {
    case .firmware: return
    case .initrd: try write(Self.emptyArchive, to: "initrd")
    case .kernel:
      guard let kernel = evidence.kernel.value, !isThere("kernel"),
        let bytes = try RootDirectory(root).read(kernel.source.file, limit: 256 << 20)
      else { return }
      try write(bytes, to: "kernel")
    }
  }

  private func isThere(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder.files)/\(name)")
  }

  /// Whole or not at all, as other scenarios may be reading it.
  private func write(_ bytes: Data, to name: String) throws(StorageFailure) {
    guard !isThere(name) else { return }
    let place = "\(folder.files)/\(name)"
    do {
      try bytes.write(to: URL(filePath: place), options: .atomic)
    } catch {
      throw StorageFailure("cannot write", place, error)
    }
  }

  /// A cpio archive without files.
  ///
  /// **Source:** Linux Documentation/driver-api/early-userspace/buffer-format.rst.
  private static let emptyArchive: Data = {
    let fields = (0..<13).map { $0 == 11 ? "0000000B" : "00000000" }.joined()
    return Data("070701\(fields)TRAILER!!!\0\0\0\0".utf8)
  }()
}
