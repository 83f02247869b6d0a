import Foundation
import LodgeBindings
import LodgeEvidence
import LodgeModel
import Testing

struct KernelImageTests {
  private func kernel(of files: [String: Data]) async throws -> Fact<KernelBuild> {
    try await Collector.kernel.evidence(of: files).kernel
  }

  @Test func imageInBootTellsReleaseAndVersion() async throws {
    let kernel = try await kernel(of: RecordedKernel().files)
    let source = Source(file: "boot/vmlinuz-6.12.117+deb13-amd64")
    #expect(
      kernel
        == .found(KernelBuild(release: RecordedKernel.release, version: "6.12.117", source: source))
    )
  }

  @Test func imageInTheFolderOfModulesIsFoundToo() async throws {
    let kernel = try await kernel(of: RecordedKernel().mergedFiles)
    #expect(kernel.value?.source.file == RecordedKernel.module("vmlinuz"))
  }

  @Test func rootWithoutImageSaysWhatWasLookedFor() async throws {
    let kernel = try await kernel(of: ["usr/lib/modules/6.1/modules.builtin": Data()])
    #expect(
      kernel
        == .absent(
          "no package of this set has boot/vmlinuz-6.1 or usr/lib/modules/6.1/vmlinuz or "
            + "lib/modules/6.1/vmlinuz"))
    let nothing = try await self.kernel(of: [:])
    #expect(nothing == .absent("no package of this set has boot/vmlinuz-* or usr/lib/modules/*"))
  }

  @Test func otherFileInItsPlaceIsUnreadable() async throws {
    let kernel = try await kernel(of: ["boot/vmlinuz-6.1": Data("no kernel".utf8)])
    #expect(
      kernel == .unreadable("boot/vmlinuz-6.1: not an x86 kernel image: it has no HdrS at 0x202"))
  }

  /// Debian's release has the version of the ABI in it, its banner that of the package.
  @Test(arguments: [
    ("6.1.0-50-amd64 (debian) #1 SMP Debian 6.1.176-1 (2026-07-02)", "6.1.176"),
    ("6.17.7-200.fc42.x86_64 (mockbuild) #1 SMP PREEMPT_DYNAMIC", "6.17.7"),
    ("7.3-rc7-amd64 (debian) #1 SMP Debian 7.3~rc7-1~exp1 (2026-11-01)", "7.3"),
    ("vendor kernel", nil),
  ])
  func bannerTellsTheVersion(banner: String, version: String?) throws {
    var image = try RecordedKernel().image
    image.replaceSubrange(0x4500..<0x4500 + banner.utf8.count, with: Data(banner.utf8))
    image[0x4500 + banner.utf8.count] = 0
    #expect(try Vmlinuz(image).version == version)
  }

  @Test func payloadIsTheKernelProper() throws {
    let kernel = try Vmlinuz(RecordedKernel().image).unpacked()
    #expect(kernel.section(".BTF")?.count == 9730)
  }

  @Test func cutImageIsRefused() throws {
    let image = try RecordedKernel().image
    #expect(throws: VmlinuzFailure.cut) { try Vmlinuz(image.dropLast(1)) }
    #expect(throws: VmlinuzFailure.noPayload) { try Vmlinuz(image.prefix(0x240)) }
  }

  @Test func damagedImageIsNeverATrap() throws {
    for image in try RecordedFile("kernel/vmlinuz-6.12.117_x86_64+cut").damaged(count: 300) {
      let kernel = try? Vmlinuz(image)
      _ = kernel?.version
      _ = try? kernel?.unpacked().section(".BTF")
    }
  }
}
