import Foundation
import LodgeBindings
import LodgeModel
import LodgeTesting
import Testing

@testable import LodgePackages

/// Packages with random bytes changed, as everything that reads one meets them.
@Suite(.enabled(if: RPMBed.shared != nil, Comment(rawValue: RPMBed.missing)))
struct DamagedPackageTests {
  private let bed: RPMBed
  private let folder: TemporaryFolder

  init() throws {
    bed = try #require(RPMBed.shared)
    folder = try TemporaryFolder()
  }

  @Test(arguments: ["plain", "rich-if", "hard-links", "scriptlet", "other"])
  func noReaderOfPackagesTrapsOrBelieves(_ name: String) throws {
    let good = try Data(contentsOf: URL(filePath: bed.odd(name)))
    let keys = try RPMKeys(
      armored: try String(contentsOfFile: bed.key("sig"), encoding: .utf8))
    var random = SplitMix(state: UInt64(name.count))
    guard case .bytes(let headers) = HeaderExtent(in: good) else { return }
    for _ in 0..<200 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        // Behind the lead, which holds nothing that anybody reads any more.
        let place = Int.random(in: 96..<headers, using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      if Int.random(in: 0..<8, using: &random) == 0 {
        bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
      }
      guard bytes != good else { continue }
      let file = try folder.write(bytes, to: "damaged.rpm")
      _ = HeaderExtent(in: bytes)
      _ = try? RPMFile(headerOf: file)
      _ = try? PackageTree(listing: file)
      if let verification = try? RPMVerification(of: file, keys: keys) {
        let verdict = PackageVerdict(verification, isExpired: false)
        // Bytes that pad the signature header are nobody's.
        let isBelieved = verdict.broken == nil && verdict.signature == .verified
        if isBelieved { #expect(try RPMFile(headerOf: file) == RPMFile(headerOf: bed.odd(name))) }
      }
      if let pool = try? PackagePool(architecture: "x86_64") {
        _ = try? pool.read(package: file, into: pool.addRepository("damaged"))
        _ = pool.solve([pool.numbers])
      }
    }
  }
}
