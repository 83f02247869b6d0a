import Foundation
import LodgeMeasurement
import Testing

@Suite struct SaveAreaTests {
  private let start = SaveArea.Start(
    address: SaveArea.Start.resetVector, signature: 0x80_0f12, features: 1, hasFloatingPoint: true)

  @Test("a difference is told by the field's name") func namesFields() {
    var other = start
    other.signature = 0xa0_0f11
    other.features = 0x21
    let differences = SaveArea(other).differences(from: SaveArea(start)).map(\.description)
    #expect(
      differences == ["rdx was 0x800f12, is 0xa00f11", "sev_features was 0x1, is 0x21"])
  }

  @Test("bytes without a name are told by their offset") func namesOffsets() {
    var page = SaveArea(start).page
    page[0x800] = 7
    let differences = SaveArea(page: page).differences(from: SaveArea(start))
    #expect(differences.map(\.description) == ["offset 0x800 was 0x0, is 0x7"])
  }

  @Test("a guest of KVM_SEV_ES_INIT has no floating point registers") func leavesFloatOut() {
    var legacy = start
    legacy.hasFloatingPoint = false
    let fields = SaveArea(legacy).differences(from: SaveArea(start)).map(\.field)
    #expect(fields == ["mxcsr", "x87_fcw"])
  }

  @Test("equal pages do not differ") func equalPages() {
    #expect(SaveArea(start).differences(from: SaveArea(start)).isEmpty)
  }
}
