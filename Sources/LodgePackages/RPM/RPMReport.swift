extension RPMTransaction {
  /// What came of a transaction whose packages stand in the root.
  package struct Report: Equatable, Sendable {
    package var installed: [Installed] = []
    /// The triggers that the packages carry.
    package var triggers: [Trigger] = []
    /// The scriptlets of the packages, those that ran in their order.
    package var scriptlets: [Scriptlet] = []
    /// What packages ask for and files of an ordinary user cannot have.
    package var leftOut: [LeftOut] = []
    /// Warnings and errors in librpm's words.
    package var warnings: [String] = []

    /// The scriptlets that failed; librpm installs the package all the same.
    package var failedScriptlets: [Scriptlet] { scriptlets.filter { ($0.exit ?? 0) != 0 } }
  }

  /// A package that stands in the root, by name, version, release and architecture.
  package struct Installed: Equatable, Sendable {
    package var package: String
    /// How many paths it has, ghosts among them.
    package var files: Int
  }

  /// A script that another package or its files set off.
  package struct Trigger: Equatable, Sendable {
    /// The package or the folder of files that sets it off.
    package var condition: String
    /// The package that carries it.
    package var package: String
    /// The moment, such as `triggerin` or `transfiletriggerin`.
    package var kind: String
    package var interpreter: String?
    /// Whether a trigger of the package ran at such a moment; librpm does not tell which one.
    package var ran: Bool
  }

  /// A script of a package.
  package struct Scriptlet: Equatable, Sendable {
    /// The moment, such as `post`; a trigger's is `triggerin` whatever set it off.
    package var kind: String
    package var package: String
    /// The program for it, `<lua>` for librpm itself; nil for a trigger's.
    package var interpreter: String?
    package var ran: Bool
    /// Its exit code as a shell would say it; nil where it did not run.
    package var exit: Int?
    /// The first 4096 bytes that it printed.
    package var output: String
  }

  /// Something about a file of a package that is not so in the root.
  package struct LeftOut: Equatable, Sendable {
    /// What it is.
    package enum Kind: Equatable, Sendable {
      case owner(user: String, group: String)
      case setuid
      case setgid
      case capabilities(String)
    }

    package var kind: Kind
    package var package: String
    package var path: String
  }
}

/// Something for which librpm does not install packages.
package struct RPMProblem: Equatable, Sendable, CustomStringConvertible {
  /// What kind of thing it is.
  package enum Kind: String, Equatable, Sendable {
    case requires, conflicts, obsoletes, architecture, verify, other
    case fileConflict = "file-conflict"
    case alreadyInstalled = "already-installed"
    case diskSpace = "disk-space"
    case diskInodes = "disk-inodes"
    case specialFile = "special-file"
  }

  package var kind: Kind
  /// The package that has it.
  package var package: String
  /// The package that it has it with.
  package var other: String?
  package var path: String?
  /// What is required, conflicted with or obsoleted.
  package var capability: String?
  /// The problem in librpm's words.
  package var text: String

  package var description: String {
    switch kind {
    case .requires: "package \(package): no package of the set has \(capability ?? "what it needs")"
    case .fileConflict:
      "package \(package): entry \(path ?? "?"): \(other ?? "another package") has another there"
    case .specialFile: "package \(package): entry \(path ?? "?"): \(text)"
    // librpm's words mostly name the package themselves.
    default: text.contains(package) ? text : "package \(package): \(text)"
    }
  }

  /// What can be done about it.
  package var remedy: String {
    switch kind {
    case .requires: "add a package that has it, or resolve the set again"
    case .conflicts, .obsoletes, .fileConflict, .alreadyInstalled: "take one of the two out"
    case .architecture: "name packages for x86_64"
    case .diskSpace, .diskInodes:
      "free some space, or set XDG_CACHE_HOME to a folder on another disk"
    case .verify: "it was changed or damaged, fetch it again from an archive you trust"
    case .specialFile, .other: "take it out"
    }
  }
}

extension RPMTransaction.Report {
  /// What a reader of the root should know: what failed, what did not run, what librpm warned of.
  ///
  /// Owners are left out of all files alike, and said once.
  package var notes: [String] {
    let failed = failedScriptlets.map { scriptlet in
      let output = scriptlet.output.split(separator: "\n").last.map { ": \($0)" } ?? ""
      return "package \(scriptlet.package): its %\(scriptlet.kind) scriptlet failed with exit code"
        + " \(scriptlet.exit ?? 0)\(output)"
    }
    let silent = scriptlets.filter { !$0.ran }
    let still = triggers.filter { !$0.ran }
    var notes = failed + warnings + leftOut.compactMap(\.note)
    if !silent.isEmpty { notes.append("\(silent.count) scriptlets did not run") }
    notes += still.map {
      "package \($0.package): its %\($0.kind) on \($0.condition) did not run"
    }
    if leftOut.contains(where: \.isOwner) {
      notes.append("all files belong to this user, whoever owns them in the packages")
    }
    return notes
  }
}

extension RPMTransaction.LeftOut {
  fileprivate var isOwner: Bool {
    if case .owner = kind { true } else { false }
  }

  /// Nil for owners.
  fileprivate var note: String? {
    switch kind {
    case .owner: nil
    case .setuid: "package \(package): entry \(path): its setuid bit was dropped"
    case .setgid: "package \(package): entry \(path): its setgid bit was dropped"
    case .capabilities(let text):
      "package \(package): entry \(path): its capabilities \(text) were dropped"
    }
  }
}
