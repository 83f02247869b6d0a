import Foundation
import LodgeBindings
import LodgeModel

/// The AppArmor profile that libvirt gives each domain, as far as it is about certain paths.
///
/// **Source:** apparmor.d(5), AppArmor 3.0 and 4.1; libvirt src/security/virt-aa-helper.c adds what
/// a domain needs to the profile that `TEMPLATE.qemu` begins.
struct AppArmorPolicy {
  let policy: AccessPolicy.Policy
  private(set) var rules: [AccessPolicy.Rule] = []

  /// Reads the profile; nil where the root has none.
  init?(in root: Root) throws {
    let places = ["libvirt/TEMPLATE.qemu", "libvirt/TEMPLATE", "abstractions/libvirt-qemu"]
      .map { "\(Self.folder)/\($0)" }
    guard let start = places.first(where: { root.directory.kind($0) != nil }) else { return nil }
    let enforcers = ["usr/sbin/apparmor_parser", "usr/bin/apparmor_parser", "sbin/apparmor_parser"]
    let enforcer = enforcers.first { root.directory.kind($0) != nil }
    let named = places.last.flatMap { root.directory.kind($0) == nil ? nil : $0 } ?? start
    policy = AccessPolicy.Policy(source: root.source(named), enforcer: enforcer.map(root.source))
    var read: Set<String> = []
    try add(start, in: root, &read)
    try addHelper(in: root)
  }

  private static let folder = "etc/apparmor.d"

  /// Adds the rules of a file and of what it includes.
  private mutating func add(_ file: String, in root: Root, _ read: inout Set<String>) throws {
    guard read.count < 256, read.insert(file).inserted else { return }
    if root.directory.kind(file) == .directory {
      for name in root.directory.list(file) where !name.hasPrefix(".") {
        try add("\(file)/\(name)", in: root, &read)
      }
      return
    }
    guard let text = try root.text(file) else { return }
    let source = root.source(file)
    /// How deep the braces are; what stands in a second profile is not about QEMU.
    var depth = 0
    let outermost = file.contains("/TEMPLATE") ? 1 : 0
    for line in text.split(separator: "\n") {
      let line = AppArmorLine(line)
      if line.opensProfile { depth += 1 }
      if depth <= outermost {
        if let included = line.include {
          try add("\(Self.folder)/\(included)", in: root, &read)
        } else if let rule = line.fileRule {
          add(rule, from: source)
        }
      }
      if line.closesProfile { depth = max(0, depth - 1) }
    }
  }

  private mutating func add(_ rule: AppArmorLine.FileRule, from source: Source) {
    let pattern = AppArmorPattern(rule.path)
    for path in AccessPolicy.paths where pattern.matches(path) {
      rules.append(
        .init(
          system: .appArmor, path: path, grant: rule.permissions, isDenial: rule.isDenial,
          words: rule.words, source: source))
    }
  }

  /// Adds what virt-aa-helper writes into the profile of a domain, from the texts in it.
  private mutating func addHelper(in root: Root) throws {
    let folders = [
      "usr/lib/libvirt", "usr/libexec", "usr/libexec/libvirt", "usr/lib64/libvirt",
      "usr/lib/x86_64-linux-gnu/libvirt",
    ]
    let places = folders.map { "\($0)/virt-aa-helper" }
    guard let (file, bytes) = try root.first(of: places, limit: 16 << 20) else { return }
    for path in AccessPolicy.paths where bytes.hasText("\"\(path)\" rw,") {
      rules.append(
        .init(
          system: .appArmor, path: path, grant: "rw", words: "\"\(path)\" rw",
          source: root.source(file)))
    }
  }
}

/// One line of a profile.
struct AppArmorLine {
  /// A rule on files.
  struct FileRule: Equatable {
    var path: String
    /// Letters such as `rw`.
    var permissions: String
    var isDenial: Bool

    /// The rule as it is written, without its comma.
    var words: String { "\(isDenial ? "deny " : "")\(path) \(permissions)" }
  }

  /// The path below etc/apparmor.d that is read in place of the line; nil for another line.
  private(set) var include: String?
  private(set) var fileRule: FileRule?
  let opensProfile: Bool
  let closesProfile: Bool

  /// Reads a line.
  init(_ line: Substring) {
    let text = line.trimmingCharacters(in: .whitespaces)
    opensProfile = text.hasSuffix("{") && !text.hasPrefix("#")
    closesProfile = text == "}"
    if let match = text.wholeMatch(
      of: /#?include\s+(?:if\s+exists\s+)?[<"]([^>"]+)[>"].*/)
    {
      include = String(match.1)
      return
    }
    guard !text.hasPrefix("#") else { return }
    let rule = /((?:(?:audit|quiet|allow|deny|owner|other|file)\s+)*)(.+?)\s*,(?:\s*#.*)?/
    guard let parts = text.wholeMatch(of: rule) else { return }
    let qualifiers = parts.1.split(whereSeparator: \.isWhitespace)
    let body = String(parts.2)
    guard let (path, permissions) = Self.pathAndPermissions(body) else { return }
    fileRule = FileRule(
      path: path, permissions: permissions, isDenial: qualifiers.contains("deny"))
  }

  /// A path and letters, in either order; nil for a rule on something else.
  private static func pathAndPermissions(_ body: String) -> (String, String)? {
    let pathFirst = /("[^"]+"|[\/@{]\S*)\s+([rwaxmlkixpuPUCcd]+)(?:\s*->.*)?/
    let permissionsFirst = /([rwaxmlkixpuPUCcd]+)\s+("[^"]+"|[\/@{]\S*)(?:\s*->.*)?/
    if let match = body.wholeMatch(of: pathFirst) {
      return (match.1.filter { $0 != "\"" }, String(match.2))
    }
    if let match = body.wholeMatch(of: permissionsFirst) {
      return (match.2.filter { $0 != "\"" }, String(match.1))
    }
    return nil
  }
}
