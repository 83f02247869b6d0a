package import LodgeModel

/// What a QEMU command line says of a confidential launch.
package struct LaunchArguments: Equatable, Sendable {
  package var type: DomainType
  /// The path of the image that is measured, as QEMU sees it; nil where none is named.
  package var firmware: String?
  /// vCPUs at the start.
  package var processors: Int
  /// The CPU model.
  package var model: String
  /// Whether family, model or stepping are changed by hand, so that the model does not tell them.
  package var hasOwnSignature: Bool
  package var kernel: String?
  package var initrd: String?
  package var commandLine: String?
  /// The guest's policy; nil where QEMU's own is left.
  package var policy: UInt64?
  /// Properties of the guest object as text, such as `kernel-hashes`.
  package var properties: [String: String]

  /// Whether a property of the guest object is on.
  package func isOn(_ property: String) -> Bool {
    ["on", "true", "yes"].contains(properties[property])
  }

  /// Reads a command line; nil where it starts no confidential guest.
  ///
  /// **Source:** QEMU qemu-options.hx and qapi/qom.json; libvirt src/qemu/qemu_command.c.
  package init?(_ vector: ArgumentVector) {
    let objects = vector.values(of: "object").map(Self.members)
    let guests: [String: DomainType] = [
      "sev-guest": .sev, "sev-snp-guest": .sevSNP, "tdx-guest": .tdx,
    ]
    guard
      let guest = objects.first(where: { guests[$0["qom-type"] ?? ""] != nil }),
      var type = guests[guest["qom-type"] ?? ""]
    else { return nil }
    policy = guest["policy"].flatMap { Transcript.Value.text($0).number }
    if type == .sev, (policy ?? 1) & Self.encryptedState != 0 { type = .sevES }
    self.type = type
    properties = guest
    let processors = vector.values(of: "smp").last.map(KeyValues.init)
    self.processors = Self.count(processors)
    let model = vector.values(of: "cpu").last.map(KeyValues.init)
    self.model = model?.first ?? "qemu64"
    hasOwnSignature = ["family", "model", "stepping"].contains { model?[$0] != nil }
    kernel = vector.values(of: "kernel").last
    initrd = vector.values(of: "initrd").last
    commandLine = vector.values(of: "append").last
    firmware = vector.values(of: "bios").last ?? Self.flash(vector)
  }

  /// SEV policy bit 2: SEV-ES.
  ///
  /// **Source:** AMD SEV API 55766, chapter 2, table "Guest Policy Structure".
  private static let encryptedState: UInt64 = 1 << 2

  /// vCPUs at the start; where their number is not said, it is that of the topology.
  ///
  /// **Source:** QEMU hw/core/machine-smp.c, `machine_parse_smp_config`.
  private static func count(_ processors: KeyValues?) -> Int {
    guard let processors else { return 1 }
    func number(_ key: String) -> Int? { processors[key].flatMap { Int($0) } }
    if let count = processors.first.flatMap({ Int($0) }) ?? number("cpus") ?? number("maxcpus") {
      return count
    }
    return ["sockets", "dies", "clusters", "modules", "cores", "threads"].compactMap(number)
      .reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
  }

  /// The file behind the first flash.
  private static func flash(_ vector: ArgumentVector) -> String? {
    let nodes = Dictionary(
      vector.values(of: "blockdev").map(members).map { ($0["node-name"] ?? "", $0) },
      uniquingKeysWith: { first, _ in first })
    let machine = vector.values(of: "machine").last.map(KeyValues.init)
    var name = machine?["pflash0"]
    // A format lies on a protocol; nobody stacks more than a few.
    for _ in 0..<8 {
      guard let node = name.flatMap({ nodes[$0] }) else { return nil }
      if let file = node["filename"] { return file }
      guard ["raw", "file"].contains(node["driver"]) else { return nil }
      name = node["file"]
    }
    return nil
  }

  /// The members of an object or a node, as JSON or as keys with values.
  private static func members(_ text: String) -> [String: String] {
    if text.hasPrefix("{") {
      guard case .object(let members)? = JSONText(parsing: text) else { return [:] }
      return members.compactMapValues(\.plain)
    }
    let list = KeyValues(text)
    var members = Dictionary(list.pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    if let first = list.first { members["qom-type"] = first }
    return members
  }
}

extension JSONText {
  /// A scalar as a command line would have it; nil for the rest.
  fileprivate var plain: String? {
    switch self {
    case .string(let text), .integer(let text): text
    case .boolean(let value): value ? "on" : "off"
    case .null, .number, .array, .object: nil
    }
  }
}
