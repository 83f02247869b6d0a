import Foundation
import LodgeModel
import Testing

@testable import LodgeEvidence

struct FirmwareDescriptorTests {
  private static let names = [
    "40-edk2-x86_64-secure-enrolled.json", "50-edk2-x86_64-secure.json",
    "60-edk2-x86_64-amdsev.json", "60-edk2-x86_64-inteltdx.json", "60-edk2-x86_64.json",
  ]

  private func descriptors(_ tree: TreeOfFiles) async throws -> Fact<FirmwareDescriptors> {
    var evidence = Evidence()
    await Collector.descriptors(try tree.root())(&evidence)
    return evidence.descriptors
  }

  private func recorded() throws -> [String: Data] {
    try Dictionary(
      uniqueKeysWithValues: Self.names.map {
        ("usr/share/qemu/firmware/\($0)", try RecordedFile("firmware-descriptors/\($0)").data)
      })
  }

  @Test func realDescriptorsAreReadInLibvirtsOrder() async throws {
    let found = try #require(try await descriptors(TreeOfFiles(recorded())).value).descriptors
    #expect(found.map { $0.source.file.split(separator: "/").last.map(String.init) } == Self.names)
    #expect(found.map(\.device) == ["flash", "flash", "memory", "memory", "flash"])
    #expect(found[0].filename == "/usr/share/OVMF/OVMF_CODE_4M.ms.fd")
    #expect(found[0].nvramTemplate == "/usr/share/OVMF/OVMF_VARS_4M.ms.fd")
    #expect(found[0].mode == nil)
    #expect(found[2].filename == "/usr/share/ovmf/OVMF.amdsev.fd")
    #expect(found[2].features == ["amd-sev", "amd-sev-es", "amd-sev-snp", "verbose-dynamic"])
    #expect(found[4].targets == ["x86_64": ["pc-i440fx-*", "pc-q35-*"]])
  }

  @Test func administratorsFileTakesThePlaceOfThePackages() async throws {
    var files = try recorded()
    let flash = "50-edk2-x86_64-secure.json"
    files["etc/qemu/firmware/60-edk2-x86_64-amdsev.json"] =
      try RecordedFile("firmware-descriptors/\(flash)").data
    files["etc/qemu/firmware/60-edk2-x86_64.json"] = Data()
    let tree = try TreeOfFiles(
      files, links: ["etc/qemu/firmware/60-edk2-x86_64-inteltdx.json": "/dev/null"])
    let found = try #require(try await descriptors(tree).value).descriptors
    #expect(
      found.map(\.source.file) == [
        "usr/share/qemu/firmware/40-edk2-x86_64-secure-enrolled.json",
        "usr/share/qemu/firmware/50-edk2-x86_64-secure.json",
        "etc/qemu/firmware/60-edk2-x86_64-amdsev.json",
      ])
  }

  @Test func unknownKeysAndDevicesAreKept() async throws {
    let text = """
      {"interface-types": ["uefi"], "new-key": {"a": 1}, "features": ["amd-sev-snp", "new-feature"],
       "mapping": {"device": "igvm", "filename": "/usr/share/edk2/OVMF.igvm", "other": 1},
       "targets": [{"architecture": "x86_64", "machines": ["pc-q35-*"], "more": true}]}
      """
    let tree = try TreeOfFiles(["etc/qemu/firmware/10-new.json": Data(text.utf8)])
    let found = try #require(try await descriptors(tree).value).descriptors
    #expect(found.map(\.device) == ["igvm"])
    #expect(found.map(\.features) == [["amd-sev-snp", "new-feature"]])
  }

  @Test(arguments: [
    ("{\"mapping\": 1}", "mapping"), ("not json", "JSON"), ("{}", "no key"),
    ("{\"interface-types\": [], \"mapping\": {\"device\": \"memory\"}}", "no key filename"),
    (
      "{\"interface-types\": [], \"targets\": [], \"features\": [], \"mapping\": {\"device\": \"memory\", \"filename\": \",]\\\",}\"}, }",
      "a comma stands behind"
    ),
  ])
  func fileThatIsNoDescriptorIsToldBesideThoseThatAre(text: String, part: String) async throws {
    let bad = "usr/share/qemu/firmware/10-bad.json"
    var files = try recorded()
    files[bad] = Data(text.utf8)
    let found = try #require(try await descriptors(TreeOfFiles(files)).value)
    #expect(found.descriptors.count == Self.names.count)
    let broken = try #require(found.broken)
    #expect(broken.map(\.source.file) == [bad])
    #expect(broken[0].reason.contains(part), "\(broken[0].reason)")
  }

  @Test func formatsAndTheTemplateAreLookedAt() async throws {
    func descriptor(_ format: String) -> Data {
      Data(
        """
        {"interface-types": ["uefi"], "features": ["a,", ",]"], "targets": [],
         "mapping": {"device": "flash", "mode": "split",
           "executable": {"filename": "/usr/share/OVMF/code.fd", "format": "\(format)"},
           "nvram-template": {"filename": "/usr/share/OVMF/vars.fd", "format": "raw"}}}
        """.utf8)
    }
    let file = "usr/share/qemu/firmware/10-new.json"
    let lacking = try TreeOfFiles([file: descriptor("qcow2")])
    let found = try #require(try await descriptors(lacking).value?.descriptors.first)
    #expect(found.formats == ["qcow2", "raw"])
    #expect(found.missingFiles == ["/usr/share/OVMF/vars.fd"])
    let whole = try TreeOfFiles([file: descriptor("raw"), "usr/share/OVMF/vars.fd": Data([0])])
    #expect(try await descriptors(whole).value?.descriptors.first?.missingFiles == nil)
  }

  @Test func rootWithoutDescriptorsHasNone() async throws {
    guard case .absent = try await descriptors(TreeOfFiles([:])) else {
      Issue.record("found descriptors in an empty tree")
      return
    }
  }

  @Test func damagedDescriptorNeverTraps() throws {
    for name in Self.names {
      for data in try RecordedFile("firmware-descriptors/\(name)").damaged(count: 100) {
        _ = try? JSONDecoder().decode(DescriptorDocument.self, from: data)
      }
    }
  }
}
