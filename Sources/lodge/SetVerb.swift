import ArgumentParser
import Foundation
import LodgeEvidence
import LodgeHost
import LodgeModel
import LodgePackages

/// `lodge set`: what a set is made of.
struct SetVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Resolves, locks, shows, installs and compares build sets.",
    subcommands: [
      Resolve.self, LockFile.self, Show.self, Install.self, Difference.self,
    ])

  /// `lodge set resolve NAME`: prints the lock.
  struct Resolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Resolves a set and prints its lock.")

    @Argument(help: "The set's name in the matrix.")
    var name: String
    @Flag(help: "Only choose: print what would be taken, and fetch no package.")
    var plan = false
    @OptionGroup var matrix: MatrixOptions
    @OptionGroup var supply: SupplyOptions
    @OptionGroup var output: OutputOptions

    mutating func run() async throws {
      let bench = try supply.workbench()
      if plan, let set = try matrix.read().sets(named: [name]).first {
        let text = try await bench.plan(of: set)
        bench.progress.finish()
        return try StandardStreams.answer(Data(text.utf8))
      }
      let lock = try await bench.lock(named: name, in: matrix)
      try StandardStreams.answer(lock.canonicalBytes)
    }
  }

  /// `lodge set lock NAME --output FILE`: writes the lock to a file.
  struct LockFile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "lock", abstract: "Resolves a set and writes its lock to a file.")

    @Argument(help: "The set's name in the matrix.")
    var name: String
    @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
    var output: String?
    @OptionGroup var matrix: MatrixOptions
    @OptionGroup var supply: SupplyOptions

    mutating func run() async throws {
      let bench = try supply.workbench()
      let lock = try await bench.lock(named: name, in: matrix)
      let file = output ?? "\(name).lock"
      do { try lock.canonicalBytes.write(to: URL(filePath: file), options: .atomic) } catch {
        throw StorageFailure("cannot write the lock to", file, error)
      }
      print("\(file): \(lock.packages.count) packages, \(lock.id)")
    }
  }

  /// `lodge set show NAME`: prints packages or evidence.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints the packages of a set, or what was read from them.")

    @Argument(help: "The set's name in the matrix.")
    var name: String?
    @Flag(help: "Print what the collectors read.")
    var evidence = false
    @Option(help: ArgumentHelp("A lock file instead of a name.", valueName: "file"))
    var locked: String?
    @Option(help: ArgumentHelp("An unpacked tree instead of a name.", valueName: "dir"))
    var root: String?
    @OptionGroup var matrix: MatrixOptions
    @OptionGroup var supply: SupplyOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      guard [name, locked, root].compactMap(\.self).count == 1 else {
        throw ValidationError("name a set, or --locked FILE, or --root DIR")
      }
      if root != nil, !evidence { throw ValidationError("--root goes with --evidence") }
    }

    mutating func run() async throws {
      let bench = try supply.workbench()
      guard evidence else {
        let lock = try await lock(bench)
        try StandardStreams.answer(
          output.json ? lock.canonicalBytes : Data(lock.listing.utf8))
        return
      }
      let found = try await bench.evidence(of: try await prepared(bench)).evidence
      bench.progress.finish()
      try StandardStreams.answer(
        output.json ? try CanonicalJSON.encode(found) : Data(found.summary.utf8))
    }

    private func lock(_ bench: Workbench) async throws -> Lock {
      if let locked { return try Lock(file: locked) }
      return try await bench.lock(named: name ?? "", in: matrix)
    }

    private func prepared(_ bench: Workbench) async throws -> Workbench.Prepared {
      if let root { return try bench.tree(root, kernel: nil) }
      return try await bench.prepare(try await lock(bench), name: name ?? locked ?? "")
    }
  }

  /// `lodge set install`: makes the root and says where it is.
  struct Install: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes the root of a set and prints where it is.")

    @Argument(help: "The set's name in the matrix.")
    var name: String?
    @Option(help: ArgumentHelp("A lock file instead of a name.", valueName: "file"))
    var locked: String?
    @Flag(help: "Let librpm install the packages, as one transaction.")
    var transaction = false
    @Flag(help: "Run scriptlets and triggers, in the sandbox of a transaction.")
    var scriptlets = false
    @OptionGroup var matrix: MatrixOptions
    @OptionGroup var supply: SupplyOptions

    func validate() throws {
      guard (name == nil) != (locked == nil) else {
        throw ValidationError("name a set, or --locked FILE")
      }
    }

    mutating func run() async throws {
      let bench = try supply.workbench()
      let made = try await prepared(bench)
      bench.progress.finish()
      for note in made.notes { StandardStreams.say("note: \(note)\n") }
      try StandardStreams.answer(Data((made.root.path + "\n").utf8))
    }

    private func prepared(_ bench: Workbench) async throws -> Workbench.Prepared {
      let wanted: Installation? =
        transaction || scriptlets ? .transaction(scriptlets: scriptlets) : nil
      if let locked {
        return try await bench.prepare(
          try Lock(file: locked), name: locked, by: wanted ?? .unpacked)
      }
      guard var set = try matrix.read().sets(named: [name ?? ""]).first else {
        throw InputFailure("name a set")
      }
      set.installation = wanted ?? set.installation
      return try await bench.prepare(set)
    }
  }
}

