import CLibsolv

extension PackagePool {
  /// Why packages cannot be installed together.
  package enum Contradiction: Hashable, Sendable {
    /// A package requires what no package of the pool provides.
    case unmet(Int32, requirement: String)
    /// A package excludes another one; without a relation, two versions of one package.
    case conflict(Int32, Int32, relation: String?)
  }

  /// What keeps packages from being installed together, all of them and nothing else.
  ///
  /// Of names in `severalVersions` more than one version may stand side by side.
  package func contradictions(
    among numbers: [Int32], severalVersions: Set<String> = []
  ) -> Set<Contradiction> {
    prepare()
    guard let solver = unsafe solv.solver_create(pool) else { return [] }
    defer { unsafe solv.solver_free(solver) }
    _ = unsafe solv.solver_set_flag(solver, SOLVER_FLAG_IGNORE_RECOMMENDED, 1)
    var jobs = unsafe Queue()
    unsafe solv.queue_init(&jobs)
    defer { unsafe solv.queue_free(&jobs) }
    for number in numbers {
      if severalVersions.contains(name(of: number)) {
        unsafe jobs.append(SOLVER_MULTIVERSION | SOLVER_SOLVABLE)
        unsafe jobs.append(number)
      }
      unsafe jobs.append(SOLVER_INSTALL | SOLVER_SOLVABLE)
      unsafe jobs.append(number)
    }
    guard unsafe solv.solver_solve(solver, &jobs) != 0 else { return [] }
    var found: Set<Contradiction> = []
    var problem = unsafe solv.solver_next_problem(solver, 0)
    while problem != 0, found.count < 10_000 {
      var rules = unsafe Queue()
      unsafe solv.queue_init(&rules)
      unsafe solv.solver_findallproblemrules(solver, problem, &rules)
      for rule in unsafe rules.ids {
        if let one = unsafe contradiction(behind: rule, of: solver) { found.insert(one) }
      }
      unsafe solv.queue_free(&rules)
      problem = unsafe solv.solver_next_problem(solver, problem)
    }
    // A solver gives one reason for each package that does not fit; there may be more.
    for case .unmet(let number, _) in found {
      found.formUnion(unprovided(by: number).map { .unmet(number, requirement: $0) })
    }
    return found
  }

  /// What a package requires and no package of the pool provides, rich requirements aside.
  private func unprovided(by number: Int32) -> [String] {
    var requirements = unsafe Queue()
    unsafe solv.queue_init(&requirements)
    defer { unsafe solv.queue_free(&requirements) }
    let solvable = unsafe pool.pointee.solvables + Int(number)
    _ = unsafe solv.solvable_lookup_deparray(
      solvable, Id(SOLVABLE_REQUIRES.rawValue), &requirements, 0)
    var table = solv
    return unsafe requirements.ids.filter { id in
      let text = dependency(id)
      guard id != Id(SOLVABLE_PREREQMARKER.rawValue), !text.hasPrefix("rpmlib(") else {
        return false
      }
      return unsafe lodge_is_provided(&table, pool, id) == 0
    }.map(dependency)
  }

  private func contradiction(
    behind rule: Id, of solver: UnsafeMutablePointer<Solver>
  ) -> Contradiction? {
    var (source, target, relation): (Id, Id, Id) = (0, 0, 0)
    switch unsafe solv.solver_ruleinfo(solver, rule, &source, &target, &relation) {
    case SOLVER_RULE_PKG_NOTHING_PROVIDES_DEP:
      return .unmet(source, requirement: dependency(relation))
    case SOLVER_RULE_PKG_CONFLICTS, SOLVER_RULE_PKG_OBSOLETES, SOLVER_RULE_PKG_IMPLICIT_OBSOLETES:
      return .conflict(source, target, relation: dependency(relation))
    case SOLVER_RULE_PKG_SAME_NAME: return .conflict(source, target, relation: nil)
    default: return nil
    }
  }

  /// What an upgrade of the installed packages would put in the place of some, by their numbers.
  ///
  /// Nil where the installed packages contradict each other, so that nobody can upgrade them.
  package func upgrades() -> [Int32: Int32]? {
    prepare()
    guard let solver = unsafe solv.solver_create(pool) else { return nil }
    defer { unsafe solv.solver_free(solver) }
    // dnf.conf(5): weak dependencies aside, an upgrade may change the vendor.
    _ = unsafe solv.solver_set_flag(solver, SOLVER_FLAG_ALLOW_VENDORCHANGE, 1)
    _ = unsafe solv.solver_set_flag(solver, SOLVER_FLAG_IGNORE_RECOMMENDED, 1)
    var jobs = unsafe Queue()
    unsafe solv.queue_init(&jobs)
    defer { unsafe solv.queue_free(&jobs) }
    unsafe jobs.append(SOLVER_UPDATE | SOLVER_SOLVABLE_ALL)
    unsafe jobs.append(0)
    guard unsafe solv.solver_solve(solver, &jobs) == 0,
      let transaction = unsafe solv.solver_create_transaction(solver)
    else { return nil }
    defer { unsafe solv.transaction_free(transaction) }
    var found: [Int32: Int32] = [:]
    for number in numbers where isInstalled(number) {
      let other = unsafe solv.transaction_obs_pkg(transaction, number)
      if other != 0 { found[number] = other }
    }
    return found
  }

  private func isInstalled(_ number: Int32) -> Bool {
    guard let installed = unsafe pool.pointee.installed else { return false }
    return unsafe pool.pointee.solvables[Int(number)].repo == installed
  }
}
