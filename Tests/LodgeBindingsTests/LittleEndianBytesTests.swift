import Foundation
import LodgeBindings
import Testing

struct LittleEndianBytesTests {
  private let bytes = LittleEndianBytes(Data("##lodge\0".utf8).dropFirst(2))

  @Test func numbersAreReadFromTheFirstByteOfASlice() {
    #expect(bytes.integer(at: 0, as: UInt16.self) == 0x6F6C)
    #expect(bytes.integer(at: 2, as: UInt32.self) == 0x0065_6764)
  }

  @Test(arguments: [-1, 3, 6, .max]) func numbersThatLeaveTheBytesAreNotRead(offset: Int) {
    #expect(bytes.integer(at: offset, as: UInt32.self) == nil)
    #expect(!bytes.hasBytes("odge".utf8, at: offset))
  }

  @Test func textEndsAtAZeroByteWithinTheLimit() {
    #expect(bytes.text(at: 1, limit: 5) == "odge")
    #expect(bytes.text(at: 1, limit: 4) == nil)
    #expect(bytes.text(at: 6, limit: 4) == nil)
  }
}
