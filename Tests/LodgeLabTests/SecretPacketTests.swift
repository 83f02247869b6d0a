import Crypto
import Foundation
import Testing

@testable import LodgeLab

/// Secrets as the owner of a SEV guest sends them.
struct SecretPacketTests {
  private let measurement = Data((0..<48).map { UInt8($0) }).base64EncodedString()

  @Test func theCodeIsOverHeaderLengthsPacketAndMeasurement() throws {
    let made = try #require(SecretPacket("c2VjcmV0", measured: measurement))
    let header = try #require(Data(base64Encoded: made.header))
    let packet = try #require(Data(base64Encoded: made.secret))
    #expect(header.count == 52 && packet.count == 16 && packet.prefix(6) == Data("secret".utf8))
    let message =
      Data([1]) + Data(count: 20) + Data([16, 0, 0, 0, 16, 0, 0, 0]) + packet
      + Data((0..<32).map { UInt8($0) })
    let code = HMAC<SHA256>.authenticationCode(
      for: message, using: SymmetricKey(data: Data(count: 16)))
    #expect(header.suffix(32) == Data(code))
  }

  @Test(arguments: [
    ("", "AAAA"), ("c2VjcmV0", ""), ("c2VjcmV0", "AAAA"), ("no base64!", nil), ("c2VjcmV0", "?"),
  ])
  func whatIsNoSecretOrMeasurementMakesNone(_ secret: String, _ measured: String?) {
    #expect(SecretPacket(secret, measured: measured ?? measurement) == nil)
  }
}
