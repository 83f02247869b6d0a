package import LodgeModel

extension Contract {
  /// Guests of a type find the firmware that they found on the build before.
  package static let firmwareAcrossBuilds = Contract(
    id: "firmware.across-builds", catalogue: "R75",
    claim: "Firmware for the type is chosen, mapped and able as on the build before",
    from: [.firmware], to: [.libvirt, .qemu],
    basis: "libvirt src/qemu/qemu_firmware.c takes the first descriptor, by file name, that claims "
      + "the type, and keeps the image's path in the domain; edk2 OvmfPkg/ResetVector for what an "
      + "image announces",
    remedy: "keep image, path, mapping and metadata, or tell users before the build is released: "
      + "another image is another measurement",
    knownCase: "Debian 13 dropped the 2 MB images that Debian 12 has, so that domains which name "
      + "/usr/share/OVMF/OVMF_CODE.fd start no more",
    types: DomainType.confidential, comparing: [.firmware, .descriptors]
  ) { type, now, before throws(MissingFact) in
    guard let type else { return .kept }
    let pair = FirmwarePair(
      now: FirmwareSide(
        images: try now.firmware, descriptors: try now.descriptorsOrNone(), type: type),
      before: FirmwareSide(
        images: try before.firmware, descriptors: try before.descriptorsOrNone(), type: type))
    return .judged(
      pair.lostClaims + pair.changedChoice + pair.lostAbilities + pair.removedImages
        + pair.additions)
  }
}

/// The firmware of one build, as far as guests of one type meet it.
private struct FirmwareSide {
  var images: FirmwareImages
  var descriptors: FirmwareDescriptors
  var type: DomainType

  /// The descriptors that claim the type, in libvirt's order.
  var claims: [FirmwareDescriptor] { descriptors.claiming(type) }

  /// Every path that leads to an image which could start the type.
  var paths: Set<String> {
    Set(images.images.filter { $0.serves(type) }.flatMap { [$0.source.file] + $0.aliases })
  }

  /// Every path that leads to an image, whatever it can do.
  var allPaths: Set<String> {
    Set(images.images.flatMap { [$0.source.file] + $0.aliases })
  }
}

/// The firmware of two builds for guests of one type.
private struct FirmwarePair {
  var now: FirmwareSide
  var before: FirmwareSide

  private var type: DomainType { now.type }
  private var feature: String { FirmwareDescriptor.feature(for: type) ?? type.title }

  /// Descriptors that claimed the type and do no more; grave where none is left.
  ///
  /// One that was renamed claims it still.
  var lostClaims: [Finding] {
    before.claims.compactMap { old in
      guard !now.claims.contains(where: { $0.name == old.name || $0.leads(like: old) }) else {
        return nil
      }
      let own = now.descriptors.descriptors.first { $0.name == old.name }
      let rest = now.claims.first.map { "libvirt takes \($0.name)" } ?? "no other does"
      return Finding(
        now.claims.isEmpty ? .fail : .warn,
        own == nil
          ? "\(old.name), which claimed \(feature), is gone: \(rest)"
          : "\(old.name) claims \(feature) no more: \(rest)",
        where: (own ?? old).source.at("features"),
        sides: [
          .before("\(old.name) claims \(feature)"),
          .now(own == nil ? "no \(old.name)" : "\(old.name) does not claim \(feature)"),
        ])
    }
  }

  /// Another image, or another mapping, where libvirt chooses for the type.
  var changedChoice: [Finding] {
    guard let old = before.claims.first, let own = now.claims.first else { return [] }
    if own.filename != old.filename, !now.images.areSame(own.filename, old.filename) {
      return [
        Finding(
          .warn,
          "libvirt chooses \(own.filename) for \(type.title), and chose \(old.filename): guests are "
            + "measured otherwise",
          where: own.source.at("mapping"),
          sides: [
            .before("\(old.name) maps \(old.filename)"), .now("\(own.name) maps \(own.filename)"),
          ])
      ]
    }
    guard own.mapping != old.mapping else { return [] }
    let isRefused = !type.isServedFromFlash && own.device == "flash"
    return [
      Finding(
        isRefused ? .fail : .warn,
        "\(own.filename) is mapped as \(own.mapping) for \(type.title), and was as \(old.mapping)"
          + (isRefused ? ": QEMU refuses that" : ""),
        where: own.source.at("mapping"), sides: [.before(old.mapping), .now(own.mapping)])
    ]
  }

  /// What images could do, and cannot; it weighs less of one that no descriptor claims.
  var lostAbilities: [Finding] {
    now.images.images.flatMap { own -> [Finding] in
      guard
        let old = before.images.image(at: own.source.file)
          ?? before.images.images.first(where: { $0.name == own.name }),
        old.serves(type)
      else { return [] }
      let isClaimed = now.claims.contains { own.isNamed(by: $0) }
      return own.losses(since: old, for: type).map { finding in
        var finding = finding
        if !isClaimed { finding.grade = min(finding.grade, .warn) }
        return finding
      }
    }
  }

