import Foundation
package import LodgeHost

/// The installation of RPM packages into a root, as one transaction of librpm in a sandbox.
///
/// The sandbox has this host's librpm, the packages and the root, and no network. Nothing of this
/// host's configuration of RPM counts.
package enum RPMTransaction {
  /// Installs packages whose bytes and signatures were checked, into a folder of this user.
  ///
  /// All of them or, where they have problems together, none. With scriptlets, code of the packages
  /// runs; it sees the sandbox only. Files belong to this user, whoever owns them in the package.
  ///
  /// - Throws: ``PackageFailure`` for packages that librpm refuses or fails on, ``CommandFailure``
  ///   where the sandbox cannot be had, ``StorageFailure`` for a full disk.
  package static func install(
    _ packages: [(label: String, file: String)], into root: String, scriptlets: Bool,
    scratch: Scratch, deadline: Duration = .seconds(1800)
  ) async throws -> Report {
    let options = scriptlets ? ["--scriptlets"] : []
    return try await run(packages, root, options, scratch, deadline)
  }

  /// Why packages cannot be installed together into a root; nothing is installed.
  ///
  /// - Throws: as ``install(_:into:scriptlets:scratch:deadline:)``, except for what it returns.
  package static func problems(
    of packages: [(label: String, file: String)], in root: String, scratch: Scratch,
    deadline: Duration = .seconds(1800)
  ) async throws -> [RPMProblem] {
    do {
      _ = try await run(packages, root, ["--test"], scratch, deadline)
      return []
    } catch PackageFailure.refused(let problems) {
      return problems
    }
  }

  private static func run(
    _ packages: [(label: String, file: String)], _ root: String, _ options: [String],
    _ scratch: Scratch, _ deadline: Duration
  ) async throws -> Report {
    let folder = scratch.fresh("packages")
    defer { try? removeTree(folder) }
    try gather(packages.map(\.file), in: folder)
    let command = try command(options, root, folder, count: packages.count, deadline)
    let finished = try await command.run()
    let labels = Dictionary(
      uniqueKeysWithValues: packages.enumerated().map { (place($0), $1.label) })
    let told = try RPMEvents(finished.output, labels: labels)
    return try told.report(of: finished)
  }

  /// Puts the files into one folder: a mount for each would be slow.
  private static func gather(_ files: [String], in folder: String) throws {
    try makeFolder(folder)
    for (index, file) in files.enumerated() {
      let place = "\(folder)/\(name(index))"
      if (try? FileManager.default.linkItem(atPath: file, toPath: place)) != nil { continue }
      do {
        try FileManager.default.copyItem(atPath: file, toPath: place)
      } catch {
        throw StorageFailure("cannot copy", file, error)
      }
    }
  }

  private static func name(_ index: Int) -> String { "\(index).rpm" }

  /// Where the sandbox sees a package.
  private static func place(_ index: Int) -> String { "/packages/\(name(index))" }

  /// Where the sandbox sees the root.
  private static let rootInside = "/root-of-set"

  /// Where the sandbox sees the program.
  private static let programInside = "/run/lodge/lodge-rpm-transaction"

  /// The file of the program on this host; nil where this build lost it.
  static var program: String? {
    Bundle.module.url(forResource: "lodge-rpm-transaction", withExtension: nil)?
      .path(percentEncoded: false)
  }

  private static func command(
    _ options: [String], _ root: String, _ folder: String, count: Int, _ deadline: Duration
  ) throws(PackageFailure) -> Command {
    guard let program else {
      throw .host("this build has no program for RPM transactions; build lodge again")
    }
    var sandbox = Sandbox(root: "/")
    sandbox.role = .administrator
    // The kernel's firmware alone takes a minute to unpack.
    sandbox.limits.processorSeconds = 1800
    sandbox.places = [
      .writable(root, at: rootInside), .readOnly(folder, at: "/packages"),
      .readOnly(program, at: programInside),
    ]
    // Without scriptlets nobody needs them, and packages that own the two folders install them.
    if options.contains("--scriptlets") {
      sandbox.places += [
        .processes(at: "\(rootInside)/proc"), .devices(at: "\(rootInside)/dev"),
      ]
    }
    let list = (0..<count).map { place($0) + "\n" }.joined()
    return sandbox.command(
      programInside, options + [rootInside], input: Data(list.utf8), deadline: deadline)
  }
}
