import Foundation
import LodgeBindings
import LodgeModel

/// Who may open device nodes, as udev rules say.
///
/// **Source:** udev(7), systemd 257.
struct UdevRules {
  /// The devices that confidential guests and the services beside them need.
  static let devices = [
    "kvm", "sev", "sev-guest", "tdx_guest", "vhost-net", "vhost-vsock", "sgx_enclave",
    "sgx_provision", "sgx_vepc",
  ]

  private(set) var rules: [HostSettings.DeviceRule] = []

  /// The folders, of which an earlier one hides files of the same name in a later one.
  static let folders = [
    "etc/udev/rules.d", "run/udev/rules.d", "usr/local/lib/udev/rules.d", "usr/lib/udev/rules.d",
    "lib/udev/rules.d",
  ]

  /// Reads all files of a root.
  init(in root: Root) throws {
    /// What `:=` has settled for good, as `device key`.
    var final: Set<String> = []
    for file in try root.layered(Self.folders, ending: ".rules") {
      guard let text = try root.text(file) else { continue }
      let lines = text.continuedLines.compactMap(UdevRule.init)
      for device in Self.devices {
        add(lines, on: device, from: root.source(file), &final)
      }
    }
  }

  private mutating func add(
    _ lines: [UdevRule], on device: String, from source: Source, _ final: inout Set<String>
  ) {
    var label: String?
    for line in lines {
      if let wanted = label {
        guard line.value(of: "LABEL") == wanted else { continue }
        label = nil
      }
      guard line.matches(device) else { continue }
      label = line.value(of: "GOTO")
      func given(_ key: String) -> String? {
        guard let item = line.items.last(where: { $0.key == key && $0.isAssignment }),
          !final.contains("\(device) \(key)")
        else { return nil }
        if item.operation == ":=" { final.insert("\(device) \(key)") }
        return item.value
      }
      let rule = HostSettings.DeviceRule(
        device: device, owner: given("OWNER"), group: given("GROUP"), mode: given("MODE"),
        source: source)
      if rule.owner != nil || rule.group != nil || rule.mode != nil { rules.append(rule) }
    }
  }
}

/// One line of a udev rules file.
struct UdevRule {
  /// One `KEY operator "value"`.
  struct Item: Equatable {
    var key: String
    var operation: String
    var value: String

    var isAssignment: Bool { ["=", "+=", "-=", ":="].contains(operation) }
  }

  let items: [Item]

  /// Reads a line; nil for an empty one or a comment.
  init?(_ line: String) {
    guard !line.trimmingCharacters(in: .whitespaces).hasPrefix("#") else { return nil }
    let item = /([A-Z_]+(?:\{[^}]*\})?)\s*(==|!=|\+=|-=|:=|=)\s*[ei]?"((?:[^"\\]|\\.)*)"/
    items = line.matches(of: item).map {
      Item(key: String($0.1), operation: String($0.2), value: String($0.3))
    }
    guard !items.isEmpty else { return nil }
  }

  /// The value of a key that is assigned.
  func value(of key: String) -> String? {
    items.last { $0.key == key && $0.isAssignment }?.value
  }

  /// Whether the line is carried out when a device of `misc` appears.
  ///
  /// A condition on anything but its name, its subsystem and what happens is taken as unmet: only
  /// a host could tell.
  func matches(_ device: String) -> Bool {
    items.filter { !$0.isAssignment }.allSatisfy { item in
      let isMet: Bool
      switch item.key {
      case "KERNEL", "KERNELS", "NAME": isMet = Self.fits(item.value, device)
      case "SUBSYSTEM", "SUBSYSTEMS": isMet = Self.fits(item.value, "misc")
      case "ACTION": isMet = Self.fits(item.value, "add")
      case "DEVNAME": isMet = Self.fits(item.value, "/dev/\(device)")
      default: return false
      }
      return isMet == (item.operation == "==")
    }
  }

  private static func fits(_ patterns: String, _ text: String) -> Bool {
    patterns.split(separator: "|").contains { Glob(String($0)).matches(text) }
  }
}
