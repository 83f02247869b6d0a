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
