import LodgeModel

/// The text that the platform model in the sandbox reads: host, kernel and where to write.
package struct ModelDescription: Equatable, Sendable {
  /// Limits of the reader.
  package static let (maximumBytes, maximumLines) = (1 << 20, 20_000)

  /// Where the platform model writes transcripts, reads faults, keeps pools and what was measured.
  package struct Folders: Equatable, Sendable {
    package var transcripts: String
    package var faults: String
    package var pools: String
    package var measured: String

    package init(
      transcripts: String = "/run/lodge/transcripts", faults: String = "/run/lodge/faults",
      pools: String = "/run/lodge/pools", measured: String = "/run/lodge/measured"
    ) {
      (self.transcripts, self.faults) = (transcripts, faults)
      (self.pools, self.measured) = (pools, measured)
    }
  }

  /// A `cpuid` instruction in an object that the sandbox loads.
  package struct CPUIDSite: Equatable, Sendable {
    /// The object's build id in hexadecimal.
    package var buildID: String
    /// The virtual address in the object's own numbering.
    package var address: UInt64

    package init(buildID: String, address: UInt64) {
      (self.buildID, self.address) = (buildID, address)
    }
  }

  /// The whole file, ended by a newline.
  package let text: String

  /// Writes the description of a modelled kernel.
  ///
  /// - Throws: ``ModelFailure`` where an override names what the model does not have.
  package init(
    of kernel: ModelledKernel, folders: Folders = Folders(), sites: [CPUIDSite] = [],
    overrides: ModelOverrides = ModelOverrides()
  ) throws(ModelFailure) {
    try overrides.check()
    var lines = ["lodge-platform-model 1"]
    lines.append("# kernel \(kernel.release) on \(kernel.host.platform.id)")
    lines += (kernel.notes + overrides.notes).map { "# \($0.replacing("\n", with: " "))" }
    lines.append("transcripts \(folders.transcripts)")
    lines.append("faults \(folders.faults)")
    lines.append("pools \(folders.pools)")
    lines.append("measured \(folders.measured)")
    lines += try Self.constants(of: kernel, overrides)
    lines += Self.layouts(of: kernel)
    lines += Self.capabilities(of: kernel, overrides)
    lines += Self.settings(of: kernel, overrides)
    lines += Self.processor(of: kernel)
    lines += kernel.msrs.map { "msr \(Self.register($0.index)) \(ModelNumber($0.value))" }
    lines += kernel.featureMSRs.map {
      "feature-msr \(Self.register($0.index)) \(ModelNumber($0.value).hexadecimal)"
    }
    lines += sites.map { "cpuid-site \($0.buildID) \(ModelNumber($0.address).hexadecimal)" }
    text = lines.joined(separator: "\n") + "\n"
    guard lines.count <= Self.maximumLines, text.utf8.count <= Self.maximumBytes else {
      throw .tooLarge(lines: lines.count, bytes: text.utf8.count)
    }
  }

  private static func constants(
    of kernel: ModelledKernel, _ overrides: ModelOverrides
  ) throws(ModelFailure) -> [String] {
    let constants = kernel.interface.constants
    // What the kernel is too old for is not there anyway.
    for name in overrides.withoutConstants.sorted()
    where constants[name] == nil
      && !LateAddition.all.contains(where: { $0.isLacking(name, in: kernel.host.kernel) })
    {
      throw .unknown(
        kind: "constant", name: name, nearest: nearest(to: name, among: constants.keys))
    }
    return constants.filter { !overrides.withoutConstants.contains($0.key) }
      .sorted { $0.key < $1.key }.map { "constant \($0.key) \(ModelNumber($0.value))" }
  }

  private static func layouts(of kernel: ModelledKernel) -> [String] {
    kernel.interface.layouts.sorted { $0.key < $1.key }.flatMap { tag, layout in
      ["layout \(tag) \(layout.size)"]
        + layout.members.map { "field \(tag).\($0.name) \($0.offset) \($0.size)" }
    }
  }

  private static func capabilities(
    of kernel: ModelledKernel, _ overrides: ModelOverrides
  ) -> [String] {
    let replaced = Dictionary(
      uniqueKeysWithValues: overrides.capabilities.compactMap { name, value in
        CapabilityRule.named(name).map { ($0.number, value) }
      })
    let system = kernel.capabilities.merging(replaced) { $1 }
    return system.sorted { $0.key < $1.key }.map { "capability \($0.key) \(ModelNumber($0.value))" }
      + kernel.vmCapabilities.sorted { $0.key < $1.key }.flatMap { type, answers in
        answers.filter { replaced[$0.key] == nil }.sorted { $0.key < $1.key }.map {
          "vm-capability \(type.rawValue) \($0.key) \(ModelNumber($0.value))"
        }
      }
  }

  private static func settings(
    of kernel: ModelledKernel, _ overrides: ModelOverrides
  ) -> [String] {
    var settings = kernel.settings
    for (name, value) in overrides.settings {
      guard let setting = ModelSetting(rawValue: name) else { continue }
      settings[setting] = value.isEmpty ? nil : value
    }
    return settings.sorted { $0.key < $1.key }.map { "setting \($0.key.rawValue) \($0.value)" }
  }

  private static func processor(of kernel: ModelledKernel) -> [String] {
    let platform = kernel.host.platform
    return platform.processor.cpuid.map { "cpuid \(registers(of: $0))" }
      + platform.supportedCPUID(
        launching: kernel.host.launchable, by: kernel.host.kernel.version
      ).map { "kvm-cpuid \(registers(of: $0.leaf, flags: $0.flags))" }
      + kernel.host.tdxCPUID.map { "tdx-cpuid \(registers(of: $0, flags: 0))" }
  }

  private static func registers(of leaf: CPUIDLeaf, flags: UInt32? = nil) -> String {
    ([leaf.function, leaf.index] + (flags.map { [$0] } ?? [])
      + [leaf.eax, leaf.ebx, leaf.ecx, leaf.edx])
      .map(register).joined(separator: " ")
  }

  private static func register(_ value: UInt32) -> String { ModelNumber(value).hexadecimal }
}
