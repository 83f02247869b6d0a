package import LodgeModel

extension Contract {
  /// The packages of the set can be installed together, and need nothing besides.
  package static let setClosure = Contract(
    id: "set.closure", catalogue: "C10",
    claim: "Every requirement of a package of the set is met by the set, and none of its packages "
      + "excludes another",
    from: Member.allCases, to: Member.allCases,
    basis: "Depends, Pre-Depends, Conflicts and Breaks of control files; requires, conflicts and "
      + "obsoletes of RPM headers; judged by libsolv",
    remedy: "resolve the set again, from suites or repositories that fit together",
    knownCase: "user space of one suite on libraries of another installs by force only, and breaks "
      + "at the first upgrade",
    types: [], reads: [.closure]
  ) { _, facts throws(MissingFact) in
    let closure = try facts.closure
    return .judged(closure.unmet.map(Finding.init) + closure.conflicts.map(Finding.init))
  }
}

private let advice = "take this package and what it relates to from one suite or repository"

extension Finding {
  /// A requirement that nobody in the set meets.
  fileprivate init(_ unmet: SetClosure.Unmet) {
    let has = unmet.found.map { "has \($0)" } ?? "has nothing of the name"
    // Loose files may rely on what the host has; what is there in another version is still wrong.
    let mayBeElsewhere = unmet.isLoose && unmet.found == nil
    self.init(
      mayBeElsewhere ? .warn : .fail,
      "\(unmet.package) requires \(unmet.requirement), and the set \(has)", where: unmet.package,
      sides: [
        .init(who: unmet.package, says: "requires \(unmet.requirement)"),
        .init(who: "the set", says: has),
      ],
      remedy: mayBeElsewhere
        ? "add it to the files, or see that hosts of this set have it" : advice)
  }

  /// Two packages that exclude each other.
  fileprivate init(_ conflict: SetClosure.Conflict) {
    let says = conflict.relation.map { "excludes \($0)" } ?? "is another version of it"
    self.init(
      .fail,
      conflict.relation.map {
        "\(conflict.package) excludes \($0), and the set has \(conflict.other)"
      }
        ?? "the set has \(conflict.package) and \(conflict.other), of which one can be installed",
      where: conflict.package,
      sides: [
        .init(who: conflict.package, says: says),
        .init(who: "the set", says: "has \(conflict.other)"),
      ], remedy: advice)
  }
}
