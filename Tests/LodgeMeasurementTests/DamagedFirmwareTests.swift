import Foundation
import LodgeHost
import LodgeMeasurement
import LodgeModel
import LodgeTesting
import Testing

/// Images with damage where it counts are refused, or measured as peers measure them.
struct DamagedFirmwareTests {
  @Test("no damage ends the program", arguments: 1...4) func isSurvived(seed: UInt64) {
    let hashes = KernelHashes(kernel: Digest(of: Data()), initrd: nil, commandLine: "quiet")
    let processors = LaunchInputs.Processors(count: 2, signature: 0x80_0f12)
    let guests: [LaunchInputs.Guest] = [
      .sev, .sevES(processors, .legacy, features: 0), .sevSNP(processors, features: 1), .tdx,
    ]
    var measured = [0, 0, 0, 0]
    for (round, bytes) in DamagedFirmware(seed: seed).prefix(5000).enumerated() {
      let image = LaunchFirmware(bytes, name: "f.fd")
      for (index, guest) in guests.enumerated() {
        let inputs = LaunchInputs(
          guest, firmware: image, hashes: round.isMultiple(of: 2) ? hashes : nil)
        if prediction(of: inputs) != nil { measured[index] += 1 }
      }
    }
    // Much is damaged where it does not count for a type, so that digests are computed, too.
    #expect(measured.allSatisfy { (100..<4000).contains($0) }, "\(measured)")
  }

  @Test("what is measured has the peers' digest", .enabled(if: Peers.python != nil, Peers.missing))
  func isMeasuredAsByPeers() async throws {
    let (folder, files) = (try TemporaryFolder(), try PeerFiles(sizes: [], seed: 8))
    var random = SplitMix(state: 9)
    var (guests, predictions): ([PeerGuest], [Prediction]) = ([], [])
    for seed: UInt64 in 1...4 {
      for (round, bytes) in DamagedFirmware(seed: seed).prefix(150).enumerated() {
        let path = try folder.write(bytes, to: "\(seed)-\(round).fd")
        let image = LaunchFirmware(bytes, name: path)
        for type in DomainType.confidential {
          let guest = PeerGuest.drawn(type, of: path, booting: files.others, using: &random)
          guard let prediction = prediction(of: try guest.inputs(image)) else { continue }
          guests.append(guest)
          predictions.append(prediction)
        }
      }
    }
    let answers = try await Peers.answers(to: guests).answers
    var compared = 0
    for ((guest, prediction), answer) in zip(zip(guests, predictions), answers) {
      if let refusal = answer.refusal {
        #expect(isKnown(refusal, of: guest.type), "\(guest): \(refusal)")
      } else {
        #expect(prediction.values == answer.values, "\(guest)")
        compared += 1
      }
    }
    #expect(compared >= 300)
  }

  /// Whether the peer refuses what QEMU does not, which Lodge follows.
  ///
  /// It wants the table and the SEV metadata whole for every type, QEMU the metadata for SEV-SNP
  /// alone and of the table what it looks up; and it knows five types of sections, where QEMU gives
  /// a guest zero pages for any other type.
  private func isKnown(_ refusal: String, of type: DomainType) -> Bool {
    switch type {
    case .sev, .sevES:
      refusal.contains("SEV metadata") || refusal.contains("entry size")
        || refusal.hasPrefix("ValueError")
    case .sevSNP:
      refusal.contains("entry size") || refusal.hasSuffix("is not a valid SectionType")
    case .plain, .tdx: false
    }
  }

  private func prediction(of inputs: LaunchInputs) -> Prediction? {
    do {
      // A section of gigabytes takes its time, which is no defect.
      if inputs.guest.type == .sevSNP || inputs.guest.type == .tdx,
        try inputs.launch().regions.contains(where: { $0.size > 1 << 20 })
      {
        return nil
      }
      return try Prediction(of: inputs)
    } catch {
      return nil
    }
  }
}
