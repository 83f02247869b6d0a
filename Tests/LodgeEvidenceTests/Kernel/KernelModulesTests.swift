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
