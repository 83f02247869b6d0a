import Foundation
import LodgeBindings
import LodgeModel
import LodgeTesting
import Testing

struct HypercallExitsTests {
  // mov rax, [rbx+0x60]; mov dword [rax+8], 3
  private static let leaves: [UInt8] = [0x48, 0x8B, 0x43, 0x60, 0xC7, 0x40, 8, 3, 0, 0, 0]
  // mov qword [rax+0x20], 12
  private static let maps: [UInt8] = [0x48, 0xC7, 0x40, 0x20, 12, 0, 0, 0]
  private static let end: [UInt8] = [0xC3]

  private func exits(_ code: [UInt8]) throws -> [KernelModules.HypercallExit] {
    var module = HandmadeModule()
    module.functions = [("other", [0x90, 0xC3]), ("snp_do_psc", code)]
    return try ELFObject(module.data, relocating: []).hypercallExits()
  }

  // mov qword [rdx+0x58], number
  private func answer(_ number: UInt8) -> [UInt8] { [0x48, 0xC7, 0x42, 0x58, number, 0, 0, 0] }

  @Test(arguments: [0, 7] as [UInt8]) func theAnswerIsRead(number: UInt8) throws {
    let exits = try exits(Self.leaves + Self.maps + answer(number) + Self.end)
    #expect(
      exits == [.init(function: "snp_do_psc", isAnswered: true, answer: Int64(number))])
  }

  @Test func anExitWithoutAnAnswerSaysSo() throws {
    let exits = try exits(Self.leaves + Self.maps + Self.end + answer(1))
    #expect(exits == [.init(function: "snp_do_psc", isAnswered: false, answer: nil)])
  }

  @Test func whatIsComputedIsNotKnown() throws {
    // mov [rdx+0x58], rcx
    let exits = try exits(Self.leaves + Self.maps + [0x48, 0x89, 0x4A, 0x58] + Self.end)
    #expect(exits == [.init(function: "snp_do_psc", isAnswered: true, answer: nil)])
  }

  @Test func otherExitsAndTheStackAreNone() throws {
    #expect(try exits(Self.leaves + answer(1) + Self.end).isEmpty)
    // mov dword [rsp+8], 3
    #expect(try exits([0xC7, 0x44, 0x24, 8, 3, 0, 0, 0] + Self.maps + Self.end).isEmpty)
    #expect(try exits(Self.leaves + [0x06] + Self.maps + Self.end).isEmpty)
  }
}
