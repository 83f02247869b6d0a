import LodgeModel
import LodgeRelease

/// The packages that changed, each with what its changelog says, as lines for people.
struct PackageChangesText {
  /// Lines of a changelog that are shown, of members' packages and of others.
  private static let linesOfMember = 12
  private static let linesOfOther = 2
  /// Packages that are no member's and are shown.
  private static let others = 40
  private let packages: PackageChanges

  init(_ packages: PackageChanges) { self.packages = packages }

  /// The lines, with nothing that could steer a terminal.
  var lines: [String] {
    var told: Set<Int> = []
    let own = packages.changes.filter { $0.member != nil }
    let others = packages.changes.filter { $0.member == nil }
    let more = others.count - Self.others
    return (own + others.prefix(Self.others)).flatMap { change -> [String] in
      let line = "  \(change.line)".visible
      guard let place = change.changelog, told.insert(place).inserted else { return [line] }
      let limit = change.member == nil ? Self.linesOfOther : Self.linesOfMember
      return [line] + packages.changelogs[place].lines(limit).map { "    \($0)".visible }
    } + (more > 0 ? ["  and \(more) more packages, which --json lists"] : [])
  }
}

extension PackageChanges.Change {
  /// What became of the package, on one line.
  var line: String {
    let what = "\(name) \(after ?? before ?? "") \(architecture)"
    switch kind {
    case .added: return "+ \(what)"
    case .removed: return "- \(what)"
    case .rebuilt: return "! \(what): same version, other bytes"
    case .upgraded, .downgraded, .replaced:
      let former = formerName.map { "\($0) " } ?? "\(name) "
      let now = formerName == nil ? "" : "\(name) "
      let word = kind == .downgraded ? ": an older version" : ""
      return "~ \(former)\(before ?? "") -> \(now)\(after ?? "") \(architecture)\(word)"
    }
  }
}

extension PackageChanges.Log {
  /// The first of its lines, below what a reader should know of it.
  func lines(_ limit: Int) -> [String] {
    let head = [isTakenBack ? "taken back:" : nil, note].compactMap(\.self)
    let all = entries.flatMap { entry in
      ["\(entry.version)\(entry.date.isEmpty ? "" : ", \(entry.date)")"]
        + entry.lines.filter { $0.contains { $0 != " " } }.map { "  \($0)" }
    }
    let more = all.count - limit
    let entriesLeft = omitted > 0 ? " and \(omitted) more entries" : ""
    return head + all.prefix(limit)
      + (more > 0
        ? ["and \(more) more lines\(entriesLeft)"]
        : omitted > 0 ? ["and \(omitted) more entries"] : [])
  }
}
