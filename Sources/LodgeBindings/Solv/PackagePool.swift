import CLibsolv
package import Foundation
import Glibc

/// All packages that a set could take, from several repositories; owns a pool of libsolv.
///
/// For one task at a time. Epochs, rich dependencies and priorities are libsolv's.
/// **Source:** libsolv 0.7, doc/libsolv-pool.txt and libsolv-bindings.txt.
@safe package final class PackagePool {
  /// One package of the pool.
  package struct Candidate: Equatable, Sendable {
    /// Its number in the pool.
    package var number: Int32
    package var name: String
    /// `EPOCH:VERSION-RELEASE`, without the epoch where it is 0.
    package var version: String
    package var architecture: String
    /// The repository's place in the order of ``addRepository(_:priority:)``.
    package var repository: Int
    /// Where it lies below its repository, as the metadata says; not to be trusted.
    package var location: String?
    /// Bytes of the package file, as the metadata says.
    package var size: Int?
    /// The digest of the package file.
    package var checksum: Checksum?

    /// Name, version and architecture as rpm writes them.
    package var nevra: String { "\(name)-\(version).\(architecture)" }
  }

  /// Whose rules of versions and relations hold.
  package enum PackagingSystem: Sendable {
    case rpm
    case deb
  }

  /// A digest in the words of package metadata.
  package struct Checksum: Equatable, Sendable {
    /// The algorithm, such as `sha256`.
    package var kind: String
    /// Lower-case hexadecimal digits.
    package var hex: String

    package init(kind: String, hex: String) { (self.kind, self.hex) = (kind, hex) }
  }

  let pool: UnsafeMutablePointer<Pool>
  private var repositories: [UnsafeMutablePointer<Repo>] = unsafe []
  /// Whether the index of what provides what knows all packages.
  var isIndexed = false

  /// The version of libsolv, whose own form of metadata differs between them; empty without one.
  package static var libraryVersion: String { solvVersion }

  /// Makes an empty pool for the packages of one architecture and those of none.
  ///
  /// - Throws: ``SolvFailure/missing(_:)``.
  package init(
    architecture: String, of system: PackagingSystem = .rpm
  ) throws(SolvFailure) {
    if let failure = solvFailure { throw failure }
    guard let made = solv.pool_create() else { throw .missing("out of memory") }
    unsafe pool = made
    // Debian's libsolv knows deb, too, which compares versions by other rules.
    let kind =
      switch system {
      case .rpm: DISTTYPE_RPM
      case .deb: DISTTYPE_DEB
      }
    // A libsolv that was built for one alone keeps to that one.
    guard unsafe solv.pool_setdisttype(pool, kind) >= 0 else {
      unsafe solv.pool_free(pool)
      throw .missing("it was built without \(system)")
    }
    unsafe solv.pool_setarchpolicy(pool, architecture)
  }

  deinit { unsafe solv.pool_free(pool) }

  /// Compares two versions, with epoch and release, by the packaging system's rules: negative where
  /// the first is older, zero where they are alike.
  package func compare(_ version: String, with other: String) -> Int {
    Int(unsafe solv.pool_evrcmp_str(pool, version, other, Int32(EVRCMP_COMPARE)))
  }

  /// Adds a repository; of two that have a package, the one with the smaller number gives it.
  package func addRepository(_ name: String, priority: Int = 99) -> Int {
    if let repo = unsafe solv.repo_create(pool, name) {
      unsafe repo.pointee.priority = Int32(clamping: -priority)
      unsafe repositories.append(repo)
    }
    return unsafe repositories.count - 1
  }

  /// Reads the uncompressed primary metadata of a repository.
  ///
  /// - Throws: ``SolvFailure/damaged(_:)`` in libsolv's words.
  package func read(primary: Data, into repository: Int) throws(SolvFailure) {
    try read(primary, into: repository, language: nil, flags: 0)
  }

  /// Reads what ``index(of:)`` gave of a repository, in place of its primary metadata.
  ///
  /// - Throws: ``SolvFailure/damaged(_:)`` also for what another libsolv wrote.
  package func read(index: Data, into repository: Int) throws(SolvFailure) {
    isIndexed = false
    let code = unsafe index.withUnsafeBytes { bytes -> Int32 in
      let start = unsafe bytes.bindMemory(to: CChar.self).baseAddress
      guard let file = unsafe solv.solv_fmemopen(start, bytes.count, "r") else { return -1 }
      defer { unsafe fclose(file) }
      return unsafe solv.repo_add_solv(repositories[repository], file, 0)
    }
    guard code == 0 else { throw .damaged(errorText) }
  }

  /// The primary metadata of a repository as libsolv keeps it, which it reads ten times as fast;
  /// nil where memory is short.
  package func index(of repository: Int) -> Data? {
    var bytes: UnsafeMutablePointer<CChar>?
    var count = 0
    guard let file = unsafe open_memstream(&bytes, &count) else { return nil }
    let code = unsafe solv.repo_write(repositories[repository], file)
    unsafe fclose(file)
    defer { unsafe free(bytes) }
    guard code == 0, let bytes = unsafe bytes else { return nil }
    return unsafe Data(bytes: bytes, count: count)
  }

  /// Adds the files of packages that ``read(primary:into:)`` read already.
  ///
  /// - Throws: ``SolvFailure/damaged(_:)`` in libsolv's words.
  package func read(filelists: Data, into repository: Int) throws(SolvFailure) {
    try read(filelists, into: repository, language: "FL", flags: REPO_EXTEND_SOLVABLES)
  }

  private func read(
    _ xml: Data, into repository: Int, language: String?, flags: Int32
  ) throws(SolvFailure) {
    let code = unsafe xml.withUnsafeBytes { bytes -> Int32 in
      let start = unsafe bytes.bindMemory(to: CChar.self).baseAddress
      guard let file = unsafe solv.solv_fmemopen(start, bytes.count, "r") else { return -1 }
      defer { unsafe fclose(file) }
      return unsafe solv.repo_add_rpmmd(repositories[repository], file, language, flags)
    }
    isIndexed = false
    guard code == 0 else { throw .damaged(errorText) }
  }

  /// Adds packages by their control files, one paragraph for each; gives their numbers in order.
  ///
  /// - Throws: ``SolvFailure/damaged(_:)`` in libsolv's words.
  package func read(controls: Data, into repository: Int) throws(SolvFailure) -> [Int32] {
    isIndexed = false
    let first = unsafe pool.pointee.nsolvables
    let code = unsafe controls.withUnsafeBytes { bytes -> Int32 in
      let start = unsafe bytes.bindMemory(to: CChar.self).baseAddress
      guard let file = unsafe solv.solv_fmemopen(start, bytes.count, "r") else { return -1 }
      defer { unsafe fclose(file) }
      return unsafe solv.repo_add_debpackages(repositories[repository], file, 0)
    }
    guard code == 0 else { throw .damaged(errorText) }
    return numbers.filter { $0 >= first }
  }

  /// Says that the packages of a repository are installed.
  package func setInstalled(_ repository: Int) {
    unsafe solv.pool_set_installed(pool, repositories[repository])
  }

  /// Adds the package whose header begins a file; gives its number.
  ///
  /// - Throws: ``SolvFailure/damaged(_:)`` for a file that is no package.
  package func read(package file: String, into repository: Int) throws(SolvFailure) -> Int32 {
    isIndexed = false
    // libsolv reads headers with librpm, which works for one caller at a time.
    let number = try? RPMLibrary.withLock { _ throws(RPMFailure) in
      unsafe solv.repo_add_rpm(repositories[repository], file, REPO_REUSE_REPODATA)
    }
    guard let number, number > 0 else {
      throw .damaged(errorText)
    }
    return number
  }

  /// All packages, of whatever architecture.
  package var numbers: [Int32] {
    (2..<Int32(unsafe pool.pointee.nsolvables)).filter { number in
      unsafe pool.pointee.solvables[Int(number)].repo != nil
    }
  }

  /// Leaves a package out of every choice.
  package func exclude(_ number: Int32) {
    var table = solv
    unsafe lodge_exclude(&table, pool, number)
  }

  /// The name of a package.
  package func name(of number: Int32) -> String {
    unsafe text(pool.pointee.solvables[Int(number)].name)
  }

  /// What the pool knows of a package.
  package func candidate(_ number: Int32) -> Candidate {
    let solvable = unsafe pool.pointee.solvables + Int(number)
    let size = unsafe solv.solvable_lookup_num(solvable, Id(SOLVABLE_DOWNLOADSIZE.rawValue), 0)
    return unsafe Candidate(
      number: number, name: text(solvable.pointee.name), version: text(solvable.pointee.evr),
      architecture: text(solvable.pointee.arch),
      repository: repositories.firstIndex { unsafe $0 == solvable.pointee.repo } ?? 0,
      location: solv.solvable_lookup_location(solvable, nil).map { unsafe String(cString: $0) },
      size: size == 0 ? nil : Int(clamping: size), checksum: checksum(of: solvable))
  }

  /// The source package that a package was built from, such as `qemu-kvm-10.1.0-1.el10.src.rpm`;
  /// nil where the metadata does not say.
  package func source(of number: Int32) -> String? {
    let solvable = unsafe pool.pointee.solvables + Int(number)
    return unsafe solv.solvable_lookup_sourcepkg(solvable).map { unsafe String(cString: $0) }
  }

  func dependency(_ id: Id) -> String {
    unsafe solv.pool_dep2str(pool, id).map { unsafe String(cString: $0) } ?? ""
  }

  private func checksum(of solvable: UnsafeMutablePointer<Solvable>) -> Checksum? {
    var type: Id = 0
    let id = Id(SOLVABLE_CHECKSUM.rawValue)
    guard let hex = unsafe solv.solvable_lookup_checksum(solvable, id, &type) else { return nil }
    let kind = text(type).split(separator: ":").last.map(String.init) ?? ""
    return Checksum(kind: kind, hex: unsafe String(cString: hex))
  }

  private var errorText: String {
    unsafe solv.pool_errstr(pool).map { unsafe String(cString: $0) } ?? ""
  }

  func text(_ id: Id) -> String {
    unsafe solv.pool_id2str(pool, id).map { unsafe String(cString: $0) } ?? ""
  }
}
