import Foundation
import Glibc

/// What domains may leave in a lab after they are gone.
struct Leftovers {
  private let folder: LabFolder

  init(_ folder: LabFolder) { self.folder = folder }

  /// A QEMU of one of the guests, by its process number on this host; nil where none is left.
  ///
  /// Only the sandbox's own count: other labs may have domains of the same names.
  func process(of guests: Set<String>) -> Int? {
    let wanted = Self.identity(of: folder.transcripts)
    return Self.processes.first { process in
      let command = (try? Data(contentsOf: URL(filePath: "/proc/\(process)/cmdline"))) ?? Data()
      let words = command.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      let isOfAGuest = words.contains { word in
        guests.contains { word == "guest=\($0)" || word.hasPrefix("guest=\($0),") }
      }
      return isOfAGuest && Self.isInside(process, wanted)
    }
  }

  /// Where libvirt keeps what belongs to one domain; logs stay by design.
  private static let places = [
    "etc/libvirt/qemu", "run/libvirt/qemu", "var/lib/libvirt/qemu", "var/lib/libvirt/qemu/save",
    "var/lib/libvirt/qemu/nvram", "var/lib/libvirt/qemu/dump",
  ]

  /// A file of one of the guests inside the sandbox; nil where none is left.
  func file(of guests: Set<String>) -> String? {
    guard let root = sandboxRoot else { return nil }
    for place in Self.places {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(place)")) ?? []
      // Folders are called domain-1-NAME, files NAME.xml; names may be cut off.
      let file = names.sorted().first { name in
        guests.contains { guest in name.contains(guest) || name.hasSuffix("-\(guest.prefix(20))") }
      }
      if let file { return "/\(place)/\(file)" }
    }
    return nil
  }

  /// The sandbox's tree as its processes see it: that of any process whose transcripts are ours.
  private var sandboxRoot: String? {
    let wanted = Self.identity(of: folder.transcripts)
    return Self.processes.first { Self.isInside($0, wanted) }.map { "/proc/\($0)/root" }
  }

  /// Whether a process sees the folder of transcripts that is ours.
  private static func isInside(_ process: Int, _ wanted: [UInt64]?) -> Bool {
    wanted != nil && identity(of: "/proc/\(process)/root/run/lodge/transcripts") == wanted
  }

  private static func identity(of path: String) -> [UInt64]? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return [UInt64(status.st_dev), UInt64(status.st_ino)]
  }

  private static var processes: [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int($0) }.sorted(by: >)
  }
}
