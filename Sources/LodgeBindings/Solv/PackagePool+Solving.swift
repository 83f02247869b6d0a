import CLibsolv

extension PackagePool {
  /// What a solver came to.
  package enum Solution: Equatable, Sendable {
    /// Everything that is to be installed, ordered by name.
    case chosen([Candidate])
    /// Why nothing fits, one sentence for each obstacle, in libsolv's words.
    case impossible([String])
  }

  /// Packages that fit a name, `NAME.ARCH`, a name with version, or a pattern; also those of other
  /// architectures, which nothing installs.
  package func packages(named name: String) -> [Int32] {
    let exact = select(name, SELECTION_NAME | SELECTION_CANON | SELECTION_DOTARCH | SELECTION_GLOB)
    if !exact.isEmpty { return exact }
    let offered = select(name, SELECTION_PROVIDES | SELECTION_FILELIST | SELECTION_REL)
    return offered
  }

  private func select(_ name: String, _ flags: Int32) -> [Int32] {
    prepare()
    var selection = unsafe Queue()
    var found = unsafe Queue()
    unsafe solv.queue_init(&selection)
    unsafe solv.queue_init(&found)
    defer {
      unsafe solv.queue_free(&selection)
      unsafe solv.queue_free(&found)
    }
    _ = unsafe solv.selection_make(
      pool, &selection, name, flags | SELECTION_WITH_BADARCH | SELECTION_WITH_DISABLED)
    unsafe solv.selection_solvables(pool, &selection, &found)
    return unsafe found.ids
  }

  /// Chooses one of each group of packages, with all that these require and nothing more.
  package func solve(_ groups: [[Int32]]) -> Solution {
    unsafe solution(with: [SOLVER_FLAG_IGNORE_RECOMMENDED]) { jobs in
      for group in groups {
        var choices = unsafe Queue()
        unsafe solv.queue_init(&choices)
        for number in group { unsafe choices.append(number) }
        unsafe jobs.append(SOLVER_INSTALL | SOLVER_SOLVABLE_ONE_OF)
        unsafe jobs.append(solv.pool_queuetowhatprovides(pool, &choices))
        unsafe solv.queue_free(&choices)
      }
    }
  }

  /// What becomes of the installed packages where some packages must be there and others not.
  ///
  /// All others stay as they are where they can; what cannot is replaced by another version of the
  /// pool, older ones too, or goes. Of names in `severalVersions` more than one version may stand side
  /// by side.
  package func change(
    to wanted: [Int32], without unwanted: [Int32], severalVersions: Set<String> = []
  ) -> Solution {
    unsafe solution(with: [
      SOLVER_FLAG_ALLOW_UNINSTALL, SOLVER_FLAG_ALLOW_DOWNGRADE, SOLVER_FLAG_ALLOW_VENDORCHANGE,
      SOLVER_FLAG_IGNORE_RECOMMENDED,
    ]) { jobs in
      for number in wanted {
        if severalVersions.contains(name(of: number)) {
          unsafe jobs.append(SOLVER_MULTIVERSION | SOLVER_SOLVABLE)
          unsafe jobs.append(number)
        }
        unsafe jobs.append(SOLVER_INSTALL | SOLVER_SOLVABLE)
        unsafe jobs.append(number)
      }
      for number in unwanted {
        unsafe jobs.append(SOLVER_ERASE | SOLVER_SOLVABLE)
        unsafe jobs.append(number)
      }
    }
  }

  /// What a solver with some flags comes to, given its jobs.
  private func solution(with flags: [Int32], _ fill: (inout Queue) -> Void) -> Solution {
    prepare()
    guard let solver = unsafe solv.solver_create(pool) else {
      return .impossible(["out of memory"])
    }
    defer { unsafe solv.solver_free(solver) }
    for flag in flags { _ = unsafe solv.solver_set_flag(solver, flag, 1) }
    var jobs = unsafe Queue()
    unsafe solv.queue_init(&jobs)
    defer { unsafe solv.queue_free(&jobs) }
    unsafe fill(&jobs)
    guard unsafe solv.solver_solve(solver, &jobs) == 0 else {
      return .impossible(unsafe obstacles(of: solver))
    }
    return .chosen(unsafe result(of: solver).map(candidate).sorted { $0.nevra < $1.nevra })
  }

  /// Makes the index of what provides what; again after packages were added.
  func prepare() {
    guard !isIndexed else { return }
    isIndexed = true
    unsafe solv.pool_addfileprovides(pool)
    unsafe solv.pool_createwhatprovides(pool)
  }

  private func result(of solver: UnsafeMutablePointer<Solver>) -> [Int32] {
    guard let transaction = unsafe solv.solver_create_transaction(solver) else { return [] }
    defer { unsafe solv.transaction_free(transaction) }
    var installed = unsafe Queue()
    unsafe solv.queue_init(&installed)
    defer { unsafe solv.queue_free(&installed) }
    _ = unsafe solv.transaction_installedresult(transaction, &installed)
    return unsafe installed.ids
  }

  private func obstacles(of solver: UnsafeMutablePointer<Solver>) -> [String] {
    var sentences: [String] = []
    var problem = unsafe solv.solver_next_problem(solver, 0)
    while problem != 0, sentences.count < 100 {
      var rules = unsafe Queue()
      unsafe solv.queue_init(&rules)
      unsafe solv.solver_findallproblemrules(solver, problem, &rules)
      for rule in unsafe rules.ids {
        let sentence = unsafe sentence(on: rule, of: solver)
        if !sentences.contains(sentence) { sentences.append(sentence) }
      }
      unsafe solv.queue_free(&rules)
      problem = unsafe solv.solver_next_problem(solver, problem)
    }
    // Tells only that something was asked for, which the others explain.
    let telling = sentences.filter { $0 != "conflicting requests" }
    return telling.isEmpty ? sentences : telling
  }

  private func sentence(on rule: Id, of solver: UnsafeMutablePointer<Solver>) -> String {
    var (source, target, dependency): (Id, Id, Id) = (0, 0, 0)
    let kind = unsafe solv.solver_ruleinfo(solver, rule, &source, &target, &dependency)
    let text = unsafe solv.solver_problemruleinfo2str(solver, kind, source, target, dependency)
    return unsafe text.map { unsafe String(cString: $0) } ?? ""
  }
}

extension Queue {
  /// What the queue holds.
  var ids: [Id] {
    guard let elements = unsafe elements else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: elements, count: Int(count)))
  }

  mutating func append(_ id: Id) {
    unsafe solv.queue_insert(&self, count, id)
  }
}
