import Foundation
import LodgeBindings
import LodgeModel

/// The descriptor files of a root that count.
///
/// **Source:** QEMU docs/interop/firmware.json: a file of the administrator takes the place of the
/// package's file of the same name, and an empty one or a link to `/dev/null` only hides it.
struct DescriptorFiles {
  /// Folders by rising priority.
  static let folders = ["usr/share/qemu/firmware", "etc/qemu/firmware"]

  /// Ordered by file name, whatever the folder.
  let paths: [String]
  /// Whether the root has no descriptor at all, hidden ones counted.
  let areMissing: Bool

  /// Looks for the descriptors of a root.
  init(in root: Root) {
    var visible: [String: String?] = [:]
    for folder in Self.folders {
      for name in root.directory.list(folder) where name.hasSuffix(".json") {
        let path = "\(folder)/\(name)"
        switch root.directory.kind(path) {
        case .directory: continue
        case .file(let size) where size > 0: visible[name] = .some(path)
        // A tree of packages has no /dev/null: a link to it leads nowhere.
        case .file, .other, nil: visible[name] = .some(nil)
        }
      }
    }
    areMissing = visible.isEmpty
    paths = visible.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .compactMap(\.value)
  }

  /// Reads one descriptor.
  ///
  /// - Throws: `RootFailure` where the file cannot be read, ``FileFailure`` where it is no
  ///   descriptor; its reason names the key.
  static func read(_ path: String, in root: Root) throws -> FirmwareDescriptor {
    let data = try root.directory.read(path, limit: sizeLimit) ?? Data()
    do {
      let document = try JSONDecoder().decode(DescriptorDocument.self, from: data)
      return document.descriptor(source: root.source(path))
    } catch let error as DecodingError {
      throw FileFailure(path, error.reason)
    }
  }

  /// Bytes; libvirt's own limit.
  ///
  /// **Source:** libvirt src/qemu/qemu_firmware.c, `DOCUMENT_SIZE`.
  private static let sizeLimit = 1 << 20
}

extension DecodingError {
  fileprivate var reason: String {
    switch self {
    case .dataCorrupted(let context): context.reason
    case .keyNotFound(let key, let context): "\(context.path)no key \(key.stringValue)"
    case .typeMismatch(_, let context), .valueNotFound(_, let context): context.reason
    @unknown default: "it is no descriptor"
    }
  }
}

extension DecodingError.Context {
  fileprivate var path: String {
    codingPath.isEmpty ? "" : codingPath.map(\.stringValue).joined(separator: ".") + ": "
  }

  fileprivate var reason: String { path + debugDescription }
}
