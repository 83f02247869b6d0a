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
    switch type {
    case .plain: nil
    case .sev, .sevES: sevDigest.value
    case .sevSNP: snpDigest.value
    case .tdx: trustDomainMeasurement.value
    }
  }

  private var sevDigest: SEVLaunchDigest {
    regions.reduce(into: SEVLaunchDigest()) { digest, region in digest.add(region.contents) }
  }

  private var snpDigest: SNPLaunchDigest {
    regions.reduce(into: SNPLaunchDigest()) { $0.add($1) }
  }

  private var trustDomainMeasurement: TDMeasurement {
    regions.reduce(into: TDMeasurement()) { register, region in
      if region.kind == .trustDomain(isExtended: true) {
        register.add(extending: region.contents, at: region.address ?? 0)
      } else {
        register.add(size: region.size, at: region.address ?? 0)
      }
    }
  }
}

extension SNPLaunchDigest {
  /// Takes a region of a launch.
  mutating func add(_ region: LaunchRegion) {
    switch region.kind {
    case .saveAreas: for area in region.saveAreas { add(saveArea: area.page) }
    case .snp(let type) where !type.isMeasured:
      add(type, size: region.size, at: region.address ?? 0)
    case .snp, .data, .trustDomain: add(region.contents, at: region.address ?? 0)
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
