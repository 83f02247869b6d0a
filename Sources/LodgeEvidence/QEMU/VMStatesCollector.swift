import Foundation
import LodgeHost
import LodgeModel

extension Collector {
  /// The form of saved device state, from `-dump-vmstate` of the newest q35 machine.
  package static let vmstate = Collector(\.vmstate) { root in
    try await root.qemu.run { program, sandbox, binary in
      let arguments = [
        "-S", "-nodefaults", "-no-user-config", "-display", "none", "-machine", "q35,accel=tcg",
        "-dump-vmstate", "/dev/stdout",
      ]
      let finished = try await sandbox.command(
        program, arguments, deadline: .seconds(60), outputLimit: 16 << 20
      ).run()
      // Builds whose modules are packaged apart may abort over a type without its parent.
      guard finished.ending.inSandbox == .exited(0) else {
        let said = finished.errors.split(separator: "\n").last.map { ": \($0.prefix(200))" } ?? ""
        return .absent("QEMU \(finished.ending.inSandbox) over -dump-vmstate\(said)")
      }
      return .found(
        try explaining(binary.file) { try VMStates(dump: finished.output, source: binary) })
    }
  }
}

extension VMStates {
  /// Reduces a dump: descriptions that devices have in common are kept once.
  fileprivate init(dump: Data, source: Source) throws {
    let entries = try JSONDecoder().decode([String: Dumped.Entry].self, from: dump)
    var keys = DescriptionKeys()
    var sections: [String: String] = [:]
    for (device, entry) in entries.sorted(by: { $0.key < $1.key }) {
      guard let description = entry.description else { continue }
      sections[device] = keys.file(description)
    }
    self.init(
      source: source, machine: entries[Dumped.machineEntry]?.name ?? "q35", sections: sections,
      descriptions: keys.descriptions)
  }
}

/// The descriptions of a dump under keys of their own.
private struct DescriptionKeys {
  private(set) var descriptions: [String: VMStates.Description] = [:]

  /// Files a description and all that is nested in it, giving its key.
  mutating func file(_ dumped: Dumped.Description) -> String {
    var fields: [String] = []
    for field in dumped.fields ?? [] {
      let nested = field.description.map { " \(file($0))" } ?? ""
      let mark = field.isConditional ? "?" : ""
      fields.append("\(field.name)\(mark) \(field.size) \(field.version)\(nested)")
    }
    let subsections = (dumped.subsections ?? []).map { file($0) }
    let description = VMStates.Description(
      version: dumped.version, minimum: dumped.minimum, fields: fields, subsections: subsections)
    var (key, number) = (dumped.name, 1)
    while let other = descriptions[key], other != description {
      number += 1
      key = "\(dumped.name)#\(number)"
    }
    descriptions[key] = description
    return key
  }
}

/// The shapes of a dump.
///
/// **Source:** QEMU migration/savevm.c, dump_vmstate_json_to_file.
private enum Dumped {
  /// The entry that names the machine, and no device.
  static let machineEntry = "vmschkmachine"

  struct Entry: Decodable {
    var name: String?
    var description: Description?

    private enum CodingKeys: String, CodingKey {
      case name = "Name"
      case description = "Description"
    }
  }

  struct Description: Decodable {
    var name: String
    var version: Int
    var minimum: Int
    var fields: [Field]?
    var subsections: [Description]?

    private enum CodingKeys: String, CodingKey {
      case name
      case version = "version_id"
      case minimum = "minimum_version_id"
      case fields = "Fields"
      case subsections = "Subsections"
    }
  }

  struct Field: Decodable {
    var name: String
    var size: Int
    var version: Int
    var isConditional: Bool
    var description: Description?

    private enum CodingKeys: String, CodingKey {
      case size
      case name = "field"
      case version = "version_id"
      case isConditional = "field_exists"
      case description = "Description"
    }
  }
}
