// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(
  name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// A module of the product; its dependencies stand above it in this file.
func room(
  _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [],
  extra: [SwiftSetting] = [], plugins: [Target.PluginUsage] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, resources: resources,
    swiftSettings: settings + extra, plugins: plugins)
}

/// The tests of one module, with their fixtures beside them.
func tests(
  of name: String, _ dependencies: [Target.Dependency] = [], fixtures: Bool = false,
  exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name), "LodgeTesting"] + dependencies,
    exclude: exclude, resources: fixtures ? [.copy("Fixtures")] : [], swiftSettings: settings)
}

let package = Package(
  name: "lodge",
  products: [.executable(name: "lodge", targets: ["lodge"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CCapstone", pkgConfig: "capstone", providers: [.apt(["libcapstone-dev"])]),
    .systemLibrary(
      name: "CLibarchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CLibelf", pkgConfig: "libelf", providers: [.apt(["libelf-dev"])]),
    .systemLibrary(name: "CLibbpf", pkgConfig: "libbpf", providers: [.apt(["libbpf-dev"])]),
    .systemLibrary(name: "CLinux"),
    // Only their headers: the libraries are loaded when they are first asked for.
    .systemLibrary(name: "CLibvirt", providers: [.apt(["libvirt-dev"])]),
    .systemLibrary(name: "CLibrpm", providers: [.apt(["librpm-dev"])]),
    .systemLibrary(name: "CLibsolv", providers: [.apt(["libsolv-dev", "libsolvext-dev"])]),
    .plugin(name: "PlatformModelLibrary", capability: .buildTool()),
    .plugin(name: "DaemonStarter", capability: .buildTool()),
    .plugin(name: "RPMTransactionProgram", capability: .buildTool()),
    room("LodgeModel"),
    room("LodgeHost", ["LodgeModel", crypto, subprocess, system]),
    room(
      "LodgeBindings",
      [
        "LodgeModel", "CCapstone", "CLibarchive", "CLibelf", "CLibbpf", "CLibrpm", "CLibsolv",
        "CLibvirt", "CLinux",
      ],
      extra: [.strictMemorySafety()]),
    room("LodgeXML"),
    room("LodgeWeb", ["LodgeHost", asyncHTTPClient] + nio),
    room("LodgeKoji", ["LodgeXML", "LodgeWeb"]),
    room("LodgePlatform", ["LodgeModel"]),
    room("LodgeScenarios", ["LodgeModel", "LodgeXML"]),
    room("LodgeRelease", ["LodgeModel"]),
    room(
      "LodgeMatrix",
      ["LodgeModel", "LodgePlatform", "LodgeScenarios", "LodgeRelease", "LodgeXML", yams]),
    room(
      "LodgePackages",
      ["LodgeModel", "LodgeHost", "LodgeBindings", "LodgeXML", "LodgeWeb", "LodgeKoji"],
      plugins: ["RPMTransactionProgram"]),
    // The texts are built in, so that an installed lodge needs no file.
    room(
      "LodgeMessages", ["LodgeModel", yams], resources: [.embedInCode("Messages.yaml")]),
    room(
      "LodgeEvidence",
      ["LodgeModel", "LodgeHost", "LodgeBindings", "LodgeXML", "LodgeMessages"]),
    room("LodgeContracts", ["LodgeModel"]),
    room("LodgeMeasurement", ["LodgeModel", "LodgeEvidence", crypto]),
    room(
      "LodgeLab",
      [
        "LodgeModel", "LodgeHost", "LodgeBindings", "LodgePlatform", "LodgeScenarios",
        "LodgeMeasurement", "LodgeXML", crypto,
      ],
      plugins: ["PlatformModelLibrary", "DaemonStarter"]),
    room(
      "LodgeLaunch",
      ["LodgeModel", "LodgeHost", "LodgePlatform", "LodgeScenarios", "LodgeMatrix", "LodgeLab"]),
    room(
      "LodgeMutation",
      [
        "LodgeModel", "LodgeHost", "LodgeBindings", "LodgeEvidence", "LodgeContracts",
        "LodgeLaunch",
      ]),
    room("LodgeLedger", ["LodgeModel", grdb, crypto]),
    room("LodgeAttestation", ["LodgeModel", crypto]),
    // Pages are built in, so that an installed lodge needs no file.
    room(
      "LodgeSite", ["LodgeModel", "LodgeRelease", crypto, mustache],
      resources: [.embedInCode("Templates"), .embedInCode("Assets")]),
    room(
      "LodgePublishing",
      ["LodgeModel", "LodgeHost", "LodgeLedger", "LodgeRelease", "LodgeSite", system]),
    room("LodgeServing", [hummingbird]),
    .executableTarget(
      name: "lodge",
      dependencies: [
        "LodgeModel", "LodgeHost", "LodgeBindings", "LodgeMatrix", "LodgePackages",
        "LodgeEvidence", "LodgeContracts", "LodgeLedger", "LodgeSite", "LodgePlatform",
        "LodgeScenarios", "LodgeMeasurement", "LodgeLab", "LodgeLaunch", "LodgeWeb", "LodgeKoji",
        "LodgeRelease", "LodgeMessages", "LodgeAttestation", "LodgePublishing",
        "LodgeServing", argumentParser,
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "lodge-mutation",
      dependencies: [
        "LodgeModel", "LodgeHost", "LodgeMatrix", "LodgePackages", "LodgeContracts",
        "LodgeLaunch", "LodgeMutation", "LodgeWeb", argumentParser,
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "lodge-bench",
      dependencies: ["LodgeModel", "LodgeHost", "LodgeLedger", "LodgeAttestation", argumentParser],
      swiftSettings: settings),
    .target(
      name: "LodgeTesting", dependencies: ["LodgeModel", "LodgeHost"],
      path: "Tests/LodgeTesting", swiftSettings: settings),
    tests(of: "LodgeModel"),
    tests(of: "LodgeHost"),
    tests(of: "LodgeBindings", fixtures: true),
    tests(of: "LodgeMatrix", ["LodgePlatform", "LodgeScenarios", "LodgeRelease"]),
    tests(of: "LodgePlatform", ["LodgeMatrix"], fixtures: true),
    tests(of: "LodgeXML"),
    tests(of: "LodgeWeb", ["LodgeHost"]),
    tests(of: "LodgeKoji", ["LodgeHost", "LodgeWeb"]),
    tests(of: "LodgeScenarios", ["LodgeXML"], fixtures: true),
    tests(
      of: "LodgeLab",
      ["LodgeHost", "LodgeBindings", "LodgePlatform", "LodgeScenarios", "LodgeMeasurement"],
      fixtures: true),
    tests(of: "LodgePackages", ["LodgeHost", "LodgeBindings"]),
    tests(
      of: "LodgeEvidence", ["LodgeHost", "LodgeBindings", "LodgeContracts"],
      fixtures: true, exclude: ["Snapshots"]),
    tests(of: "LodgeMessages", [yams]),
    tests(of: "LodgeContracts", ["LodgeMessages"]),
    tests(of: "LodgeMutation", ["LodgeHost", "LodgeBindings", "LodgeContracts"]),
    tests(of: "LodgeMeasurement", ["LodgeHost", "LodgeModel"], fixtures: true),
    tests(of: "LodgeLedger", [grdb]),
    tests(of: "LodgeRelease"),
    tests(of: "LodgeAttestation", ["LodgeModel", "LodgeHost", crypto], fixtures: true),
    tests(
      of: "LodgePublishing",
      ["LodgeModel", "LodgeHost", "LodgeLedger", "LodgeRelease", "LodgeSite", grdb]),
    tests(of: "LodgeSite", ["LodgeContracts", "LodgeRelease"], exclude: ["Snapshots"]),
    tests(
      of: "lodge",
      ["LodgePackages", "LodgeBindings", "LodgeContracts", "LodgeAttestation", "LodgeLedger", yams]),
  ]
)
