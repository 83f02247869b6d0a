import Foundation
import LodgeEvidence
import LodgeModel
import LodgeTesting
import Testing

struct ModuleInterfacesTests {
  private func interfaces(
    of files: [String: Data]
  ) async throws -> Fact<ModuleInterfaces> {
    try await Collector.moduleInterfaces.evidence(of: files).moduleInterfaces
  }

  private static func path(_ module: String) -> String {
    "usr/lib/modules/6.12.1/kernel/arch/x86/kvm/\(module).ko"
  }

  @Test func aModuleTellsWhatItGivesAndTakes() async throws {
    var module = HandmadeModule()
    module.information.append("depends=kvm,irq-bypass")
    module.exports = [("sev_do_cmd", 0xAB), ("sev_init", 0xCD)]
    module.imports = [("kvm_init", 0xF000_0001), ("module_layout", 1)]
    let file = Self.path("kvm-amd")
    let found = try await interfaces(of: [file: module.data]).value
    #expect(
      found?.byName["kvm_amd"]
        == .init(
          source: Source(file: file), vermagic: "6.12.1 SMP preempt mod_unload modversions",
          exports: ["sev_do_cmd": 0xAB, "sev_init": 0xCD],
          imports: ["kvm_init": 0xF000_0001, "module_layout": 1], depends: ["kvm", "irq_bypass"]))
    #expect(found?.image == nil)
  }

  @Test func withoutChecksumsTheNamesAreLeft() async throws {
    var module = HandmadeModule()
    module.exports = [("kvm_init", nil)]
    module.imports = [("schedule", nil)]
    let found = try await interfaces(of: [Self.path("kvm"): module.data]).value?.byName["kvm"]
    #expect(found?.exports == ["kvm_init": nil] && found?.imports == ["schedule": nil])
  }

  @Test func aWholeModuleIsRead() async throws {
    let ccp = try await interfaces(of: RecordedKernel().files.filter { $0.key.contains("ccp") })
      .value?.byName["ccp"]
    #expect(ccp?.vermagic == "6.12.117+deb13-amd64 SMP preempt mod_unload modversions")
    #expect(ccp?.exports.count == 20 && ccp?.exports["sev_platform_init"] ?? nil != nil)
    #expect(ccp?.imports["module_layout"] ?? nil != nil)
    #expect(ccp?.imports["sev_platform_init"] == nil)
  }

  @Test func aModuleWithoutVermagicIsUnreadable() async throws {
    var module = HandmadeModule()
    module.information = ["depends="]
    let fact = try await interfaces(of: [Self.path("kvm"): module.data])
    #expect(
      fact == .unreadable("\(Self.path("kvm")): damaged ELF file: it has no vermagic"))
  }

  @Test func aRootWithoutModulesSaysWhatWasLookedFor() async throws {
    let fact = try await interfaces(of: RecordedKernel().mergedFiles)
    guard case .absent(let reason) = fact else { return #expect(Bool(false), "\(fact)") }
    #expect(reason.contains(RecordedKernel.module("kernel/arch/x86/kvm/kvm-amd.ko")))
  }

  @Test func damageIsNeverATrap() async throws {
    var module = HandmadeModule()
    module.exports = [("sev_do_cmd", 0xAB)]
    module.imports = [("kvm_init", 1)]
    let whole = module.data
    for position in stride(from: 0, to: whole.count, by: 7) {
      var bytes = whole
      bytes[position] ^= 0xFF
      _ = try await interfaces(of: [Self.path("kvm"): bytes])
    }
  }
}
