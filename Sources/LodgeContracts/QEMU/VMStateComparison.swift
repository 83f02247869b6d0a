import LodgeModel

/// Whether one QEMU reads the device state that another one wrote.
///
/// **Source:** QEMU migration/vmstate.c, vmstate_load_state; scripts/vmstate-static-checker.py. What
/// was only renamed, or moved into a structure, is the same on the wire.
struct VMStateComparison {
  private let now: VMStates
  private let before: VMStates
  /// The devices that libvirt gives to domains.
  private let plugged: Set<String>

  init(now: VMStates, before: VMStates, plugged: Set<String>) {
    (self.now, self.before, self.plugged) = (now, before, plugged)
  }

  /// Parts of every q35 machine.
  ///
  /// **Source:** QEMU hw/i386/pc_q35.c and pc.c.
  private static let board: Set<String> = [
    "ICH9-LPC", "ICH9-SMB", "apic", "fw_cfg", "hpet", "i8042", "i8257", "ioapic", "isa-i8259",
    "isa-pit", "kvm-apic", "kvm-i8259", "kvm-ioapic", "kvm-pit", "kvmclock", "kvmvapic", "mch",
    "mc146818rtc", "port92", "q35-pcihost",
  ]

  /// What is broken first, then what may be, then what went or came.
  var findings: [Finding] {
    let shared = before.sections.keys.filter { now.sections[$0] != nil }.sorted()
    var (reader, writer) = (SavedState(now), SavedState(before))
    return versions(of: shared, &reader, &writer) + layouts(of: shared, &reader, &writer) + gone
      + (note.map { [$0] } ?? [])
  }

  /// Guests may have it, so that what breaks it breaks them.
  private func isCommon(_ device: String) -> Bool {
    plugged.contains(device) || Self.board.contains(device)
  }

  /// Structures whose version went down, or that are not read any more, each told once.
  private func versions(
    of devices: [String], _ reader: inout SavedState, _ writer: inout SavedState
  ) -> [Finding] {
    var devicesByComplaint: [VersionComplaint: [String]] = [:]
    for device in devices {
      guard let old = before.sections[device], let own = now.sections[device] else { continue }
      let nested = reader.parts(of: own).dropFirst()
      let names = Dictionary(
        nested.map { ($0.stem, $0) }, uniquingKeysWith: { first, _ in first })
      for part in writer.parts(of: old) {
        guard let older = before.descriptions[part], !older.isEmpty,
          let key = part == old ? own : names[part.stem], let newer = now.descriptions[key],
          let complaint = VersionComplaint(part.stem, newer, after: older)
        else { continue }
        devicesByComplaint[complaint, default: []].append(device)
      }
    }
    return devicesByComplaint.sorted { $0.key.part < $1.key.part }.map { complaint, devices in
      Finding(
        devices.contains(where: isCommon) ? .fail : .warn,
        "\(complaint.summary), in \(devices.shortened)",
        where: now.source.at(devices.first { isCommon($0) } ?? devices[0]),
        sides: [.before(complaint.before), .now(complaint.now)])
    }
  }

  /// Structures of the same version whose fields lie otherwise, each change told once.
  private func layouts(
    of devices: [String], _ reader: inout SavedState, _ writer: inout SavedState
  ) -> [Finding] {
    var devicesByChange: [FieldChange: [String]] = [:]
    var lostParts: [String: [String]] = [:]
    for device in devices {
      guard let old = before.sections[device], let own = now.sections[device],
        let older = before.descriptions[old], let newer = now.descriptions[own], !older.isEmpty
      else { continue }
      // A reader of a later version knows what was added since by the fields' own versions.
      let change = FieldChange(
        from: writer.fields(of: old, upTo: older.version),
        to: reader.fields(of: own, upTo: older.version))
      if let change, newer.minimum <= older.version {
        devicesByChange[change, default: []].append(device)
      }
      let optional = Set(reader.subsections(of: own).map(\.stem))
      for part in writer.subsections(of: old) where !optional.contains(part.stem) {
        lostParts[part.stem, default: []].append(device)
      }
    }
    let changed = devicesByChange.sorted { $0.key.before < $1.key.before }.map { change, devices in
      Finding(
        devices.contains(where: isCommon) ? .warn : .info,
        "the saved state of \(devices.shortened) has \(change.now) in place of \(change.before)",
        where: now.source.at(devices.first { isCommon($0) } ?? devices[0]),
        sides: [.before(change.before), .now(change.now)])
    }
    let lost = lostParts.sorted { $0.key < $1.key }.map { part, devices in
      Finding(
        devices.contains(where: isCommon) ? .warn : .info,
        "the part \(part) of the saved state of \(devices.shortened) is gone",
        where: now.source.at(part), sides: [.before("writes \(part)"), .now("does not read it")])
    }
    return changed + lost
  }

  /// Devices whose state nothing reads any more.
  private var gone: [Finding] {
    let names = before.sections.keys.filter { now.sections[$0] == nil }.sorted()
    return [true, false].compactMap { common in
      let devices = names.filter { isCommon($0) == common }
      guard let first = devices.first else { return nil }
      return Finding(
        common ? .warn : .info, "nothing reads the saved state of \(devices.shortened) any more",
        where: now.source.at(first), sides: [.before("has \(first)"), .now("has no \(first)")])
    }
  }

  private var note: Finding? {
    let added = now.sections.keys.filter { before.sections[$0] == nil }.sorted()
    guard let first = added.first else { return nil }
    return Finding(
      .info, "the state of \(added.shortened) is new", where: now.source.at(first),
      sides: [.before("has no \(first)"), .now("has \(first)")])
  }
}

/// A version of a structure that stands in the way of an older stream.
private struct VersionComplaint: Hashable {
  var part: String
  var summary: String
  var before: String
  var now: String

  init?(_ part: String, _ now: VMStates.Description, after before: VMStates.Description) {
    self.part = part
    if before.version > now.version {
      summary =
        "the state of \(part) is of version \(before.version), and only \(now.version) is read"
      (self.before, self.now) = ("version \(before.version)", "version \(now.version)")
    } else if before.version < now.minimum {
      summary =
        "the state of \(part) is of version \(before.version), and is read from \(now.minimum) on"
      (self.before, self.now) = ("version \(before.version)", "reads from \(now.minimum) on")
    } else {
      return nil
    }
  }
}

extension VMStates.Description {
  /// Whether nothing is in it: a device that does not migrate.
  fileprivate var isEmpty: Bool { fields.isEmpty && subsections.isEmpty }
}

extension String {
  /// A key without the number that tells it from others of its name.
  fileprivate var stem: String { String(prefix { $0 != "#" }) }
}

extension [String] {
  /// The first few names and how many more.
  fileprivate var shortened: String {
    count > 4 ? "\(prefix(3).joined(separator: ", ")) and \(count - 3) more" : listed()
  }
}
