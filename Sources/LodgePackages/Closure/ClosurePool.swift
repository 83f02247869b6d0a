import Foundation
import LodgeBindings
import LodgeModel

/// The packages of a lock with what they say of each other.
struct ClosurePool {
  let pool: PackagePool
  /// The packages behind the numbers of the pool.
  private(set) var packages: [Int32: Package] = [:]
  /// The source and version that each package was built from.
  private(set) var built: [Int32: String] = [:]
  /// The control files of Debian packages, in the order of the lock.
  private(set) var stanzas: [ControlStanza] = []
  let repository: Int

  /// Fields of a control file that relate packages.
  ///
  /// **Source:** Debian policy, section 7; `Replaces` alone keeps no packages apart.
  private static let fields = [
    "Package", "Version", "Architecture", "Multi-Arch", "Essential", "Source", "Pre-Depends",
    "Depends", "Provides", "Conflicts", "Breaks",
  ]

  /// Reads the headers of the package files that a store has.
  ///
  /// - Throws: ``PackageFailure`` for a package that is not there or is damaged.
  init(_ lock: Lock, in store: Store, pool made: PackagePool? = nil) throws {
    let all = lock.binaryPackages
    let files = try all.map { package throws(PackageFailure) in
      guard let digest = package.sha256,
        FileManager.default.fileExists(atPath: store.packageFile(digest))
      else {
        throw .unavailable(package: package.label, reason: "the store no longer has its file")
      }
      return store.packageFile(digest)
    }
    let isRPM = files.first.map(PackageFile.isRPM) ?? false
    let architecture = all.map(\.architecture).first { !["all", "noarch"].contains($0) }
    do throws(SolvFailure) {
      pool =
        if let made { made } else {
          try PackagePool(
            architecture: architecture ?? (isRPM ? "x86_64" : "amd64"), of: isRPM ? .rpm : .deb)
        }
    } catch { throw PackageFailure.host("\(error)") }
    repository = pool.addRepository("the set")
    if isRPM { try readRPMs(all, files) } else { try readDebs(all, files) }
  }

  private mutating func readRPMs(_ all: [Package], _ files: [String]) throws(PackageFailure) {
    for (package, file) in zip(all, files) {
      do throws(SolvFailure) {
        let number = try pool.read(package: file, into: repository)
        packages[number] = package
        built[number] = pool.source(of: number)
      } catch {
        throw .damaged(package: package.label, entry: nil, reason: "\(error)")
      }
    }
  }

  private mutating func readDebs(_ all: [Package], _ files: [String]) throws {
    stanzas = try files.map { ControlStanza(fields: try DebFile($0).controlFields()) }
    let text = stanzas.map { stanza in
      Self.fields.compactMap { name in
        // Folded fields are one line here: libsolv reads no continuations of relations.
        stanza[name].map { "\(name): \($0.replacing("\n", with: " "))\n" }
      }.joined()
    }.joined(separator: "\n")
    let numbers: [Int32]
    do throws(SolvFailure) {
      numbers = try pool.read(controls: Data(text.utf8), into: repository)
    } catch { throw PackageFailure.host("libsolv cannot read the control files: \(error)") }
    guard numbers.count == all.count else {
      throw PackageFailure.host(
        "libsolv read \(numbers.count) of \(all.count) control files of the set")
    }
    for (number, (package, stanza)) in zip(numbers, zip(all, stanzas)) {
      packages[number] = package
      built[number] = stanza.builtFrom.map { "\($0.source) \($0.version)" }
    }
  }

  /// Requirements that nobody meets, and packages that exclude each other.
  func closure() -> SetClosure {
    let names = Dictionary(grouping: packages.values, by: \.name)
    let several = Set(names.filter { $0.value.count > 1 && $0.key.hasPrefix("kernel") }.keys)
    var closure = SetClosure(packages: packages.count)
    for one in pool.contradictions(among: packages.keys.sorted(), severalVersions: several) {
      switch one {
      case .unmet(let number, let requirement):
        guard let package = packages[number] else { continue }
        closure.unmet.append(
          SetClosure.Unmet(
            package: package.label, requirement: requirement,
            found: standIn(for: requirement), isLoose: package.suite.isEmpty))
      case .conflict(let number, let other, let relation):
        guard let package = packages[number], let other = packages[other] else { continue }
        closure.conflicts.append(
          SetClosure.Conflict(package: package.label, other: other.label, relation: relation))
      }
    }
    closure.unmet.sort { ($0.package, $0.requirement) < ($1.package, $1.requirement) }
    closure.conflicts.sort { ($0.package, $0.other) < ($1.package, $1.other) }
    return closure
  }

  /// What the set has under a name in a requirement, in another version than is required.
  private func standIn(for requirement: String) -> String? {
    let names = requirement.split(whereSeparator: { "|()".contains($0) }).compactMap {
      $0.split(separator: " ").first.map(String.init)
    }
    for name in names {
      let bare = String(name.prefix { $0 != ":" })
      let numbers = pool.packages(named: bare)
      if let package = numbers.compactMap({ packages[$0] }).first { return package.label }
    }
    return nil
  }

  /// All packages of the set that are built from the source of one of them.
  func builtWith(_ number: Int32) -> [String] {
    guard let source = built[number] else { return packages[number].map { [$0.label] } ?? [] }
    return packages.filter { built[$0.key] == source }.map(\.value.label).sorted()
  }

  /// The packages that have one of some names, and all that is built with them.
  func members(named names: Set<String>) -> Set<Int32> {
    let named = packages.filter { names.contains($0.value.name) }.keys
    let sources = Set(named.compactMap { built[$0] })
    return Set(named).union(
      packages.keys.filter { number in built[number].map(sources.contains) ?? false })
  }
}
