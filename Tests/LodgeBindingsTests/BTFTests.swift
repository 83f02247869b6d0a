import Foundation
import LodgeBindings
import LodgeModel
import Testing

struct BTFTests {
  private static let kernel = "btf/vmlinux-6.12.117_x86_64+cut.btf"
  private static let module = "btf/kvm_amd-6.12.117_x86_64+cut.btf"

  private func kernel() throws -> BTF { try BTF(RecordedFile(Self.kernel).data) }

  private func module() throws -> BTF {
    try BTF(RecordedFile(Self.module).data, over: kernel())
  }

  @Test func layoutsHaveSizesAndOffsets() throws {
    let layouts = try module().layouts { $0.hasPrefix("kvm_sev_snp_") }
    #expect(layouts.keys.sorted() == ["kvm_sev_snp_launch_finish", "kvm_sev_snp_launch_start"])
    #expect(
      layouts["kvm_sev_snp_launch_start"]
        == TypeLayout(
          size: 64,
          members: [
            .init(name: "policy", offset: 0, size: 8), .init(name: "gosvw", offset: 8, size: 16),
            .init(name: "flags", offset: 24, size: 2), .init(name: "pad0", offset: 26, size: 6),
            .init(name: "pad1", offset: 32, size: 32),
          ]))
  }

  @Test func membersOfAnonymousTypesAreLiftedAndThoseOfNamedOnesDotted() throws {
    let run = try #require(kernel().layouts { $0 == "kvm_run" }["kvm_run"])
    #expect(run.size == 2352)
    #expect(run.offset(of: "exit_reason") == 8)
    #expect(run.offset(of: "memory_fault.gpa") == 40)
    #expect(run.offset(of: "s.regs.regs") == 304)
    #expect(run.offset(of: "s.regs.regs.rax") == 304)
  }

  @Test func objectAnswersWithWhatItAdds() throws {
    #expect(try module().layouts { _ in true }["kvm_run"] == nil)
    #expect(try kernel().layouts { _ in true }["kvm_sev_cmd"] == nil)
  }

  @Test func enumeratorsHaveTheirValues() throws {
    let values = try module().enumerators { $0.hasPrefix("KVM_SEV_") }
    #expect(values["KVM_SEV_INIT2"] == 22)
    #expect(values["KVM_SEV_SNP_LAUNCH_FINISH"] == 102)
    #expect(try kernel().enumerators { $0 == "SEV_RET_NO_FW_CALL" } == ["SEV_RET_NO_FW_CALL": -1])
  }

  @Test func enumeratorsOf64BitsAreRead() throws {
    var made = HandmadeBTF()
    let name = made.string("TDX_LARGE")
    made.add(.enumeration64, "large", count: 1, sizeOrType: 8, [name, 5, 1])
    #expect(try BTF(made.data).enumerators { _ in true } == ["TDX_LARGE": 0x1_0000_0005])
  }

  @Test func bitFieldsAreLeftOut() throws {
    var made = HandmadeBTF()
    made.add(.int, "u8", sizeOrType: 1, [8])
    let names = (made.string("bits"), made.string("whole"))
    made.add(
      .structure, "mixed", count: 2, flag: true, sizeOrType: 2,
      [names.0, 1, 3 << 24, names.1, 1, 8])
    let layout = try BTF(made.data).layouts { _ in true }["mixed"]
    #expect(layout == TypeLayout(size: 2, members: [.init(name: "whole", offset: 1, size: 1)]))
  }

  @Test func arraysAndTypedefsHaveASize() throws {
    var made = HandmadeBTF()
    made.add(.int, "u32", sizeOrType: 4, [32])
    made.add(.typedef, "word", sizeOrType: 1)
    made.add(.array, sizeOrType: 0, [2, 1, 6])
    made.add(.array, sizeOrType: 0, [2, 1, 0])
    let names = (made.string("six"), made.string("rest"))
    made.add(.structure, "row", count: 2, sizeOrType: 24, [names.0, 3, 0, names.1, 4, 192])
    #expect(
      try BTF(made.data).layouts { _ in true }["row"]?.members == [
        .init(name: "six", offset: 0, size: 24), .init(name: "rest", offset: 24, size: 0),
      ])
  }

  @Test func anonymousTypesCostANameNoPart() throws {
    var made = HandmadeBTF()
    made.add(.int, "u8", sizeOrType: 1, [8])
    made.add(.structure, "s", count: 1, sizeOrType: 1, [made.string("leaf"), 1, 0])
    for type in 2..<8 as Range<UInt32> {
      let name = type.isMultiple(of: 2) ? 0 : made.string("n\(type)")
      made.add(.union, type == 7 ? "outer" : "", count: 1, sizeOrType: 1, [name, type, 0])
    }
    #expect(
      try BTF(made.data).layouts { _ in true }["outer"]?.members.map(\.name)
        == ["n7", "n7.n5", "n7.n5.n3", "n7.n5.n3.leaf"])
  }

  @Test(.timeLimit(.minutes(1)), arguments: [("me", BTFFailure.tooManyMembers), ("", .tooDeep)])
  func typeThatHoldsItselfIsRefused(name: String, failure: BTFFailure) throws {
    var made = HandmadeBTF()
    let member = [made.string(name), 1, 0]
    let members = Array(repeatElement(member, count: 65_535).joined())
    made.add(.structure, "endless", count: 65_535, sizeOrType: 8, members)
    #expect(throws: failure) { try BTF(made.data).layouts { _ in true } }
  }

  @Test func nameLongerThanAnyIsNone() throws {
    var made = HandmadeBTF()
    made.add(.structure, String(repeating: "a", count: 1024), sizeOrType: 8)
    made.add(.structure, String(repeating: "b", count: 1025), sizeOrType: 8)
    #expect(try BTF(made.data).layouts { _ in true }.keys.map(\.first) == ["a"])
  }

  @Test func memberOfAnUnknownTypeIsLeftOut() throws {
    var made = HandmadeBTF()
    let name = made.string("lost")
    made.add(.structure, "open", count: 1, sizeOrType: 8, [name, 4711, 0])
    #expect(try BTF(made.data).layouts { _ in true }["open"]?.members == [])
  }

  @Test func otherBytesAreRefused() throws {
    let module = try RecordedFile(Self.module).data
    #expect(throws: BTFFailure.self) { try BTF(Data()) }
    #expect(throws: BTFFailure.self) { try BTF(Data("no BTF in here, not at all".utf8)) }
    #expect(throws: BTFFailure.self) { try BTF(module.prefix(100), over: kernel()) }
  }

  @Test func damagedKernelIsNeverATrap() throws {
    for bytes in try RecordedFile(Self.kernel).damaged(count: 1000) {
      guard let types = try? BTF(bytes) else { continue }
      _ = try? types.layouts { _ in true }
      _ = types.enumerators { _ in true }
    }
  }

  @Test func damagedModuleIsNeverATrap() throws {
    let kernel = try kernel()
    for bytes in try RecordedFile(Self.module).damaged(count: 1000) {
      guard let types = try? BTF(bytes, over: kernel) else { continue }
      _ = try? types.layouts { _ in true }
      _ = types.enumerators { _ in true }
    }
  }
}
