import Crypto
import Foundation
import LodgeHost
import LodgeTesting
import Testing

/// The model hashes by functions of its own, as it needs libc alone.
struct ModelHashTests {
  /// SHA-256 both with the processor's instructions for it and without.
  @Test func digestsAreThoseOfALibrary() async throws {
    let scratch = try TemporaryFolder()
    var random = SplitMix(state: 11)
    let bytes = Data((0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) })
    let lengths = Array(0...300) + [4096, 65_537, bytes.count]
    let probe = try await scratch.build("HashProbe", as: "probe")
    let finished = try await Command(probe, lengths.map(String.init), input: bytes).run()
    #expect(finished.ending == .exited(0), "\(finished.errors)")
    let expected = lengths.map { length in
      let part = bytes.prefix(length)
      let short = hexadecimal(SHA256.hash(data: part))
      return "\(length) \(short) \(short) \(hexadecimal(SHA384.hash(data: part)))"
    }
    // A processor without the instructions has no second digest.
    let answers = finished.text.split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      return words.enumerated().map { $1 == "-" ? words[$0 - 1] : $1 }.joined(separator: " ")
    }
    #expect(answers == expected)
  }

  private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }
}
