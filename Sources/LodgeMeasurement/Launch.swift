import Foundation
package import LodgeModel

/// All that a launch gave to the TEE before the guest runs, in order.
package struct Launch: Equatable, Sendable {
  package var type: DomainType
  package var regions: [LaunchRegion]

  package init(type: DomainType, regions: [LaunchRegion]) {
    (self.type, self.regions) = (type, regions)
  }

  /// What the TEE makes of it; nil for a plain domain, which nobody measures.
  package var measurement: LaunchMeasurement? {
    LaunchDigest(of: type).map { digest in
      var digest = digest
      for region in regions { digest.add(region) }
      return digest.value
    }
  }
}

extension LaunchRegion {
  /// The save areas of a region of them, in the order of the vCPUs; empty for other regions.
  var saveAreas: [SaveArea] {
    guard kind == .saveAreas else { return [] }
    return stride(from: contents.startIndex, to: contents.endIndex, by: SaveArea.size).map {
      SaveArea(page: contents[$0..<min($0 + SaveArea.size, contents.endIndex)])
    }
  }
}
