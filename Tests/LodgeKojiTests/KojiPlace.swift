import Foundation
import LodgeHost
import LodgeKoji
import LodgeTesting
import LodgeWeb
import Testing

/// A hub of this host with tags, builds and tasks of all kinds, for the tests of this module.
struct KojiPlace: Sendable {
  let server: FixtureHub
  let folder: TemporaryFolder
  let certificates: FixtureCertificates

  /// Tests that change something have tags of their own, as this one hub serves all.
  static let shared = Task { try await KojiPlace() }

  private init() async throws {
    folder = try TemporaryFolder()
    certificates = try await FixtureCertificates(in: folder.path)
    let state = try JSONSerialization.data(withJSONObject: try await Self.state(in: folder))
    server = try await FixtureHub(
      state: try folder.write(state, to: "state.json"), certificates: certificates)
  }

  var paths: KojiPaths { KojiPaths(topurl: server.files()) }

  /// The hub for whoever has no login; with a fault, one that has it.
  func hub(_ fault: String? = nil, patience: Patience = Self.patience) throws -> KojiHub {
    KojiHub(server.hub(fault), through: try Web(patience: patience, proxies: .none))
  }

  /// The hub for a user; nil has no certificate.
  func secureHub(_ user: String? = "builder", fault: String? = nil) async throws -> KojiHub {
    var credentials = Credentials(authorities: certificates.authority)
    if let user { credentials.certificate = try await certificates.user(user) }
    let web = try Web(patience: Self.patience, credentials: credentials, proxies: .none)
    return KojiHub(server.hub(fault, secure: true), through: web)
  }

  static let patience = Patience(tries: 3, firstPause: .milliseconds(1))

  static let commit = String(repeating: "0123456789", count: 4)

  private static func state(in folder: TemporaryFolder) async throws -> [String: Any] {
    let real = try await realRPM(in: folder)
    return [
      "users": [["id": 1, "name": "builder"], ["id": 2, "name": "reviewer"]],
      "tags": tags, "builds": builds, "events": events,
      "rpms": try rpms(in: folder) + [real],
      "sidetags": [
        ["tag": "virt10-side-1", "user": "builder"], ["tag": "virt10-side-2", "user": "reviewer"],
      ],
      "tasks": try tasks(in: folder),
    ]
  }

  private static var tags: [[String: Any]] {
    let fixed: [[String: Any]] = [
      ["id": 1, "name": "base"],
      ["id": 2, "name": "virt10-candidate", "parents": ["base"]],
      ["id": 3, "name": "virt10-locked", "locked": true],
      ["id": 4, "name": "virt10-later", "created": 100],
      ["id": 5, "name": "virt10-side-1", "parents": ["virt10-candidate"]],
      ["id": 6, "name": "virt10-side-2", "parents": ["base"]],
      ["id": 7, "name": "virt10-hostile"],
      ["id": 8, "name": "virt10-choosy", "packages": ["other"]],
      ["id": 9, "name": "virt10-real"],
    ]
    // A pair for each test that moves something.
    return fixed
      + movers.enumerated().flatMap { index, name -> [[String: Any]] in
        [
          [
            "id": 100 + 2 * index, "name": "\(name)-from",
            "parents": name == "heir" ? ["base"] : [],
          ], ["id": 101 + 2 * index, "name": "\(name)-to"],
        ]
      }
  }

  private static let movers = [
    "tag", "move", "gone", "heir", "fail", "half", "vanish", "lost", "again", "cli",
  ]

  private static var builds: [[String: Any]] {
    [
      [
        "id": 10, "name": "qemu-kvm", "version": "9.1", "release": "1.el10", "epoch": 17,
        "task_id": 900, "source": "git+https://host/rpms/qemu-kvm#\(commit)",
      ],
      [
        "id": 11, "name": "qemu-kvm", "version": "9.1", "release": "2.el10", "epoch": 17,
        "source": "git+https://host/rpms/qemu-kvm#\(commit)",
      ],
      ["id": 20, "name": "libvirt", "version": "11.0", "release": "1.el10", "volume": "big"],
      ["id": 30, "name": "edk2", "version": "2026", "release": "1.el10,draft_30", "draft": true],
      ["id": 50, "name": "old", "version": "1", "release": "1", "state": 2],
      ["id": 51, "name": "new", "version": "1", "release": "1", "state": 0],
      ["id": 52, "name": "odd", "version": "1", "release": "1", "state": 3],
      ["id": 60, "name": "../../etc", "version": "1", "release": "1"],
      [
        "id": 61, "name": "stuck", "version": "1", "release": "1", "untaggable": "policy violation",
      ],
      ["id": 62, "name": "zz-lost", "version": "1", "release": "1", "vanishes": true],
      ["id": 70, "name": "real", "version": "1", "release": "2"],
    ]
  }