  /// Paths that domains may have in their XML, and which lead nowhere now.
  var removedImages: [Finding] {
    let gone = before.paths.subtracting(now.allPaths).sorted()
    guard let first = gone.first else { return [] }
    return [
      Finding(
        .warn,
        "\(gone.map { "/" + $0 }.listed()), which could start \(type.title) guests, "
          + "\(gone.count == 1 ? "is" : "are") gone: domains that name \(gone.count == 1 ? "it" : "one") "
          + "start no more",
        where: before.images.image(at: first)?.source.at() ?? first,
        sides: [
          .before("\(gone.count) such \(gone.count == 1 ? "path" : "paths")"), .now("not there"),
        ])
    ]
  }

  /// Claims and images that are new.
  var additions: [Finding] {
    let claims = now.claims.filter { own in
      !before.claims.contains { $0.name == own.name || $0.leads(like: own) }
    }.map {
      Finding(
        .info, "\($0.name) claims \(feature) now", where: $0.source.at("features"),
        sides: [.before("no claim"), .now("\($0.name) claims \(feature)")])
    }
    let came = now.paths.subtracting(before.allPaths).sorted()
    guard let first = came.first else { return claims }
    return claims + [
      Finding(
        .info, "\(came.map { "/" + $0 }.listed()) came, and could start \(type.title) guests",
        where: now.images.image(at: first)?.source.at() ?? first,
        sides: [.before("not there"), .now("\(came.count) more")])
    ]
  }
}

extension FirmwareDescriptor {
  /// Device and mode, as findings write them; flash of no mode is split.
  fileprivate var mapping: String {
    device == "flash" ? "\(mode ?? "split") flash" : device
  }

  /// Whether both lead to the same image in the same way, whatever their names.
  fileprivate func leads(like other: Self) -> Bool {
    filename == other.filename && mapping == other.mapping
  }
}

extension FirmwareImage {
  /// What the image announced for a type and does not any more.
  fileprivate func losses(since old: Self, for type: DomainType) -> [Finding] {
    let obstacles = old.obstacles(to: type).isEmpty ? self.obstacles(to: type) : []
    let broken = obstacles.map {
      loss(.fail, "\(name) could start \(type.title), and now \($0)", "could", $0)
    }
    guard type != .tdx else { return broken }
    var findings = broken
    if old.takesKernelHashes, !takesKernelHashes {
      // Hashes that were never compared are no loss.
      let grade: Finding.Grade =
        switch old.verifiesKernelHashes {
        case true?: .fail
        case nil: .warn
        case false?: .info
        }
      findings.append(
        loss(
          grade,
          "\(name) took kernel hashes, and has no area for them now: domains with "
            + "kernelHashes='yes' start no more", "has an area", "has none"))
    }
    if old.verifiesKernelHashes == true, verifiesKernelHashes == false {
      findings.append(
        loss(
          .fail, "\(name) compared kernel hashes, and holds no code for it now", "compares",
          "does not compare"))
    }
    if let area = old.secretArea, area.base != 0, (secretArea?.base ?? 0) == 0 {
      findings.append(
        loss(
          .warn, "\(name) had an area for secrets, and has none: they can be injected no more",
          "at \(area.base.hexadecimal)", "none"))
    }
    if type >= .sevES, old.resetBlock ?? 0 != 0, resetBlock ?? 0 == 0, obstacles.isEmpty {
      findings.append(
        loss(.warn, "\(name) lost its SEV-ES reset block", "has one", "has none"))
    }
    var lost = old.sectionKinds.subtracting(sectionKinds)
    // The page of hashes that nobody compared is no loss, and goes with the area above.
    if old.verifiesKernelHashes == false { lost.remove(SEVSection.Kind.kernelHashes.rawValue) }
    if type == .sevSNP, !lost.isEmpty, obstacles.isEmpty {
      let titles = lost.sorted().map { Self.title(ofSection: $0) }.listed()
      findings.append(
        loss(
          .warn, "the SEV metadata of \(name) has no section \(titles) any more", titles, "none"))
    }
    return findings
  }

  private func loss(
    _ grade: Finding.Grade, _ summary: String, _ before: String, _ now: String
  ) -> Finding {
    Finding(grade, summary, where: source.at(), sides: [.before(before), .now(now)])
  }

  private var sectionKinds: Set<UInt32> {
    guard case .sections(_, let sections) = sevMetadata else { return [] }
    return Set(sections.map(\.type))
  }

  private static func title(ofSection type: UInt32) -> String {
    SEVSection.Kind(rawValue: type).map { "\($0)" } ?? "of type \(type)"
  }
}

extension FirmwareImages {
  /// Whether two paths of a host, such as `/usr/share/OVMF/OVMF.fd`, lead to one image.
  fileprivate func areSame(_ first: String, _ second: String) -> Bool {
    guard let one = image(at: first), let two = image(at: second) else { return false }
    return one.source.file == two.source.file
  }
}
