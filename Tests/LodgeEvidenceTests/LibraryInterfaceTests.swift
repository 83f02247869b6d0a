import Foundation
import LodgeHost
import LodgeModel
import LodgeTesting
import Testing

@testable import LodgeEvidence

/// Types of a library, by libabigail's program, from a library that is compiled here.
@Suite(
  .enabled("this host has no abidw (package abigail-tools)") { Command.locate("abidw") != nil })
struct LibraryInterfaceTests {
  private static let code = """
    struct _virObject { int references; };
    typedef struct { struct _virObject parent; char *name; } *virDomainPtr;
    typedef enum { VIR_DOMAIN_NOSTATE = 0, VIR_DOMAIN_RUNNING = 1, VIR_DOMAIN_LAST } virState;
    struct _virDomainInfo { unsigned char state; unsigned long maxMem; virState last; };
    typedef void (*virFreeCallback)(void *opaque);
    int virDomainGetInfo(virDomainPtr domain, struct _virDomainInfo *info) { return 0; }
    int virSet(virDomainPtr domain, const char *name, virFreeCallback free, ...) { return 1; }
    int virPrivate(int number) { return 0; }

    """

  private static let versions = """
    LIBVIRT_0.0.3 { global: virDomainGetInfo; virSet; local: *; };
    LIBVIRT_PRIVATE_12.8.0 { global: virPrivate; };

    """

  /// The library in a folder; with `debug`, its debug information stands beside it.
  private func library(in folder: TemporaryFolder, apart: Bool) async throws -> TreeOfFiles {
    try folder.write(Self.code, to: "code.c")
    try folder.write(Self.versions, to: "versions")
    let library = "\(folder.path)/libvirt.so.0.12008.0"
    _ = try await Command(
      "clang",
      [
        "-g", "-shared", "-fPIC", "-nostdlib", "-Wl,--build-id=0xabcdef0123456789",
        "-Wl,--version-script=\(folder.path)/versions", "\(folder.path)/code.c", "-o", library,
      ], deadline: .seconds(60)
    ).succeed()
    var files: [String: Data] = [:]
    if apart {
      let debug = "\(folder.path)/debug"
      _ = try await Command(
        "objcopy", ["--only-keep-debug", library, debug], deadline: .seconds(60)
      ).succeed()
      _ = try await Command("objcopy", ["--strip-debug", library], deadline: .seconds(60)).succeed()
      files["usr/lib/debug/.build-id/ab/cdef0123456789.debug"] = try Data(
        contentsOf: URL(filePath: debug))
    }
    files["usr/lib64/libvirt.so.0.12008.0"] = try Data(contentsOf: URL(filePath: library))
    return try TreeOfFiles(files, links: ["usr/lib64/libvirt.so.0": "libvirt.so.0.12008.0"])
  }

  @Test(arguments: [false, true])
  func typesArePublicOnesAlone(apart: Bool) async throws {
    let folder = try TemporaryFolder()
    let tree = try await library(in: folder, apart: apart)
    let interface = try await interface(of: tree)
    #expect(
      interface?.functions == [
        "virDomainGetInfo": "int (virDomainPtr, struct _virDomainInfo *)",
        "virSet": "int (virDomainPtr, const char *, virFreeCallback, ...)",
      ])
    #expect(
      interface?.structures == [
        "_virDomainInfo": .init(
          size: 24,
          members: [
            "state": "0: unsigned char", "maxMem": "64: unsigned long int", "last": "128: virState",
          ])
      ])
    #expect(
      interface?.enumerations == [
        "virState": ["VIR_DOMAIN_NOSTATE": 0, "VIR_DOMAIN_RUNNING": 1, "VIR_DOMAIN_LAST": 2]
      ])
    withExtendedLifetime(tree) {}
  }

  @Test func withoutDebugInformationTypesAreNotKnown() async throws {
    let folder = try TemporaryFolder()
    let tree = try await library(in: folder, apart: true)
    try tree.remove("usr/lib/debug/.build-id/ab/cdef0123456789.debug")
    #expect(try await interface(of: tree) == nil)
    withExtendedLifetime(tree) {}
  }

  private func interface(of tree: TreeOfFiles) async throws -> LibraryInterface? {
    let root = try tree.root()
    var evidence = Evidence()
    await Collector.libvirt(root)(&evidence)
    let build = try #require(evidence.libvirt.value, "\(evidence.libvirt)")
    #expect(Set(build.symbols.keys) == ["virDomainGetInfo", "virSet"])
    return build.interface
  }
}
