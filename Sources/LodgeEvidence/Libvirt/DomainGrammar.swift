import LodgeBindings

/// The schema by which libvirt validates domains, with all that it includes.
///
/// **Source:** RELAX NG specification, section 4.7 (include), 4.17 (combine) and 4.18 (grammar);
/// libvirt src/conf/domain_conf.c, virDomainDefParseXML, for the file that it begins with.
struct DomainGrammar {
  /// The patterns of each definition, those that are combined one behind the other.
  private(set) var definitions: [String: [RelaxNGPattern]] = [:]
  /// What keeps a validator from compiling the schema, or from taking domains with launchSecurity;
  /// each is a sentence without its full stop.
  private(set) var flaws: [String] = []
  private var start: [RelaxNGPattern] = []

  /// Where libvirt keeps its schemas.
  static let folder = "usr/share/libvirt/schemas"
  /// The file that defines `<launchSecurity>`.
  static let common = "\(folder)/domaincommon.rng"
  private static let first = "domain.rng"

  /// Reads the schema of a root; nil where it has none for domains.
  ///
  /// - Throws: ``FileFailure`` for a file of it that cannot be read.
  init?(in root: Root) throws {
    guard root.directory.kind(Self.common) != nil else { return nil }
    var files: Set<String> = []
    if root.directory.kind("\(Self.folder)/\(Self.first)") == nil {
      flaws.append("there is no \(Self.first), with which libvirt begins")
      definitions = try read("domaincommon.rng", in: root, &files)
      return
    }
    definitions = try read(Self.first, in: root, &files)
    // Where a part is missing, so are its definitions.
    if flaws.isEmpty { flaws += danglingReferences }
    if flaws.isEmpty { flaws += pathToLaunchSecurity }
  }

  /// Reads one file and what it includes, each once.
  private mutating func read(
    _ name: String, in root: Root, _ files: inout Set<String>
  ) throws -> [String: [RelaxNGPattern]] {
    guard files.insert(name).inserted else { return [:] }
    let path = "\(Self.folder)/\(name)"
    guard !name.contains("/"), files.count <= Self.fileLimit,
      let schema = try root.directory.read(path, limit: Self.sizeLimit)
    else {
      flaws.append("it includes \(name), which is not there")
      return [:]
    }
    let grammar = try explaining(path) { try RelaxNGPattern.parse(schema) }
    var found: [String: [RelaxNGPattern]] = [:]
    for pattern in grammar.children {
      switch pattern.kind {
      case "include":
        let included = try read(pattern.href ?? "", in: root, &files)
        // What stands in an include takes the place of what it brings.
        let own = Self.definitions(among: pattern.children)
        found.merge(included.filter { own[$0.key] == nil }) { $0 + $1 }
        found.merge(own) { $0 + $1 }
      case "start": start += pattern.children
      default: found.merge(Self.definitions(among: [pattern])) { $0 + $1 }
      }
    }
    return found
  }

  /// The definitions among patterns, by name.
  static func definitions(among patterns: [RelaxNGPattern]) -> [String: [RelaxNGPattern]] {
    Dictionary(
      grouping: patterns.filter { $0.kind == "define" }, by: { $0.name ?? "" }
    ).mapValues { $0.flatMap(\.children) }
  }

  private var danglingReferences: [String] {
    let all = definitions.values.joined() + start
    let wanted = all.reduce(into: Set<String>()) { $0.formUnion($1.references) }
    return wanted.filter { definitions[$0] == nil }.sorted().prefix(Self.flawLimit).map {
      "it refers to \($0), which it does not define"
    }
  }

  /// Empty where a domain may have the element.
  private var pathToLaunchSecurity: [String] {
    var (reached, pending) = (Set<String>(), start)
    while let pattern = pending.popLast() {
      if pattern.has("element", named: "launchSecurity") { return [] }
      for name in pattern.references where reached.insert(name).inserted {
        pending += definitions[name] ?? []
      }
    }
    return ["no domain may have <launchSecurity>: nothing leads there from its start"]
  }

  /// Bytes; real files take 250 KB.
  private static let sizeLimit = 4 << 20
  /// Real schemas take ten.
  private static let fileLimit = 64
  private static let flawLimit = 3
}

extension RelaxNGPattern {
  /// The definitions that it refers to, but for those of a grammar inside it.
  fileprivate var references: Set<String> {
    if kind == "grammar" { return [] }
    if kind == "ref", let name { return [name] }
    return children.reduce(into: []) { $0.formUnion($1.references) }
  }

  fileprivate func has(_ kind: String, named name: String) -> Bool {
    `is`(kind, named: name) || children.contains { $0.has(kind, named: name) }
  }
}
