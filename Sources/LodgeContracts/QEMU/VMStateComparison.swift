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
    return versions(of: shared) + layouts(of: shared) + gone + (note.map { [$0] } ?? [])
  }

  /// Guests may have it, so that what breaks it breaks them.
  private func isCommon(_ device: String) -> Bool {
    plugged.contains(device) || Self.board.contains(device)
  }

  /// Structures whose version went down, or that are not read any more, each told once.
  private func versions(of devices: [String]) -> [Finding] {
    var devicesByComplaint: [VersionComplaint: [String]] = [:]
    for device in devices {
      guard let old = before.sections[device], let own = now.sections[device] else { continue }
      let nested = now.parts(of: own).dropFirst()
      let names = Dictionary(
        nested.map { ($0.stem, $0) }, uniquingKeysWith: { first, _ in first })
      for part in before.parts(of: old) {
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
  private func layouts(of devices: [String]) -> [Finding] {
    var (fieldsNow, fieldsBefore) = (FieldReader(now), FieldReader(before))
    var devicesByChange: [FieldChange: [String]] = [:]
    var lostParts: [String: [String]] = [:]
    for device in devices {
      guard let old = before.sections[device], let own = now.sections[device],
        let older = before.descriptions[old], let newer = now.descriptions[own], !older.isEmpty
      else { continue }
      // A reader of a later version knows what was added since by the fields' own versions.
      let change = FieldChange(
        from: fieldsBefore.fields(of: old), to: fieldsNow.fields(of: own, upTo: older.version))
      if let change, newer.minimum <= older.version {
        devicesByChange[change, default: []].append(device)
      }
      let optional = Set(now.subsections(of: own).map(\.stem))
      for part in before.subsections(of: old) where !optional.contains(part.stem) {
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

/// The first place where two layouts differ.
private struct FieldChange: Hashable {
  var before: String
  var now: String

  /// Compares by bytes; nil where a reader finds each field where it was written.
  init?(from written: [SavedField], to read: [SavedField]) {
    var (old, own) = (written[...], read[...])
    // Bytes that a reader takes together, or skips, and that were written as several fields.
    var surplus = 0
    while let field = old.popFirst() {
      if surplus >= field.size {
        surplus -= field.size
        continue
      }
      guard surplus == 0, let reader = own.popFirst() else {
        self.init(before: field.words, now: own.first?.words ?? "nothing")
        return
      }
      if reader.size == field.size { continue }
      guard reader.isSkipped, reader.size > field.size else {
        if field.isSkipped, field.size > reader.size {
          var rest = field.size - reader.size
          while rest > 0, let next = own.popFirst() { rest -= next.size }
          if rest == 0 { continue }
        }
        self.init(before: field.words, now: reader.words)
        return
      }
      surplus = reader.size - field.size
    }
    guard let more = own.first else { return nil }
    self.init(before: "nothing", now: more.words)
  }

  private init(before: String, now: String) { (self.before, self.now) = (before, now) }
}

/// A field as it lies in a stream, whatever structure it belongs to.
private struct SavedField {
  var name: Substring
  var size: Int
  var version: Int
  /// The key of its structure; nil for plain bytes.
  var nested: String?

  /// Reads `name size version structure`; nil for text of another form.
  init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 3)
    guard parts.count >= 3, let size = Int(parts[1]), let version = Int(parts[2]) else {
      return nil
    }
    (name, self.size, self.version) = (parts[0], size, version)
    nested = parts.count > 3 ? String(parts[3]) : nil
  }

  /// Whether it is there for older streams only.
  var isSkipped: Bool { name == "unused" }

  var words: String { "\(name) of \(size) bytes" }
}

/// Reads each structure of a build once.
private struct FieldReader {
  private let states: VMStates
  private var known: [String: [SavedField]] = [:]

  init(_ states: VMStates) { self.states = states }

  /// The plain fields of a structure and of all that is nested in it, in their order.
  mutating func fields(of key: String, upTo version: Int? = nil) -> [SavedField] {
    fields(of: key, depth: 16).filter { field in version.map { field.version <= $0 } ?? true }
  }

  private mutating func fields(of key: String, depth: Int) -> [SavedField] {
    if let fields = known[key] { return fields }
    guard depth > 0, let description = states.descriptions[key] else { return [] }
    var fields: [SavedField] = []
    for field in description.fields.compactMap(SavedField.init) {
      guard let nested = field.nested else {
        fields.append(field)
        continue
      }
      // A nested structure is read by its own version, whatever the stream says of the outer one.
      let own = states.descriptions[nested]?.version ?? 0
      fields += self.fields(of: nested, depth: depth - 1).filter { $0.version <= own }
        .map { inner in
          var inner = inner
          inner.version = field.version
          return inner
        }
    }
    known[key] = fields
    return fields
  }
}

extension VMStates {
  /// The structures of a device: its own and all that is nested in it, each once.
  fileprivate func parts(of key: String) -> [String] {
    var (found, pending): ([String], [String]) = ([], [key])
    while let next = pending.popLast() {
      guard !found.contains(next), let description = descriptions[next] else { continue }
      found.append(next)
      pending += description.subsections
      pending += description.fields.compactMap { SavedField($0)?.nested }
    }
    return found
  }

  /// The optional parts of a device, however deep.
  fileprivate func subsections(of key: String) -> [String] {
    parts(of: key).flatMap { descriptions[$0]?.subsections ?? [] }
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
