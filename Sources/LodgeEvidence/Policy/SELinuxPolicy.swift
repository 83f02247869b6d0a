import Foundation
import LodgeBindings
import LodgeHost
import LodgeModel

/// What an SELinux policy of a root lets `svirt_t` do, the domain of QEMU under libvirt.
///
/// File contexts are read from the text that is installed; allow rules by sesearch(1) of setools from
/// the binary policy, where the root has one and this host has that program.
struct SELinuxPolicy {
  private(set) var policy: AccessPolicy.Policy
  private(set) var rules: [AccessPolicy.Rule] = []

  /// Reads the policy; nil where the root has none.
  init?(in root: Root) async throws {
    guard let found = try SELinuxFiles(in: root) else { return nil }
    policy = AccessPolicy.Policy(
      source: root.source(found.contexts ?? found.binary ?? found.folder),
      enforcer: try found.enforcer())
    guard let contexts = found.contexts,
      let text = try root.directory.read(
        contexts, limit: Self.contextLimit)
    else {
      policy.obstacle = "its modules are linked on the host"
      return
    }
    let labels = SELinuxContexts(String(decoding: text, as: UTF8.self))
    guard let binary = found.binary else {
      policy.obstacle = "its binary policy is not in the set"
      return
    }
    guard
      let search = SELinuxSearch(policy: "\(root.path)/\(root.directory.resolve(binary) ?? binary)")
    else {
      policy.obstacle = "this host has no sesearch (package setools) to ask"
      return
    }
    do {
      rules = try await Self.rules(labels, search, at: root.source(binary))
    } catch let failure as FileFailure {
      // A policy may be of a version that the program here is too old for.
      policy.obstacle = "\(failure)"
    }
  }

  private static func rules(
    _ labels: SELinuxContexts, _ search: SELinuxSearch, at source: Source
  ) async throws -> [AccessPolicy.Rule] {
    var rules: [AccessPolicy.Rule] = []
    for path in AccessPolicy.paths {
      guard let label = labels.type(of: path) else { continue }
      let program = labels.type(of: "/usr/sbin/qgs") ?? labels.type(of: "/usr/bin/qgs")
      let grant =
        try await path.hasSuffix(".socket")
        ? search.socketGrant(on: label, of: program) : search.deviceGrant(on: label)
      rules.append(
        .init(system: .seLinux, path: path, grant: grant, words: label, source: source))
    }
    return rules
  }

  /// Bytes; Fedora's takes half a MiB.
  private static let contextLimit = 16 << 20
}

/// The files of an SELinux policy in a root.
private struct SELinuxFiles {
  private let root: Root
  /// The folder of one policy, such as `etc/selinux/targeted`.
  let folder: String
  let contexts: String?
  let binary: String?

  init?(in root: Root) throws {
    self.root = root
    let settings = UnitFile(try root.text("etc/selinux/config") ?? "")
    let names = root.directory.list("etc/selinux").filter {
      root.directory.kind("etc/selinux/\($0)") == .directory
    }
    let usual = [settings.values(of: "SELINUXTYPE").last, "targeted", "default"].compactMap(\.self)
    guard let name = usual.first(where: names.contains) ?? names.first else { return nil }
    let folder = "etc/selinux/\(name)"
    self.folder = folder
    let file = "\(folder)/contexts/files/file_contexts"
    contexts = root.directory.kind(file) == nil ? nil : file
    let versions = root.directory.list("\(folder)/policy").filter { $0.hasPrefix("policy.") }
    binary = versions.sorted { $0.compare($1, options: .numeric) == .orderedAscending }.last
      .map { "\(folder)/policy/\($0)" }
    let hasDomains = root.directory.kind("\(folder)/contexts/virtual_domain_context") != nil
    guard contexts != nil || binary != nil || hasDomains else { return nil }
  }

  /// What puts it into force.
  func enforcer() throws -> Source? {
    let file = "etc/selinux/config"
    let mode = UnitFile(try root.text(file) ?? "").values(of: "SELINUX").last
    return mode == "enforcing" ? root.source(file) : nil
  }
}

/// The file contexts of a policy.
///
/// **Source:** selinux_file_contexts(5), libselinux 3.8: a path without wildcards counts most, and
/// of the others the last that fits.
struct SELinuxContexts {
  private let lines: [(pattern: String, type: String)]

