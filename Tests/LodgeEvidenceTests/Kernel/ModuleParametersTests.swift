import Foundation
import LodgeEvidence
import LodgeModel
import LodgeTesting
import Testing

struct ModuleParametersTests {
  private func modules(_ module: HandmadeModule) async throws -> Fact<KernelModules> {
    let file = "usr/lib/modules/6.12.1/kernel/arch/x86/kvm/kvm-amd.ko"
    return try await Collector.modules.evidence(of: [file: module.data]).modules
  }

  private func defaults(_ parameters: [HandmadeModule.Parameter]) async throws -> [String: String]?
  {
    var module = HandmadeModule()
    module.parameters = parameters
    return try await modules(module).value?.byName["kvm_amd"]?.defaults
  }

  @Test func everyKindIsReadAsTheKernelWritesIt() async throws {
    let defaults = try await defaults([
      .init("on", "param_ops_bool", [1]), .init("off", "param_ops_bool"),
      .init("inverted", "param_ops_invbool", [0]), .init("byte", "param_ops_byte", [200]),
      .init("signed", "param_ops_int", [0xFF, 0xFF, 0xFF, 0xFF]),
      .init("unsigned", "param_ops_uint", [0xFF, 0xFF, 0xFF, 0xFF]),
      .init("hex", "param_ops_hexint", [0x10, 0, 0, 0]), .init("zero", "param_ops_ulong"),
      .init("long", "param_ops_long", [0xFE] + [UInt8](repeating: 0xFF, count: 7)),
      .init("short", "param_ops_short", [0xFF, 0xFF]), .init("ushort", "param_ops_ushort", [1, 1]),
    ])
    #expect(
      defaults == [
        "on": "Y", "off": "N", "inverted": "Y", "byte": "200", "signed": "-1",
        "unsigned": "4294967295", "hex": "16", "zero": "0", "long": "-2", "short": "-1",
        "ushort": "257",
      ])
  }

  @Test func kindsThatAreNoNumberAreLeftOut() async throws {
    let defaults = try await defaults([
      .init("path", "param_ops_charp"), .init("own", "nx_huge_pages_ops", [1]),
    ])
    #expect(defaults == [:])
  }

  @Test func hypercallExitsAreTold() async throws {
    var module = HandmadeModule()
    module.functions = [
      (
        "snp_do_psc",
        [
          0xC7, 0x40, 8, 3, 0, 0, 0, 0x48, 0xC7, 0x40, 0x20, 12, 0, 0, 0, 0x48, 0xC7, 0x42, 0x58,
          0, 0, 0, 0, 0xC3,
        ]
      )
    ]
    #expect(
      try await modules(module).value?.byName["kvm_amd"]?.hypercallExits == [
        .init(function: "snp_do_psc", isAnswered: true, answer: 0)
      ])
  }

  @Test func damageIsNeverATrap() async throws {
    var module = HandmadeModule()
    module.parameters = [.init("on", "param_ops_bool", [1]), .init("off", "param_ops_bool")]
    let whole = module.data
    for position in stride(from: 0, to: whole.count, by: 7) {
      var bytes = whole
      bytes[position] ^= 0xFF
      let file = "usr/lib/modules/6.12.1/kernel/arch/x86/kvm/kvm-amd.ko"
      _ = try await Collector.modules.evidence(of: [file: bytes])
    }
  }
}
