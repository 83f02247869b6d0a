package import Foundation
package import LodgeModel

/// Results as KernelCI's database takes them, in version 5.3 of its schema.
///
/// A build there is one kernel. The checkout and the build are those of the set's kernel, named by the
/// set; what QEMU, libvirt and firmware of the set offer rides in `misc`. What results do not say, such
/// as times and commits, is left out.
///
/// What is blocked is `MISS`, as what is not run: of neither is anything known. `SKIP` says that a test
/// was not applicable, and weighs less than `PASS`, so that a build would look green.
/// **Source:** kcidb-io, schema 5.3, `status`, `checkout`, `build`, `test`.
package struct KCIDBReport {
  /// The name that a submitter is registered by.
  package struct Origin: Equatable, Sendable, CustomStringConvertible {
    /// The name of Lodge itself.
    package static let lodge = Origin(checked: "lodge")

    package let description: String

    /// Takes lower-case letters, digits and underscores; nil for anything else.
    package init?(_ name: String) {
      let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789_".utf8)
      guard !name.isEmpty, name.utf8.allSatisfy(allowed.contains) else { return nil }
      self.init(checked: name)
    }

    private init(checked name: String) { description = name }
  }

  private let results: Results
  private let origin: Origin

  package init(_ results: Results, origin: Origin = .lodge) {
    (self.results, self.origin) = (results, origin)
  }

  /// The document, with a newline at the end.
  ///
  /// - Throws: `EncodingError` for texts or numbers that JSON cannot hold.
  package var json: Data {
    get throws {
      var seen: Set<Digest> = []
      // A set that stands twice is one build all the same.
      let builds = results.sets.filter { seen.insert($0.id).inserted }
      let tests = try results.exported.flatMap { _, set, cells in
        let run = "\(set.id.short)-\(try Self.fingerprint(of: set))"
        return cells.map { test($0, run: run) }
      }
      let ids = tests.map(\.id).numbered
      return try CanonicalJSON.encode(
        Report(
          checkouts: builds.map(checkout), builds: builds.map(build),
          tests: zip(tests, ids).map { test, id in
            var test = test
            test.id = id
            return test
          }))
    }
  }

  /// Sixteen digits that tell this run of a set from another; FNV-1a over all that was seen.
  private static func fingerprint(of set: Results.BuildSet) throws -> String {
    let hash = try CanonicalJSON.encode(set).reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private func id(of set: Results.BuildSet) -> String { "\(origin):\(set.id.hex)" }

  private func checkout(_ set: Results.BuildSet) -> Checkout {
    Checkout(
      id: id(of: set), origin: "\(origin)",
      comment: "the source of the kernel of set \(set.name)".visible)
  }

  private func build(_ set: Results.BuildSet) -> Build {
    Build(
      id: id(of: set), origin: "\(origin)", checkoutID: id(of: set),
      comment: "the kernel of set \(set.name)".visible,
      misc: Build.Misc(
        set: set.id.description, name: set.name.visible, packages: set.packages,
        support: set.support.map(Build.Misc.Offer.init), accepted: set.accepted.map(\.visible),
        notes: set.notes.map(\.visible)))
  }

  private func test(_ exported: ExportedCell, run: String) -> Test {
    let (set, cell) = (exported.set, exported.cell)
    let offers = set.support.filter { $0.type == cell.type }
      .map { ($0.member.rawValue, $0.answer.rawValue) }
    return Test(
      id: "\(origin):\(run):\(exported.place)", origin: "\(origin)", buildID: id(of: set),
      path: cell.kcidbPath, comment: exported.title, status: cell.outcome.kcidb,
      duration: cell.took,
      logExcerpt: exported.details.joined(separator: "\n").cut(toScalars: 16384),
      environment: Environment(
        misc: Environment.Misc(
          set: set.id.description, stage: cell.stage.rawValue, platform: cell.platform?.visible,
          type: cell.type?.rawValue, offers: Dictionary(offers) { first, _ in first })),
      misc: Test.Misc(
        outcome: cell.outcome.rawValue, kind: cell.kind.rawValue,
        catalogue: cell.catalogue?.visible))
  }
}

private struct Report: Encodable {
  struct Version: Encodable {
    let major = 5
    let minor = 3
  }

  let version = Version()
  var checkouts: [Checkout]
  var builds: [Build]
  var tests: [Test]
}

private struct Checkout: Encodable {
  var id: String
  var origin: String
  var comment: String
}

private struct Build: Encodable {
  struct Misc: Encodable {
    struct Offer: Encodable {
      var member: String
      var type: String
      var answer: String
      var reason: String

      init(_ support: Support) {
        (member, type) = (support.member.rawValue, support.type.rawValue)
        (answer, reason) = (support.answer.rawValue, support.reason.visible)
      }
    }

    var set: String
    var name: String
    var packages: Int
    var support: [Offer]
    var accepted: [String]
    var notes: [String]
  }

  var id: String
  var origin: String
  var checkoutID: String
  var comment: String
  /// No other has domains of these types.
  var architecture = "x86_64"
  var misc: Misc

  private enum CodingKeys: String, CodingKey {
    case id, origin, comment, architecture, misc
    case checkoutID = "checkout_id"
  }
}

private struct Test: Encodable {
  struct Misc: Encodable {
    var outcome: String
    var kind: String
    var catalogue: String?
  }

  var id: String
  var origin: String
  var buildID: String
  var path: String
  var comment: String
  var status: String
  var duration: Double
  var logExcerpt: String
  var environment: Environment
  var misc: Misc

  private enum CodingKeys: String, CodingKey {
    case id, origin, path, comment, status, duration, environment, misc
    case buildID = "build_id"
    case logExcerpt = "log_excerpt"
  }
}

private struct Environment: Encodable {
  struct Misc: Encodable {
    var set: String
    var stage: String
    var platform: String?
    var type: String?
    /// What each member says of the type.
    var offers: [String: String]
  }

  var misc: Misc
}

extension Cell {
  /// The place in KernelCI's tree of tests: `lodge`, the stage, the id and, of a contract, the type.
  fileprivate var kcidbPath: String {
    let parts = id.split { "./[]".contains($0) }.map(String.init)
    let type = kind == .contract ? self.type?.rawValue : nil
    return (["lodge", stage.rawValue] + parts + [type].compactMap(\.self)).map { part in
      String(
        String.UnicodeScalarView(
          part.unicodeScalars.map { scalar in
            scalar.isASCII
              && (scalar.properties.isAlphabetic
                || "0123456789_-".unicodeScalars
                  .contains(scalar))
              ? scalar : "_"
          }))
    }.joined(separator: ".")
  }
}

extension Outcome {
  /// The word of KernelCI's schema.
  fileprivate var kcidb: String {
    switch self {
    case .pass: "PASS"
    case .fail: "FAIL"
    case .error: "ERROR"
    case .blocked, .notRun: "MISS"
    case .notApplicable: "SKIP"
    }
  }
}
