import Foundation
package import LodgeModel

extension ELFObject {
  /// Where a module leaves a guest with `KVM_EXIT_HYPERCALL` for `KVM_HC_MAP_GPA_RANGE`.
  ///
  /// Read are the functions that store these two numbers into `struct kvm_run`, from the first
  /// number to the next jump. What a compiler moved elsewhere counts as not there.
  ///
  /// **Source:** Linux include/uapi/linux/kvm.h: `exit_reason` at 8, `hypercall.nr` at 32,
  /// `hypercall.ret` at 88; arch/x86/kvm/svm/sev.c (snp_do_psc), arch/x86/kvm/x86.c
  /// (____kvm_emulate_hypercall), arch/x86/kvm/vmx/tdx.c (__tdx_map_gpa).
  ///
  /// - Throws: ``ELFFailure`` where libcapstone has no x86.
  package func hypercallExits() throws(ELFFailure) -> [KernelModules.HypercallExit] {
    var exits: [KernelModules.HypercallExit] = []
    for (symbol, code) in functions(where: Self.mayStoreExit) {
      let steps = try Disassembler.steps(code)
      for start in steps.indices where steps[start] == Self.exitReason {
        let rest = steps[start...].prefix(Self.window).prefix { $0 != .leave }
        guard rest.contains(Self.mapsMemory) else { continue }
        let answers = rest.compactMap(\.answer)
        exits.append(
          .init(
            function: symbol.name, isAnswered: !answers.isEmpty,
            answer: answers.last.flatMap(\.value)))
      }
    }
    return exits.sorted { $0.function < $1.function }
  }

  private static let exitReason = Disassembler.Step.store(
    .init(displacement: 8, size: 4, value: 3))
  private static let mapsMemory = Disassembler.Step.store(
    .init(displacement: 32, size: 8, value: 12))
  /// Filling in the exit takes about thirty instructions.
  private static let window = 64

  /// Whether code has the bytes of `movl $3, 8(...)` behind its opcode.
  private static func mayStoreExit(_ code: Data) -> Bool {
    code.count < 1 << 16 && code.firstRange(of: [0x08, 0x03, 0x00, 0x00, 0x00] as [UInt8]) != nil
  }
}

extension Disassembler.Step {
  /// What is stored into `hypercall.ret`.
  fileprivate var answer: Disassembler.Store? {
    guard case .store(let store) = self, store.displacement == 88, store.size == 8 else {
      return nil
    }
    return store
  }
}