  /// Reads the lines of a text.
  init(_ text: String) {
    lines = text.split(separator: "\n").compactMap { line in
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let pattern = words.first, !pattern.hasPrefix("#"), let context = words.last else {
        return nil
      }
      let parts = context.split(separator: ":")
      return parts.count >= 3 ? (String(pattern), String(parts[2])) : nil
    }
  }

  /// The type of a path, such as `sev_device_t`; nil where the policy says none.
  func type(of path: String) -> String? {
    // Policies name either of two folders, and libselinux puts one for the other.
    let names = path.hasPrefix("/run/") ? [path, "/var\(path)"] : [path]
    let fitting = lines.filter { line in names.contains { Self.fits(line.pattern, $0) } }
    let exact = fitting.last { line in names.contains { Self.literal(line.pattern) == $0 } }
    return (exact ?? fitting.last)?.type
  }

  /// The path that a pattern without wildcards means.
  private static func literal(_ pattern: String) -> String? {
    let plain = pattern.replacing("\\.", with: ".").replacing("\\-", with: "-")
    return plain.contains { "\\.^$?*+|[](){}".contains($0) && $0 != "." } ? nil : plain
  }

  private static func fits(_ pattern: String, _ path: String) -> Bool {
    let start = pattern.prefix { !"\\.^$?*+|[](){}".contains($0) }
    // A wildcard also applies to the character before it.
    guard path.hasPrefix(start.dropLast()), pattern.utf8.count <= 256 else { return false }
    if literal(pattern) == path { return true }
    // A repeated group could take for ever on a path of somebody's choice.
    guard !pattern.contains(")*"), !pattern.contains(")+"), !pattern.contains("){") else {
      return false
    }
    guard let expression = try? Regex("^(?:\(pattern))$") else { return false }
    return (try? expression.wholeMatch(in: path)) != nil
  }
}

/// Asks a binary policy what it allows; stands on sesearch(1) of setools.
struct SELinuxSearch {
  private let policy: String

  /// Takes a policy at a path of this host; nil where the program is not here.
  init?(policy: String) {
    guard Command.locate("sesearch") != nil else { return nil }
    self.policy = policy
  }

  /// What QEMU may do with a device of a type.
  func deviceGrant(on label: String) async throws -> String {
    let all = try await permissions(["-A", "-s", Self.domain, "-t", label, "-c", "chr_file"])
    guard all.contains("open") else { return "" }
    return ["read", "write"].filter(all.contains).map { String($0.prefix(1)) }.joined()
  }

  /// Whether QEMU may connect to a socket of a type whose owner runs a program of another.
  func socketGrant(on label: String, of program: String?) async throws -> String {
    let onFile = try await permissions(["-A", "-s", Self.domain, "-t", label, "-c", "sock_file"])
    guard onFile.contains("write") else { return "" }
    // A daemon without a type of its own runs as what systemd gives such.
    var owner = "unconfined_service_t"
    if let program {
      let transitions = try await lines(["-T", "-s", "init_t", "-t", program, "-c", "process"])
      if let match = transitions.firstMatch(of: /type_transition .*:process ([a-z0-9_]+)/) {
        owner = String(match.1)
      }
    }
    let onStream = try await permissions([
      "-A", "-s", Self.domain, "-t", owner, "-c", "unix_stream_socket",
    ])
    return onStream.contains("connectto") ? "rw" : ""
  }

  /// **Source:** libvirt src/security/security_selinux.c; contexts/virtual_domain_context.
  private static let domain = "svirt_t"

  private func permissions(_ arguments: [String]) async throws -> Set<String> {
    let rules = try await lines(arguments)
    let words = rules.matches(of: /:[a-z_]+ (?:\{([^}]*)\}|([a-z_]+))/).flatMap { match in
      (match.1 ?? match.2 ?? "").split(separator: " ").map(String.init)
    }
    return Set(words)
  }

  private func lines(_ arguments: [String]) async throws -> String {
    var sandbox = Sandbox(root: "/")
    sandbox.places = [.readOnly(policy, at: "/tmp/policy")]
    let command = sandbox.command(
      "sesearch", arguments + ["/tmp/policy"], deadline: .seconds(60), outputLimit: 4 << 20)
    let finished = try await command.run()
    // A type that the policy does not have is refused; it allows nothing.
    let words = finished.errors + finished.text
    let isUnknown = words.contains("is not a valid type")
    guard finished.ending == .exited(0) || isUnknown else {
      throw FileFailure("sesearch cannot read the binary policy", "\(words.suffix(160))")
    }
    return finished.text
  }
}
