import Foundation
import LodgeBindings
import LodgeModel

/// What of a root installs newer packages without being asked.
struct Upgraders {
  private(set) var found: [HostSettings.Upgrader] = []

  /// Looks for all that is known to do so.
  init(in root: Root) throws {
    found += [try Self.unattendedUpgrades(in: root)].compactMap(\.self)
    let units = EnabledUnits(in: root)
    for timer in Self.timers {
      guard let enabled = try units.source(of: timer.unit) else { continue }
      if let settings = timer.settings {
        guard let source = try Self.source(of: settings, in: root) else { continue }
        found.append(.init(name: timer.unit, words: settings.words, source: source))
      } else {
        found.append(.init(name: timer.unit, words: "is enabled", source: enabled))
      }
    }
  }

  /// A timer, and where it does nothing by itself the setting that has it upgrade.
  private struct Timer {
    var unit: String
    var settings: Setting?
  }

  private struct Setting {
    /// The places of the file, of which the last that says something counts.
    var files: [String]
    var key: String
    var values: [String]

    var words: String { "is enabled and \(key) lets it install what is new" }
  }

  /// **Source:** dnf-automatic(8) (DNF 4 and 5), rpm-ostreed.conf(5), bootc-fetch-apply-updates(8),
  /// transactional-update(8), systemd-sysupdate.service(8).
  private static let timers = [
    Timer(
      unit: "dnf-automatic.timer",
      settings: Setting(files: dnfFiles, key: "apply_updates", values: truths)),
    Timer(
      unit: "dnf5-automatic.timer",
      settings: Setting(files: dnfFiles, key: "apply_updates", values: truths)),
    Timer(unit: "dnf-automatic-install.timer"),
    Timer(
      unit: "rpm-ostreed-automatic.timer",
      settings: Setting(
        files: ["etc/rpm-ostreed.conf"], key: "AutomaticUpdatePolicy", values: ["apply", "stage"])),
    Timer(unit: "bootc-fetch-apply-updates.timer"),
    Timer(unit: "transactional-update.timer"),
    Timer(unit: "systemd-sysupdate.timer"),
    Timer(
      unit: "yum-cron.service",
      settings: Setting(
        files: ["etc/yum/yum-cron.conf"], key: "apply_updates", values: truths)),
  ]

  private static let dnfFiles = [
    "usr/share/dnf5/dnf5-plugins/automatic.conf", "etc/dnf/automatic.conf",
  ]
  private static let truths = ["yes", "true", "1", "on"]

  private static func source(of setting: Setting, in root: Root) throws -> Source? {
    var source: Source?
    for file in setting.files {
      guard let text = try root.text(file),
        let value = UnitFile(text).values(of: setting.key).last?.lowercased()
      else { continue }
      source = setting.values.contains(value) ? root.source(file) : nil
    }
    return source
  }

  /// **Source:** /usr/lib/apt/apt.systemd.daily, apt 2.6: what `APT::Periodic` switches on;
  /// unattended-upgrades 2.9 puts 20auto-upgrades in place unless debconf is told otherwise.
  private static func unattendedUpgrades(in root: Root) throws -> HostSettings.Upgrader? {
    guard root.directory.kind("usr/bin/unattended-upgrade") != nil else { return nil }
    var (switches, last): ([String: String], Source?) = ([:], nil)
    let template = "usr/share/unattended-upgrades/20auto-upgrades"
    let configured =
      try root.layered(["etc/apt/apt.conf.d"], ending: "") + ["etc/apt/apt.conf"]
    for file in [template] + configured {
      guard let text = try root.text(file) else { continue }
      let assignment = /APT::Periodic::(Enable|Unattended-Upgrade)\s+"([^"]*)"\s*;/
      for line in text.split(separator: "\n")
      where !line.trimmingCharacters(in: .whitespaces).hasPrefix("/") {
        for match in line.matches(of: assignment) {
          switches[String(match.1)] = String(match.2)
          if match.1 == "Unattended-Upgrade" { last = root.source(file) }
        }
      }
    }
    guard let days = switches["Unattended-Upgrade"], days != "0", switches["Enable"] != "0",
      let last
    else { return nil }
    return HostSettings.Upgrader(
      name: "unattended-upgrades",
      words: "is there and APT::Periodic::Unattended-Upgrade is \(days)", source: last)
  }
}

/// The units of a root that start by themselves.
struct EnabledUnits {
  private let root: Root

  init(in root: Root) { self.root = root }

  private static let folders = ["etc/systemd/system", "usr/lib/systemd/system"]

  /// What enables a unit: a link of a target that wants it, or a preset; nil where nothing does.
  ///
  /// **Source:** systemd.unit(5), systemd.preset(5): the first line that fits decides.
  func source(of unit: String) throws -> Source? {
    let places = (Self.folders + ["lib/systemd/system"]).map { "\($0)/\(unit)" }
    guard places.contains(where: { root.directory.kind($0) != nil }) else { return nil }
    // A link to /dev/null masks a unit.
    if root.directory.list(Self.folders[0]).contains(unit),
      try root.text(places[0])?.isEmpty ?? true
    {
      return nil
    }
    for folder in Self.folders {
      for target in root.directory.list(folder)
      where target.hasSuffix(".wants") || target.hasSuffix(".requires") {
        let link = "\(folder)/\(target)/\(unit)"
        if root.directory.list("\(folder)/\(target)").contains(unit) { return root.source(link) }
      }
    }
    let presets = try root.layered(
      ["etc/systemd/system-preset", "usr/lib/systemd/system-preset"], ending: ".preset")
    for file in presets {
      for line in try root.text(file)?.split(separator: "\n") ?? [] {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count >= 2, Glob(String(words[1])).matches(unit) else { continue }
        switch words[0] {
        case "enable": return root.source(file)
        case "disable": return nil
        default: continue
        }
      }
    }
    return nil
  }
}
