import CCapstone
import Foundation

/// Reads x86-64 machine code; stands on libcapstone.
enum Disassembler {
  /// Addresses of the `cpuid` instructions in a function.
  ///
  /// The first byte of the code has the address that is given. Reading ends at the first bytes
  /// that are no instruction: what follows cannot be told from data. Stands on cs_disasm_iter().
  ///
  /// - Throws: ``ELFFailure`` where libcapstone has no x86.
  static func cpuidInstructions(
    _ code: Data, at address: UInt64
  ) throws(ELFFailure) -> [UInt64] {
    var handle = csh()
    guard unsafe cs_open(CS_ARCH_X86, CS_MODE_64, &handle) == CS_ERR_OK else {
      throw .damaged("libcapstone cannot read x86-64")
    }
    defer { unsafe cs_close(&handle) }
    guard let instruction = unsafe cs_malloc(handle) else { throw .damaged("out of memory") }
    defer { unsafe cs_free(instruction, 1) }
    return unsafe code.withUnsafeBytes { buffer in
      var found: [UInt64] = []
      var next = unsafe buffer.bindMemory(to: UInt8.self).baseAddress
      var (left, address) = (buffer.count, address)
      while unsafe cs_disasm_iter(handle, &next, &left, &address, instruction) {
        let isBare = unsafe instruction.pointee.size == 2
        if isBare, unsafe instruction.pointee.id == X86_INS_CPUID.rawValue {
          unsafe found.append(instruction.pointee.address)
        }
      }
      return found
    }
  }
}

extension Disassembler {
  /// An instruction that moves something to memory, as far as one instruction tells.
  struct Store: Hashable {
    /// What is added to the register that points to the memory.
    var displacement: Int64
    /// Bytes.
    var size: Int
    /// The number that is moved; nil for a register's.
    var value: Int64?
  }

  /// What one instruction does that matters to a reader of stores.
  enum Step: Equatable {
    case store(Store)
    /// It goes elsewhere in any case: a jump, a return, a trap.
    case leave
    case other
  }

  /// The instructions of a function, one after the other; stores over the stack do not count.
  ///
  /// Bytes that are no instruction end the reading. Stands on cs_disasm_iter() with details.
  ///
  /// - Throws: ``ELFFailure`` where libcapstone has no x86.
  static func steps(_ code: Data) throws(ELFFailure) -> [Step] {
    var handle = csh()
    guard unsafe cs_open(CS_ARCH_X86, CS_MODE_64, &handle) == CS_ERR_OK else {
      throw .damaged("libcapstone cannot read x86-64")
    }
    defer { unsafe cs_close(&handle) }
    cs_option(handle, CS_OPT_DETAIL, Int(CS_OPT_ON.rawValue))
    guard let instruction = unsafe cs_malloc(handle) else { throw .damaged("out of memory") }
    defer { unsafe cs_free(instruction, 1) }
    return unsafe code.withUnsafeBytes { buffer in
      var steps: [Step] = []
      var next = unsafe buffer.bindMemory(to: UInt8.self).baseAddress
      var (left, address) = (buffer.count, UInt64(0))
      while unsafe cs_disasm_iter(handle, &next, &left, &address, instruction) {
        unsafe steps.append(Step(instruction.pointee))
      }
      return steps
    }
  }
}

extension Disassembler.Step {
  fileprivate init(_ instruction: cs_insn) {
    switch unsafe x86_insn(UInt32(instruction.id)) {
    case X86_INS_JMP, X86_INS_RET, X86_INS_UD2: self = .leave
    case X86_INS_MOV:
      self = unsafe instruction.detail.flatMap { unsafe Self(moving: $0.pointee.x86) } ?? .other
    default: self = .other
    }
  }

  /// A move to `displacement(register)`.
  private init?(moving detail: cs_x86) {
    let (target, source) = (detail.operands.0, detail.operands.1)
    guard detail.op_count == 2, target.type == X86_OP_MEM else { return nil }
    let memory = target.mem
    guard memory.index == X86_REG_INVALID, memory.segment == X86_REG_INVALID,
      memory.base != X86_REG_INVALID, memory.base != X86_REG_RSP, memory.base != X86_REG_RIP
    else { return nil }
    self = .store(
      .init(
        displacement: memory.disp, size: Int(target.size),
        value: source.type == X86_OP_IMM ? source.imm : nil))
  }
}