  private static var events: [[String: Any]] {
    let history: [(String, Int)] = [
      ("base", 20), ("virt10-candidate", 10), ("virt10-candidate", 11), ("virt10-candidate", 30),
      ("virt10-hostile", 60), ("virt10-real", 70), ("tag-from", 11), ("tag-from", 20),
      ("move-from", 10), ("move-from", 11), ("move-from", 20), ("gone-from", 11),
      ("heir-from", 11), ("fail-from", 61), ("half-from", 11), ("half-from", 61),
      ("vanish-from", 62), ("lost-from", 11), ("again-from", 20), ("again-to", 11),
      ("cli-from", 11), ("cli-from", 20), ("virt10-later", 11),
    ]
    return history.enumerated().map { index, entry in
      ["id": index + 1, "does": "tag", "tag": entry.0, "build": entry.1]
    }
  }

  private static func rpms(in folder: TemporaryFolder) throws -> [[String: Any]] {
    let list = [
      (11, "qemu-kvm", "x86_64"), (11, "qemu-kvm-core", "x86_64"), (11, "qemu-kvm-docs", "noarch"),
      (11, "qemu-kvm-debuginfo", "x86_64"), (11, "qemu-kvm-debugsource", "x86_64"),
      (11, "qemu-kvm-debuginfo-common", "x86_64"), (11, "qemu-kvm", "src"),
      (11, "qemu-kvm", "aarch64"), (20, "libvirt", "x86_64"), (30, "edk2", "noarch"),
      (60, "etc", "noarch"), (10, "qemu-kvm", "x86_64"),
    ]
    return try list.enumerated().map { index, entry in
      let (build, name, architecture) = entry
      let known = builds.first { $0["id"] as? Int == build }
      let release = "\(known?["release"] ?? "")".prefix { $0 != "," }
      let file = try folder.write("bytes of \(name) for \(architecture)", to: "rpms/\(index)")
      return [
        "id": 1000 + index, "build_id": build, "name": name,
        "version": known?["version"] ?? "", "release": String(release), "arch": architecture,
        "epoch": known?["epoch"] ?? NSNull(), "file": file,
        "keys": name == "libvirt" ? ["abcd0123"] : [],
      ]
    }
  }

  private static func tasks(in folder: TemporaryFolder) throws -> [[String: Any]] {
    func output(_ name: String, volume: String = "DEFAULT") throws -> [String: Any] {
      [
        "name": name, "volume": volume,
        "file": try folder.write("output \(name)", to: "out/\(name)"),
      ]
    }
    return [
      [
        "id": 900, "method": "build", "state": 2, "request": ["git+https://host/rpms/a", "target"],
      ],
      [
        "id": 901, "method": "buildArch", "state": 2, "arch": "x86_64", "parent": 900,
        "request": ["a.src.rpm", 1, "x86_64", true],
        "outputs": [
          try output("a-1-2.x86_64.rpm"), try output("a-docs-1-2.noarch.rpm"),
          try output("a-debuginfo-1-2.x86_64.rpm"), try output("build.log"),
        ],
      ],
      [
        "id": 902, "method": "buildArch", "state": 2, "arch": "aarch64", "parent": 900,
        "request": ["a.src.rpm", 1, "aarch64", true],
        "outputs": [
          try output("a-1-2.aarch64.rpm"), try output("a-docs-1-2.noarch.rpm", volume: "big"),
        ],
      ],
      [
        "id": 903, "method": "buildSRPMFromSCM", "state": 2, "parent": 900,
        "request": ["git+https://host/rpms/a", 1], "outputs": [try output("a-1-2.src.rpm")],
      ],
      ["id": 910, "method": "build", "state": 1],
      ["id": 920, "method": "build", "state": 5, "failure": "mock exited with status 1"],
      ["id": 930, "method": "build", "state": 2],
    ]
  }

  /// A package that rpm itself can read, so that the command koji takes it.
  private static func realRPM(in folder: TemporaryFolder) async throws -> [String: Any] {
    let spec = try folder.write(
      """
      Name: real
      Version: 1
      Release: 2
      Summary: A package
      License: MIT
      BuildArch: noarch
      %description
      A package.
      %files
      """, to: "real.spec")
    _ = try await Command(
      "rpmbuild", ["-bb", "--quiet", "--define", "_topdir \(folder.path)/rpmbuild", spec]
    ).succeed()
    let file = "\(folder.path)/rpmbuild/RPMS/noarch/real-1-2.noarch.rpm"
    let digest = try await Command(
      "rpm", ["-qp", "--nosignature", "--qf", "%{SIGMD5}", file]
    ).succeed()
    return [
      "id": 2000, "build_id": 70, "name": "real", "version": "1", "release": "2",
      "arch": "noarch", "file": file, "payloadhash": digest.text,
    ]
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips what needs a hub where none can be made.
  static var withHub: Self {
    .enabled(if: FixtureHub.peers != nil, Comment(rawValue: FixtureHub.missing))
  }
}
