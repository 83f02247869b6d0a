import Foundation
import LodgeBindings
import LodgeTesting
import Testing

struct ELFObjectTests {
  private static let sections: Set<String> = ["__param", "__ksymtab_gpl"]

  private var module: HandmadeModule {
    var module = HandmadeModule()
    module.parameters = [.init("sev", "param_ops_bool", [1]), .init("tdx", "param_ops_bool")]
    module.imports = [("kvm_init", 0xABCD)]
    module.functions = [("leave", [0xC3])]
    return module
  }

  private func object(_ data: Data) throws -> ELFObject {
    try ELFObject(data, relocating: Self.sections)
  }

  @Test func relocationsLeadToTextsAndVariables() throws {
    let object = try object(module.data)
    let (section, size) = try #require(object.sections(named: "__param").first)
    #expect(size == 80)
    func pointer(_ offset: Int) -> ELFObject.Relocation? {
      object.relocation(at: .init(section: section, offset: offset))
    }
    #expect(pointer(0)?.target.flatMap { object.text(at: $0, limit: 16) } == "sev")
    #expect(pointer(16)?.symbol.name == "param_ops_bool" && pointer(16)?.target == nil)
    #expect(pointer(32)?.target.flatMap { object.integer(at: $0, as: UInt8.self) } == 1)
    #expect(pointer(1) == nil)
    let zero = try #require(pointer(72)?.target)
    #expect(object.name(ofSection: zero.section) == ".bss")
    #expect(object.integer(at: zero, as: UInt8.self) == 0)
  }

  @Test func symbolsAreTakenOrHere() throws {
    let symbols = try object(module.data).symbols
    #expect(symbols.filter(\.isTaken).map(\.name) == ["param_ops_bool", "kvm_init"])
    #expect(symbols.filter(\.isFunction).map(\.name) == ["leave"])
  }

  @Test func functionsHaveTheirCode() throws {
    let found = try object(module.data).functions { $0.contains(0xC3) }
    #expect(found.map(\.symbol.name) == ["leave"] && found.map(\.code) == [Data([0xC3])])
    #expect(try object(module.data).functions { $0.contains(0x90) }.isEmpty)
  }

  @Test func placesOutsideOfASectionHaveNothing() throws {
    let object = try object(module.data)
    let text = try #require(object.sections(named: ".text").first)
    for offset in [-1, text.size, .max] {
      let place = ELFObject.Place(section: text.section, offset: offset)
      #expect(object.integer(at: place, as: UInt8.self) == nil)
      #expect(object.text(at: place, limit: 4) == nil)
    }
    #expect(object.bytes(at: .init(section: 99, offset: 0), count: 1) == nil)
  }

  @Test func onlyTheSectionsThatAreAskedForAreRelocated() throws {
    let object = try ELFObject(module.data, relocating: [])
    let section = try #require(object.sections(named: "__param").first).section
    #expect(object.relocation(at: .init(section: section, offset: 0)) == nil)
  }

  @Test(arguments: ["", "no ELF", "\u{7F}ELF"]) func otherBytesAreRefused(text: String) {
    #expect(throws: ELFFailure.self) { try object(Data(text.utf8)) }
  }

  @Test func everyByteMayBeWrong() throws {
    let whole = module.data
    for position in whole.indices {
      for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
        var bytes = whole
        bytes[position] = value
        guard let object = try? object(bytes) else { continue }
        for (section, size) in object.sections(named: "__param") {
          for offset in stride(from: 0, to: min(size, 4096), by: 8) {
            let target = object.relocation(at: .init(section: section, offset: offset))?.target
            _ = target.flatMap { object.text(at: $0, limit: 64) }
          }
        }
        _ = object.functions { !$0.isEmpty }
      }
    }
  }
}
