import Foundation

/// libvirt's CPU models and what their features' names mean.
struct CPUMap {
  /// What has to be set for a feature: a word of CPUID, or half of an MSR.
  enum Bits: Hashable {
    case cpuid(UInt32, UInt32, register: String, UInt32)
    case msr(UInt32, UInt64)
  }

  private let folder: URL
  private let features: [String: Set<Bits>]

  /// Reads `x86_features.xml` of a folder.
  init(_ folder: URL) throws {
    self.folder = folder
    var features: [String: Set<Bits>] = [:]
    var name = ""
    for line in try Self.lines(of: folder.appending(path: "x86_features.xml")) {
      let values = Self.attributes(line)
      if line.contains("<feature ") {
        name = values["name"] ?? ""
      } else if line.contains("<cpuid ") || line.contains("<msr ") {
        features[name, default: []].formUnion(Self.bits(values))
      }
    }
    self.features = features
  }

  /// Whether this libvirt knows a CPU model.
  func hasModel(_ name: String) -> Bool {
    let file = folder.appending(path: "x86_\(name).xml").path(percentEncoded: false)
    return FileManager.default.fileExists(atPath: file)
  }

  /// The features of a CPU model, without those that it has lost, and their bits.
  func model(_ name: String) throws -> [String: Set<Bits>] {
    let names = try Self.lines(of: folder.appending(path: "x86_\(name).xml"))
      .filter { $0.contains("<feature ") && !$0.contains("removed='yes'") }
      .compactMap { Self.attributes($0)["name"] }
    return features.filter { names.contains($0.key) }
  }

  private static func lines(of file: URL) throws -> [Substring] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
  }

  private static func attributes(_ line: Substring) -> [String: String] {
    var values: [String: String] = [:]
    for match in line.matches(of: /(\w+)='([^']*)'/) {
      values[String(match.output.1)] = String(match.output.2)
    }
    return values
  }

  private static func bits(_ values: [String: String]) -> Set<Bits> {
    let numbers = values.compactMapValues { UInt32($0.dropFirst(2), radix: 16) }
    if let index = numbers["index"] {
      return [.msr(index, UInt64(numbers["edx"] ?? 0) << 32 | UInt64(numbers["eax"] ?? 0))]
    }
    let registers = numbers.filter {
      ["eax", "ebx", "ecx", "edx"].contains($0.key) && $0.value > 0
    }
    return Set(
      registers.map {
        .cpuid(numbers["eax_in"] ?? 0, numbers["ecx_in"] ?? 0, register: $0.key, $0.value)
      })
  }
}
