import LodgeModel

/// The measurement of a guest of any type while it is being launched.
///
/// A value: what was measured so far can be kept, and gone on with in several ways.
enum LaunchDigest {
  case sev(SEVLaunchDigest)
  case snp(SNPLaunchDigest)
  case trustDomain(TDMeasurement)

  /// The digest of a guest that was given nothing yet; nil for a plain one.
  init?(of type: DomainType) {
    switch type {
    case .plain: return nil
    case .sev, .sevES: self = .sev(SEVLaunchDigest())
    case .sevSNP: self = .snp(SNPLaunchDigest())
    case .tdx: self = .trustDomain(TDMeasurement())
    }
  }

  /// Takes a region of a launch.
  mutating func add(_ region: LaunchRegion) {
    switch self {
    case .sev(var digest):
      digest.add(region.contents)
      self = .sev(digest)
    case .snp(var digest):
      digest.add(region)
      self = .snp(digest)
    case .trustDomain(var register):
      register.add(region)
      self = .trustDomain(register)
    }
  }

  /// The measurement of all that was added.
  var value: LaunchMeasurement {
    switch self {
    case .sev(let digest): digest.value
    case .snp(let digest): digest.value
    case .trustDomain(let register): register.value
    }
  }
}

extension SNPLaunchDigest {
  fileprivate mutating func add(_ region: LaunchRegion) {
    switch region.kind {
    case .saveAreas: for area in region.saveAreas { add(saveArea: area.page) }
    case .snp(let type) where !type.isMeasured:
      add(type, size: region.size, at: region.address ?? 0)
    case .snp, .data, .trustDomain: add(region.contents, at: region.address ?? 0)
    }
  }
}

extension TDMeasurement {
  fileprivate mutating func add(_ region: LaunchRegion) {
    if region.kind == .trustDomain(isExtended: true) {
      add(extending: region.contents, at: region.address ?? 0)
    } else {
      add(size: region.size, at: region.address ?? 0)
    }
  }
}
