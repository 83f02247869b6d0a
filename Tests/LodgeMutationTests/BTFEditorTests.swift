import Foundation
import LodgeBindings
import LodgeModel
import Testing

@testable import LodgeMutation

struct BTFEditorTests {
  /// A section with one type, a number of eight bytes, and its string table.
  private static let kernel: [UInt8] = {
    let strings = Array("\0long\0".utf8)
    var bytes: [UInt8] = [0x9F, 0xEB, 1, 0, 24, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
    bytes.put(UInt32(16), at: 12)
    bytes.put(UInt32(16), at: 16)
    bytes.put(UInt32(strings.count), at: 20)
    var type = [UInt8](repeating: 0, count: 16)
    type.put(UInt32(1), at: 0)
    type.put(UInt32(1 << 24), at: 4)
    type.put(UInt32(8), at: 8)
    type.put(UInt32(64), at: 12)
    return bytes + type + strings
  }()

  private func module(
    _ change: (inout BTFEditor) throws -> Void
  ) throws -> (layouts: [String: TypeLayout], enumerators: [String: Int64]) {
    var empty: [UInt8] = [0x9F, 0xEB, 1, 0, 24, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
    empty.put(UInt32(1), at: 20)
    var editor = try BTFEditor(empty + [0], over: Self.kernel)
    editor.add(structure: "kvm_tdx_cmd", size: 24, [("id", 0), ("data", 8)])
    editor.add(enumeration: "kvm_tdx_cmd_id", [("KVM_TDX_INIT_VM", 1), ("KVM_TDX_GET_CPUID", 5)])
    var again = try BTFEditor(editor.bytes, over: Self.kernel)
    try change(&again)
    let btf = try BTF(Data(again.bytes), over: try BTF(Data(Self.kernel)))
    return (try btf.layouts { _ in true }, btf.enumerators { _ in true })
  }

  @Test func whatIsAddedIsThere() throws {
    let types = try module { _ in }
    #expect(types.layouts["kvm_tdx_cmd"]?.size == 24)
    #expect(types.layouts["kvm_tdx_cmd"]?.offset(of: "data") == 8)
    #expect(types.enumerators == ["KVM_TDX_INIT_VM": 1, "KVM_TDX_GET_CPUID": 5])
  }

  @Test func numbersSizesAndPlacesAreChanged() throws {
    let types = try module {
      try $0.set(enumerator: "KVM_TDX_GET_CPUID", to: 7)
      try $0.set(sizeOf: "kvm_tdx_cmd", to: 32)
      try $0.move("data", of: "kvm_tdx_cmd", by: 8)
    }
    #expect(types.layouts["kvm_tdx_cmd"]?.size == 32)
    #expect(types.layouts["kvm_tdx_cmd"]?.offset(of: "data") == 16)
    #expect(types.enumerators["KVM_TDX_GET_CPUID"] == 7)
  }

  @Test func namesAreChanged() throws {
    let types = try module {
      try $0.rename("data", of: "kvm_tdx_cmd", to: "reserved")
      try $0.rename(enumerator: "KVM_TDX_INIT_VM", to: "KVM_TDX_SET_UP")
      try $0.rename(tag: "kvm_tdx_cmd", to: "kvm_tdx_command")
    }
    #expect(types.layouts["kvm_tdx_command"]?.offset(of: "reserved") == 8)
    #expect(types.enumerators["KVM_TDX_SET_UP"] == 1)
  }

  @Test func whatIsNotThereIsStale() {
    #expect(throws: StaleEdit.self) {
      try module { try $0.set(enumerator: "KVM_SEV_INIT2", to: 1) }
    }
    #expect(throws: StaleEdit.self) { try module { try $0.move("x", of: "kvm_tdx_cmd", by: 8) } }
  }
}
