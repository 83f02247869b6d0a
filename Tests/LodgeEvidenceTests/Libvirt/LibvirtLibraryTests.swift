import Foundation
import LodgeEvidence
import LodgeModel
import Testing

struct LibvirtLibraryTests {
  private func libvirt(
    _ files: [String: Data], links: [String: String] = [:]
  ) async throws -> Fact<LibvirtBuild> {
    try await Collector.libvirt.evidence(of: files, links: links).libvirt
  }

  private func library() throws -> Data {
    try RecordedFile("libvirt/libvirt-lxc-11.3.0_x86_64.so").data
  }

  @Test(arguments: ["usr/lib/x86_64-linux-gnu", "usr/lib64", "usr/lib", "lib64"])
  func nameOfTheRealFileTellsTheVersion(folder: String) async throws {
    let found = try await libvirt(
      ["\(folder)/libvirt.so.0.11003.2": library()],
      links: ["\(folder)/libvirt.so.0": "libvirt.so.0.11003.2"])
    let build = try #require(found.value)
    #expect(build.version == "11.3.2")
    #expect(build.source.file == "\(folder)/libvirt.so.0.11003.2")
    #expect(build.symbols["virDomainLxcEnterCGroup"] == "LIBVIRT_LXC_2.0.0")
    #expect(build.symbols.count == 4)
  }

  @Test func rootWithoutTheLibrarySaysSo() async throws {
    #expect(
      try await libvirt([:])
        == .absent("no package of this set has libvirt.so.0 in a folder of libraries"))
  }

  @Test func libraryWithoutAVersionInItsNameIsUnreadable() async throws {
    let fact = try await libvirt(["usr/lib64/libvirt.so.0": library()])
    guard case .unreadable(let reason) = fact else { return #expect(Bool(false), "\(fact)") }
    #expect(reason.hasPrefix("usr/lib64/libvirt.so.0: its name tells no version"))
  }

  @Test func otherFileInItsPlaceIsUnreadable() async throws {
    let fact = try await libvirt(
      ["usr/lib/libvirt.so.0.9000.0": Data("no library".utf8)],
      links: ["usr/lib/libvirt.so.0": "libvirt.so.0.9000.0"])
    #expect(fact == .unreadable("usr/lib/libvirt.so.0.9000.0: not an ELF file"))
  }
}
