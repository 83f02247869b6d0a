import Crypto
import Foundation

/// A secret for a SEV guest as its owner sends it: the packet and its header, in base64.
struct SecretPacket: Equatable {
  let header: String
  let secret: String

  init(header: String, secret: String) { (self.header, self.secret) = (header, secret) }

  /// Makes a packet as the owner of the modelled host's guests does, of a secret in base64 and what
  /// the firmware said at LAUNCH_MEASURE; nil where one of them cannot be read.
  ///
  /// The keys of the session are zeros, as the model unwraps none; so is the IV, and the secret goes
  /// unencrypted. What the firmware checks, the code over header and measurement, is true.
  ///
  /// **Source:** AMD SEV API 55766 revision 3.24, sections 6.6 (LAUNCH_SECRET), table 60.
  init?(_ secret: String, measured: String) {
    guard var packet = Data(base64Encoded: secret), !packet.isEmpty,
      let measurement = Data(base64Encoded: measured), measurement.count == 48
    else { return nil }
    packet.append(Data(count: (16 - packet.count % 16) % 16))
    let start = Data(count: 4 + 16)  // flags and IV
    var message = Data([1])
    message += start
    for length in [packet.count, packet.count] {
      withUnsafeBytes(of: UInt32(length).littleEndian) { message.append(contentsOf: $0) }
    }
    message += packet
    message += measurement.prefix(32)
    let code = HMAC<SHA256>.authenticationCode(
      for: message, using: SymmetricKey(data: Data(count: 16)))
    self.init(
      header: (start + Data(code)).base64EncodedString(), secret: packet.base64EncodedString())
  }
}
