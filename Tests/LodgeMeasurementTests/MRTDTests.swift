import LodgeHost
import LodgeMeasurement
import LodgeModel
import LodgeTesting
import Testing

/// Lodge's MRTD beside a calculation of it that shares nothing with Lodge's.
struct MRTDTests {
  @Test("of handmade images", .enabled(if: Peers.python != nil, Peers.missing))
  func handmade() async throws {
    let sizes = [[Int](repeating: 64, count: 30), [8, 12, 16, 100, 256, 1024]].flatMap(\.self)
    let images = try PeerFiles(sizes: sizes, seed: 7)
    try await expectPeers(for: images.images)
  }

  @Test(
    "of the images of a real root", .enabled(if: Peers.python != nil, Peers.missing),
    .enabled(if: !RealImages.all.isEmpty, RealImages.missing))
  func real() async throws {
    // The half of a split image starts no trust domain: its metadata tells of both halves.
    let whole = RealImages.all.filter { !$0.key.contains("OVMF_CODE") }
    try await expectPeers(for: whole)
  }

  @Test("of known images", .enabled(if: !RealImages.all.isEmpty, RealImages.missing))
  func known() throws {
    for image in RealImages.all.values {
      guard let measurement = Self.known[Digest(of: image.bytes).hex] else { continue }
      let prediction = try Prediction(of: LaunchInputs(.tdx, firmware: image))
      #expect("\(prediction.measurement)" == measurement, "\(image.name)")
    }
  }

  /// Of images by their SHA-256: ovmf 2022.11-6+deb12u2 and 2025.02-8+deb13u1, and ovmf-inteltdx and
  /// ovmf-amdsev 2026.08+ds-2.
  private static let known = [
    "7b456907dd0786d415999e801a1ac4637b8ed4d7cf5378cfc6edbe5e574dd773":
      "4c7206f0f483c524f12c366c711e9049030a8d47c471ee5aa9c4999a08de4057fb887fed0744d5631a212967"
      + "fb231c47",
    "14954040cc754ade0c625ac3470ea46d4c14318b5b1396de4ef77090203d76db":
      "bdc6fb145880f06f30c8b346b8dce2a99d9351b56892df22f80fcf6574caa9f9c31df8e8576d53b4d0cd1c3f"
      + "28910e11",
    "a265075b4147a096109e501e76196df1ec8a18659c26f7401492c597ec88f312":
      "a7a1f751abc454f9cbab198ca8d2edb2821935df525c74182b5e776cb0929e8c59aefecce725b0d08a5e9d3d"
      + "3183bd08",
    "3e4fd0b3fe3b2dbe481c3d9e99418a034174f26cbe1f55aa212b0f18c12d2d6f":
      "5f77220a7135b2be2087c3555b897a1c56ca84516fafc622a33fa498a46305a12597a18bb57bc50f714ffab9"
      + "fe6f004d",
  ]

  private func expectPeers(for images: [String: LaunchFirmware]) async throws {
    let guests = images.keys.sorted().map { PeerGuest(type: .tdx, firmware: $0) }
    for (guest, answer) in zip(guests, try await Peers.answers(to: guests).answers) {
      let image = try #require(images[guest.firmware])
      let prediction = try Prediction(of: guest.inputs(image))
      #expect(prediction.values == answer.values, "\(guest): \(answer.refusal ?? "")")
    }
  }
}