extension SetVerb {
  /// `lodge set diff A B`: what tells the packages of two sets apart.
  struct Difference: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff",
      abstract: "Lists packages that are not the same in two sets; exit code 1 where there are any."
    )

    @Argument(help: "A set of the matrix, or a lock file.")
    var old: String
    @Argument(help: "Another one.")
    var new: String
    @OptionGroup var matrix: MatrixOptions
    @OptionGroup var supply: SupplyOptions

    mutating func run() async throws {
      let bench = try supply.workbench()
      let locks = (try await lock(old, bench), try await lock(new, bench))
      let changes = LockDifference(from: locks.0, to: locks.1).changes
      try StandardStreams.answer(Data(changes.map { "\($0)\n" }.joined().utf8))
      throw ArgumentParser.ExitCode(changes.isEmpty ? 0 : 1)
    }

    private func lock(_ name: String, _ bench: Workbench) async throws -> Lock {
      if FileManager.default.fileExists(atPath: name) { return try Lock(file: name) }
      return try await bench.lock(named: name, in: matrix)
    }
  }
}

extension Workbench {
  fileprivate func lock(named name: String, in matrix: MatrixOptions) async throws -> Lock {
    guard let set = try matrix.read().sets(named: [name]).first else { return Lock(packages: []) }
    let lock = try await lock(of: set)
    progress.finish()
    return lock
  }
}

extension Lock {
  /// The packages as a table for people.
  fileprivate var listing: String {
    let rows = packages.map { package in
      [
        package.name, package.version, package.architecture, package.suite,
        package.signers, package.sha256?.short ?? "-",
      ]
    }
    let widths = (0..<6).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
        .joined(separator: "  ")
    }
    let expired = acceptExpired.map {
      "accepted although its index expired on \($0.validUntil.formatted(.iso8601)): suite \($0.suite)"
    }
    let places = (sources ?? []).map(\.description) + (lacking ?? []).map(\.description)
    return (["\(id)  \(packages.count) packages"] + expired + places + lines).joined(
      separator: "\n") + "\n"
  }
}

extension Package {
  /// How its signature stands, and by which key.
  fileprivate var signers: String {
    signature.rawValue + (key.map { " \($0.suffix(8))" } ?? "")
  }
}

extension Evidence {
  /// One line per fact for people; the whole is for `--json`.
  fileprivate var summary: String {
    FactName.allCases.map { name in
      let state = (self[keyPath: name.path] as? any FactState)?.summary(words(on: name)) ?? ""
      return "\(name.title.padding(toLength: 22, withPad: " ", startingAt: 0))\(state)\n"
    }.joined()
  }
}
