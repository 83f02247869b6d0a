import Foundation
import LodgeMeasurement
import Testing

@Suite struct SaveAreaTests {
  private let start = SaveArea.Start(
    address: SaveArea.Start.resetVector, signature: 0x80_0f12, features: 1, hasFloatingPoint: true)

  @Test("what a page holds is told by the names of its fields") func namesFields() {
    let fields = SaveArea(start).fields
    #expect(fields["rdx"] == "0x800f12")
    #expect(fields["cs.base"] == "0xffff0000")
    #expect(fields["rip"] == "0xfff0")
    #expect(fields["sev_features"] == "0x1")
    #expect(fields["x87_fcw"] == "0x37f")
    #expect(fields["cr3"] == nil)
  }

  @Test("bytes without a name are told by their offset") func namesOffsets() {
    var page = SaveArea(start).page
    page[0x803] = 7
    page[0x0c9] = 1
    page[4095] = 9
    let fields = SaveArea(page: page).fields
    #expect(fields["offset 0x800"] == "0x7000000")
    #expect(fields["offset 0xc8"] == "0x100")
    #expect(fields["offset 0xff8"] == "0x900000000000000")
  }

  @Test("no byte of the page is passed over", arguments: 0..<SaveArea.size)
  func seesEachByte(offset: Int) {
    var page = SaveArea(start).page
    page[offset] ^= 0x80
    #expect(SaveArea(page: page).fields != SaveArea(start).fields)
  }

  @Test("a guest of KVM_SEV_ES_INIT has no floating point registers") func leavesFloatOut() {
    var legacy = start
    legacy.hasFloatingPoint = false
    let fields = SaveArea(legacy).fields
    #expect(fields["mxcsr"] == nil && fields["x87_fcw"] == nil)
  }
}
