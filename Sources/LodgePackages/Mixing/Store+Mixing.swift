import Foundation
import LodgeBindings
import LodgeHost
package import LodgeModel

extension Store {
  /// A set whose members are taken from several sets, resolved from the packages of these alone.
  ///
  /// It is what a host becomes that has the base installed and is given exactly the members of the
  /// others: everything else stays where it can, and is taken from those others where it must.
  ///
  /// - Parameters:
  ///   - locks: the sets, whose packages are all in the store.
  ///   - base: the place of the set that gives what no member is.
  ///   - givers: the place of the set that gives a member; the base gives those that are not named.
  /// - Returns: the set, or why there is none.
  /// - Throws: ``PackageFailure`` for packages that the store lacks, and for sets of two formats.
  package func mix(
    _ locks: [Lock], base: Int, givers: [Member: Int]
  ) async throws -> Mixture {
    let places = Dictionary(uniqueKeysWithValues: Member.allCases.map { ($0, givers[$0] ?? base) })
    if places.values.allSatisfy({ $0 == base }) {
      return .resolved(Mixture.Resolved(lock: locks[base]))
    }
    let choice = Member.allCases.map { "\($0) \(locks[places[$0] ?? base].id)" }
    let key = Digest(of: Data("mix/\(Self.memberRules) \(locks[base].id) \(choice)".utf8))
    let place = "\(path)/resolved/mix-\(key.hex).json"
    if let known = try? Data(contentsOf: URL(filePath: place)),
      let mixture = try? CanonicalJSON.decode(Mixture.self, from: known)
    {
      return mixture
    }
    var sides: [Int: Mixing.Side] = [:]
    for number in Set(places.values).union([base]).sorted() {
      sides[number] = Mixing.Side(
        lock: locks[number], members: try await members(of: locks[number]))
    }
    let mixture = try Mixing(sides: sides, base: base, places: places).mixed(in: self)
    try keep(CanonicalJSON.encode(mixture), as: place)
    return mixture
  }
}

/// Several sets, and which of them gives what.
struct Mixing {
  /// One of the sets.
  struct Side {
    let lock: Lock
    let members: [Digest: Member]

    func member(of package: Package) -> Member? { package.sha256.flatMap { members[$0] } }
  }

  let sides: [Int: Side]
  let base: Int
  let places: [Member: Int]

  /// The packages that a side has to give: its members, and of the base all that belongs to none.
  private func given(by number: Int) -> [Package] {
    guard let side = sides[number] else { return [] }
    return side.lock.packages.filter { package in
      side.member(of: package).map { places[$0] == number } ?? (number == base)
    }
  }

  /// What is wanted, whether it goes together or not.
  private var wanted: [Package] {
    var seen: Set<Digest> = []
    return ([base] + sides.keys.sorted().filter { $0 != base }).flatMap(given).filter { package in
      package.sha256.map { seen.insert($0).inserted } ?? false
    }
  }

  func mixed(in store: Store) throws -> Mixture {
    let pool = try pool(in: store)
    let (known, numbers) = (pool.packages, pool.numbers)
    let installed = sides[base]?.lock.binaryPackages ?? []
    let isMember = { (package: Package) in sides[base]?.member(of: package) != nil }
    let wanted = wanted
    let digests = Set(wanted.compactMap(\.sha256))
    // Members are wanted as they are; the rest of the base stays where it can.
    let exact = wanted.filter { package in
      !package.isSource && sides.values.contains { $0.member(of: package) != nil }
    }
    let unwanted = installed.filter { package in
      isMember(package) && package.sha256.map { !digests.contains($0) } ?? false
    }
    func places(of packages: [Package]) -> [Int32] {
      packages.compactMap { $0.sha256.flatMap { numbers[$0] } }
    }
    let several = Dictionary(grouping: exact, by: \.name).filter { $0.value.count > 1 }.keys
    let solution = pool.pool.change(
      to: places(of: exact), without: places(of: unwanted), severalVersions: Set(several))
    switch solution {
    case .impossible(let obstacles):
      return .impossible(obstacles, wanted: lock(of: wanted))
    case .chosen(let candidates):
      let chosen = candidates.compactMap { known[$0.number] }
      let result = lock(of: chosen + wanted.filter(\.isSource))
      let (here, names) = (Set(installed.compactMap(\.sha256)), Set(chosen.map(\.name)))
      return .resolved(
        Mixture.Resolved(
          lock: result,
          along: result.binaryPackages.filter { package in
            package.sha256.map { !here.contains($0) && !digests.contains($0) } ?? false
          },
          gone: installed.filter { !isMember($0) && !names.contains($0.name) }))
    }
  }

  /// The packages that may be chosen, by number and by digest; those of the base are installed.
  private func pool(
    in store: Store
  ) throws -> (pool: PackagePool, packages: [Int32: Package], numbers: [Digest: Int32]) {
    let isRPM = try sides.values.map { try $0.isOfRPMs(in: store) }
    guard Set(isRPM).count == 1 else {
      throw PackageFailure.unresolved(
        set: "mix", reason: "one set has deb packages and another has rpm packages",
        remedy: "mix sets of one format; packages of two distributions never make one")
    }
    var pool: PackagePool?
    var known: [Int32: Package] = [:]
    var numbers: [Digest: Int32] = [:]
    for number in [base] + sides.keys.sorted().filter({ $0 != base }) {
      guard let side = sides[number] else { continue }
      let packages = side.lock.binaryPackages.filter { package in
        guard let digest = package.sha256, numbers[digest] == nil else { return false }
        // Nobody may draw in a member from where it is not taken.
        return number == base || side.members[digest].map { places[$0] == number } ?? true
      }
      guard !packages.isEmpty else { continue }
      let part = try ClosurePool(Lock(packages: packages), in: store, pool: pool)
      if number == base { part.pool.setInstalled(part.repository) }
      pool = part.pool
      for (place, package) in part.packages {
        known[place] = package
        if let digest = package.sha256 { numbers[digest] = place }
      }
    }
    guard let pool else {
      throw PackageFailure.unresolved(
        set: "mix", reason: "its sets have no packages", remedy: "look at their locks")
    }
    return (pool, known, numbers)
  }

  /// A lock of packages, with what the locks that they are from say besides; one that has the very
  /// packages of a set is that set's.
  private func lock(of packages: [Package]) -> Lock {
    let digests = Set(packages.compactMap(\.sha256))
    for number in sides.keys.sorted() {
      guard let side = sides[number] else { continue }
      if Set(side.lock.packages.compactMap(\.sha256)) == digests { return side.lock }
    }
    let suites = Set(packages.map(\.suite))
    var expiries: [Lock.AcceptedExpiry] = []
    var sources: [Lock.Source] = []
    for number in sides.keys.sorted() {
      guard let lock = sides[number]?.lock else { continue }
      expiries += lock.acceptExpired.filter { suites.contains($0.suite) && !expiries.contains($0) }
      sources += (lock.sources ?? []).filter { suites.contains($0.id) && !sources.contains($0) }
    }
    return Lock(packages: packages, acceptExpired: expiries, sources: sources)
  }
}

extension Mixing.Side {
  /// The format of the packages.
  ///
  /// - Throws: ``PackageFailure/unavailable(package:reason:)`` for packages that are no files.
  fileprivate func isOfRPMs(in store: Store) throws(PackageFailure) -> Bool {
    guard let first = lock.binaryPackages.first else { return false }
    guard let digest = first.sha256 else {
      throw .unavailable(
        package: first.label, reason: "it is installed on this host, and there is no file of it")
    }
    return PackageFile.isRPM(store.packageFile(digest))
  }
}
