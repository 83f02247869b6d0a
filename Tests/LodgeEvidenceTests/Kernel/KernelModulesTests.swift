import Foundation
import LodgeEvidence
import LodgeModel
import Testing

struct KernelModulesTests {
  private func modules(of files: [String: Data]) async throws -> Fact<KernelModules> {
    try await Collector.modules.evidence(of: files).modules
  }

  @Test func plainAndPackedModulesTellTheirParameters() async throws {
    let modules = try await modules(of: RecordedKernel().files).value?.byName
    #expect(modules?.keys.sorted() == ["ccp", "kvm_amd"])
    let kvmAMD = try #require(modules?["kvm_amd"])
    #expect(!kvmAMD.isBuiltIn)
    #expect(kvmAMD.source.file == RecordedKernel.module("kernel/arch/x86/kvm/kvm-amd.ko"))
    #expect(kvmAMD.parameters["sev_snp"] == "bool")
    #expect(kvmAMD.parameters["pause_filter_thresh"] == "ushort")
    #expect(modules?["ccp"]?.parameters["init_ex_path"] == "charp")
  }

  @Test(arguments: ["updates/dkms/kvm-amd.ko", "updates/kvm_amd.ko", "extra/sev/kvm/kvm-amd.ko"])
  func moduleBuiltApartTakesThePlaceOfTheKernelsOwn(file: String) async throws {
    var files = try RecordedKernel().files
    files[RecordedKernel.module(file)] = try RecordedKernel().kvmAMD
    files[RecordedKernel.module("kernel/arch/x86/kvm/kvm-amd.ko")] = Data("not looked at".utf8)
    files[RecordedKernel.module("updates/not-kvm-amd.ko")] = Data("another module".utf8)
    let modules = try await modules(of: files).value?.byName
    #expect(modules?["kvm_amd"]?.source.file == RecordedKernel.module(file))
  }

  @Test func updatesComeBeforeExtras() async throws {
    let kernel = try RecordedKernel()
    let modules = try await modules(of: [
      RecordedKernel.module("extra/kvm-amd.ko"): kernel.kvmAMD,
      RecordedKernel.module("updates/z/kvm-amd.ko"): kernel.kvmAMD,
    ]).value?.byName
    let place = RecordedKernel.module("updates/z/kvm-amd.ko")
    #expect(modules?["kvm_amd"]?.source.file == place)
  }

  @Test(.timeLimit(.minutes(1))) func foldersThatHoldThemselvesAreRefused() async throws {
    let updates = RecordedKernel.module("updates")
    let links = (0..<100).map { ("\(updates)/\($0)", ".") }
    let evidence = try await Collector.modules.evidence(
      of: RecordedKernel().files, links: Dictionary(uniqueKeysWithValues: links))
    guard case .unreadable(let reason) = evidence.modules else {
      return #expect(Bool(false), "\(evidence.modules)")
    }
    #expect(reason.hasSuffix("it has more than 16384 entries, or links to itself"))
  }

  @Test func builtInModulesAreFoundByTheirList() async throws {
    let modules = try await modules(of: [
      "lib/modules/6.1/modules.builtin": Data(
        "kernel/arch/x86/kvm/kvm.ko\nkernel/arch/x86/kvm/kvm-intel.ko\n".utf8),
      "lib/modules/6.1/modules.builtin.modinfo": Data(
        "kvm.parmtype=halt_poll_ns:uint\0kvm_intel.parmtype=tdx:bool\0".utf8),
    ])
    let source = Source(file: "lib/modules/6.1/modules.builtin.modinfo")
    #expect(
      modules
        == .found(
          KernelModules(byName: [
            "kvm": .init(source: source, isBuiltIn: true, parameters: ["halt_poll_ns": "uint"]),
            "kvm_intel": .init(source: source, isBuiltIn: true, parameters: ["tdx": "bool"]),
          ])))
  }

  @Test func rootWithoutModulesSaysWhatWasLookedFor() async throws {
    let fact = try await modules(of: RecordedKernel().mergedFiles)
    guard case .absent(let reason) = fact else { return #expect(Bool(false), "\(fact)") }
    #expect(reason.contains(RecordedKernel.module("kernel/arch/x86/kvm/kvm-amd.ko")))
  }

  @Test func damagedModuleIsUnreadable() async throws {
    var files = try RecordedKernel().files
    let path = RecordedKernel.module("kernel/drivers/crypto/ccp/ccp.ko.xz")
    files[path] = files[path]?.prefix(1000)
    let fact = try await modules(of: files)
    guard case .unreadable(let reason) = fact else { return #expect(Bool(false), "\(fact)") }
    #expect(reason.hasPrefix("\(path): cannot unpack xz stream: "))
  }

  @Test(arguments: [
    "parmtype=", "parmtype=:", "parmtype=a", "parmtypea:b", "\0\0", "k.parmtype=a:b",
  ])
  func textsThatNameNoParameterAreLeftOut(text: String) {
    #expect(ModuleInfo(Data(text.utf8)).parameters().isEmpty)
  }
}
