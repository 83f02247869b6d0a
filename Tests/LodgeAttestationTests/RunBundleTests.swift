import Foundation
import LodgeAttestation
import LodgeModel
import LodgeTesting
import Testing

struct RunBundleTests {
  private let lab: Lab
  private let bundle: RunBundle

  init() throws {
    let lab = try Lab()
    self.lab = lab
    let runs = try ["{\"run\":1}", "{\"run\":2}"].map {
      try Envelope(signing: Data($0.utf8), as: RunBundle.payloadType, with: lab.key)
    }
    // As sha256sum prints it.
    let first = try #require(
      Digest("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"))
    bundle = RunBundle(runs: runs, contents: [first: Data("a".utf8)])
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let read = try RunBundle(reading: bundle.bytes)
    #expect(read.runs == bundle.runs && read.contents == bundle.contents)
    for run in read.runs {
      #expect(
        try run.signer(among: lab.trusted, of: RunBundle.payloadType).name.description == "sig-lab")
      #expect(throws: EnvelopeFailure.self) { try run.signer(among: lab.trusted) }
    }
  }

  /// Whether a file is taken for a bundle of the lab.
  private func isAccepted(_ bytes: Data) -> Bool {
    guard let read = try? RunBundle(reading: bytes) else { return false }
    return read.runs.allSatisfy {
      (try? $0.signer(among: lab.trusted, of: RunBundle.payloadType)) != nil
    }
  }

  @Test func everyChangedByteIsFound() throws {
    let whole = bundle.bytes
    #expect(isAccepted(whole))
    for place in whole.indices {
      var bytes = whole
      bytes[place] ^= 1 << UInt8(place % 8)
      #expect(!isAccepted(bytes), "byte \(place)")
    }
  }

  @Test func whatIsCutAddedOrTurnedAroundIsFound() throws {
    let whole = bundle.bytes
    for length in 0..<whole.count { #expect(!isAccepted(whole.prefix(length)), "\(length)") }
    #expect(!isAccepted(whole + Data("\n".utf8)))
    let lines = whole.split(separator: 10).map { Data($0) + Data("\n".utf8) }
    for number in lines.indices {
      var fewer = lines
      var more = lines
      fewer.remove(at: number)
      more.insert(lines[number], at: number)
      #expect(!isAccepted(Data(fewer.joined())), "\(number)")
      #expect(!isAccepted(Data(more.joined())), "\(number)")
    }
  }

  @Test func aBundleOfANewerLodgeSaysSo() throws {
    let newer = Data("{\"contents\":0,\"runs\":0,\"schema\":\"lodge.bundle/2\"}\n".utf8)
    #expect(throws: RunBundleFailure.otherSchema("lodge.bundle/2")) {
      try RunBundle(reading: newer)
    }
    #expect("\(RunBundleFailure.otherSchema("lodge.bundle/2"))".contains("or a newer one"))
  }

  @Test func anythingAtAllIsReadOrRefused() throws {
    var random = SplitMix(state: 11)
    for _ in 0..<2000 {
      var bytes = bundle.bytes
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      _ = try? RunBundle(reading: bytes)
    }
  }
}
