import LodgeModel

extension Facts {
  /// Judges what the images that descriptors claim for a domain type say of themselves.
  ///
  /// An image that nobody claims promises nothing; what keeps it from serving is told as a note.
  func judgeClaimedImages(for type: DomainType) throws(MissingFact) -> Contract.Verdict {
    guard let claimed = try claimedImages(for: type) else { return .notClaimed(type) }
    let others = try self.firmware.images.filter { image in
      image.isWhole && !claimed.images.contains { $0.source == image.source }
    }
    let claims = try self.descriptors.claiming(type)
    return try claimed.verdict(
      claimed.images.flatMap { image in
        image.findings(.fail, for: type, claimed: claims.first { image.isNamed(by: $0) })
      } + others.flatMap { $0.findings(.info, for: type, claimed: nil) })
  }
}

extension FirmwareImage {
  fileprivate func findings(
    _ grade: Finding.Grade, for type: DomainType, claimed descriptor: FirmwareDescriptor?
  ) -> [Finding] {
    let claim = descriptor.map { [$0.side(claiming: type)] } ?? []
    return obstacles(to: type).map {
      Finding(
        grade, "\(name) \($0)", where: source.at(),
        sides: [Finding.Side(who: name, says: $0)] + claim)
    }
  }
}
