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
      if data.hasCommaBeforeEnd {
        throw FileFailure(path, "a comma stands behind the last of its members: libvirt reads none")
      }
      var descriptor = document.descriptor(source: root.source(path))
      let missing = [descriptor.nvramTemplate].compactMap(\.self).filter { file in
        root.directory.kind(String(file.drop { $0 == "/" })) == nil
      }
      descriptor.missingFiles = missing.isEmpty ? nil : missing
      return descriptor
    } catch let error as DecodingError {
      throw FileFailure(path, error.reason)
    }
  }

  /// Bytes; libvirt's own limit.
  ///
  /// **Source:** libvirt src/qemu/qemu_firmware.c, `DOCUMENT_SIZE`.
  private static let sizeLimit = 1 << 20
}

extension Data {
  /// Whether a comma stands before the end of a list or an object, which Foundation lets pass.
  ///
  /// **Source:** RFC 8259, section 4 and 5.
  fileprivate var hasCommaBeforeEnd: Bool {
    var (isInText, isEscaped, isBehindComma) = (false, false, false)
    for byte in self {
      if isInText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): (isInText, isBehindComma) = (true, false)
      case UInt8(ascii: ","): isBehindComma = true
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if isBehindComma { return true }
      case 0x20, 0x09, 0x0A, 0x0D: break
      default: isBehindComma = false
      }
    }
    return false
  }
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
