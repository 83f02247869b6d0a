import Foundation
import LodgeModel

/// The settings of one of libvirt's configuration files.
///
/// **Source:** libvirt src/util/virconf.c: strings in either quotes, numbers, and lists of strings
/// that may go over lines.
struct LibvirtSettings {
  private var values: [String: [String]] = [:]
  /// What stands commented out as `#key = value`: what the program does without the key.
  private var defaults: [String: [String]] = [:]

  /// Reads a text.
  init(_ text: String) {
    var rest = Substring(text)
    while !rest.isEmpty {
      let line = rest.prefix { $0 != "\n" }
      if let match = line.wholeMatch(of: /(#?)([a-z_0-9]+)\s*=\s*(.*)/) {
        let isDefault = !match.1.isEmpty
        var value = match.3
        if value.hasPrefix("["), !isDefault {
          // A list goes on to its closing bracket.
          let from = rest[match.3.startIndex...]
          value = from.prefix(
            through: from.firstIndex(of: "]") ?? from.index(before: from.endIndex))
        }
        let parsed = Self.values(in: value)
        if isDefault {
          defaults[String(match.2)] = defaults[String(match.2)] ?? parsed
        } else {
          values[String(match.2)] = parsed
        }
        rest = rest[value.endIndex...]
      }
      rest = rest.drop { $0 != "\n" }.dropFirst()
    }
  }

  private static func values(in text: Substring) -> [String] {
    let strings = text.matches(of: /"([^"]*)"|'([^']*)'/).map { String($0.1 ?? $0.2 ?? "") }
    if !strings.isEmpty || text.hasPrefix("[") { return strings }
    let number = text.prefix { !$0.isWhitespace && $0 != "#" }
    return number.isEmpty ? [] : [String(number)]
  }

  /// The values that a key was given; nil where it was given none.
  subscript(key: String) -> [String]? { values[key] }

  /// The value of a key, or the one that stands commented out.
  func text(_ key: String) -> String? { values[key]?.first ?? defaults[key]?.first }
}

extension HostSettings.QEMUAccount {
  /// Reads whom libvirt runs QEMU as.
  ///
  /// **Source:** libvirt src/qemu/qemu_conf.c, virQEMUDriverConfigLoadSecurityEntry; distributions
  /// put the user they built in into the comment.
  init(qemuConf text: String, source: Source) {
    let settings = LibvirtSettings(text)
    self.init(
      user: Self.name(settings.text("user")), group: Self.name(settings.text("group")),
      changesOwners: settings["dynamic_ownership"]?.first != "0",
      hasOwnDevices: settings["namespaces"].map { $0.contains("mount") } ?? true,
      securityDrivers: settings["security_driver"] ?? [], source: source)
  }

  /// Names may be numbers with a plus sign; 0 is root.
  private static func name(_ text: String?) -> String {
    guard let text else { return "root" }
    return ["0", "+0"].contains(text) ? "root" : text
  }
}
