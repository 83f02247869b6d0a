extension Transcript {
  /// Names for the numbers in a transcript.
  ///
  /// **Source:** numbers come from the candidate kernel's UAPI headers where it has the name; policy
  /// bits and page types are AMD's and Intel's (SEV API 55766 table 4, SEV-SNP ABI 56860 table 10,
  /// TDX module base specification, ATTRIBUTES).
  package struct Names: Sendable {
    private let capabilities: [UInt64: String]
    private let types: [UInt64: String]

    /// Takes capability and VM type numbers from constants such as `KVM_CAP_VM_TYPES`.
    package init(constants: [String: Int64] = [:]) {
      func names(_ matches: (String) -> Bool) -> [UInt64: String] {
        let found = constants.filter { matches($0.key) }.sorted { $0.key < $1.key }
        return Dictionary(
          found.compactMap { name, value in UInt64(exactly: value).map { ($0, name) } },
          uniquingKeysWith: { first, _ in first })
      }
      capabilities = names { $0.hasPrefix("KVM_CAP_") }
      let machines = names { $0.hasPrefix("KVM_X86_") && $0.hasSuffix("_VM") }
      types = Self.machineTypes.merging(machines) { $1 }
    }

    /// Linux arch/x86/include/uapi/asm/kvm.h, 6.14.
    private static let machineTypes: [UInt64: String] = [
      0: "KVM_X86_DEFAULT_VM", 1: "KVM_X86_SW_PROTECTED_VM", 2: "KVM_X86_SEV_VM",
      3: "KVM_X86_SEV_ES_VM", 4: "KVM_X86_SNP_VM", 5: "KVM_X86_TDX_VM",
    ]

    /// What a value of a call means in words; nil where there is nothing to add to the number.
    package func meaning(of field: String, in call: Call) -> String? {
      guard let number = call.field(field)?.number else { return nil }
      switch (call.name, field) {
      case ("KVM_CREATE_VM", "type"): return types[number]
      case ("KVM_CHECK_EXTENSION", "capability"), ("KVM_ENABLE_CAP", "capability"):
        return capabilities[number]
      case ("KVM_SEV_SNP_LAUNCH_START", "policy"): return Bits.snpPolicy.words(for: number)
      case (_, "policy"): return Bits.sevPolicy.words(for: number)
      case ("KVM_SEV_SNP_LAUNCH_UPDATE", "type"): return PageType(rawValue: number)?.title
      case ("KVM_TDX_INIT_VM", "attributes"): return Bits.tdxAttributes.words(for: number)
      case ("KVM_TDX_INIT_MEM_REGION", "flags"): return Bits.tdxMemoryFlags.words(for: number)
      case ("KVM_SET_MEMORY_ATTRIBUTES", "attributes"):
        return Bits.memoryAttributes.words(for: number)
      default: return nil
      }
    }
  }

  /// What a page given to SNP_LAUNCH_UPDATE is.
  ///
  /// **Source:** AMD SEV-SNP ABI 56860, PAGE_TYPE; Linux arch/x86/include/uapi/asm/kvm.h.
  package enum PageType: UInt64, CaseIterable, Sendable {
    case normal = 1
    case vmsa
    case zero
    case unmeasured
    case secrets
    case cpuid

    /// The name in capitals, as the specification writes it.
    package var title: String { "\(self)".uppercased() }
  }
}

/// Names of the bits of a number.
private struct Bits: Sendable {
  let names: [Int: String]
  /// The lowest bits of the two bytes that hold a version; nil where the number has none.
  var version: (major: UInt64, minor: UInt64)?

  func words(for number: UInt64) -> String? {
    var words: [String] = []
    var flags = number
    if let version {
      let (major, minor) = (number >> version.major & 0xff, number >> version.minor & 0xff)
      if (major, minor) != (0, 0) { words.append("API at least \(major).\(minor)") }
      flags &= ~(0xff << version.major | 0xff << version.minor)
    }
    for bit in 0..<64 where flags >> UInt64(bit) & 1 == 1 {
      words.append(names[bit] ?? "bit \(bit)")
    }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }

  /// AMD SEV API 55766, table 4.
  static let sevPolicy = Bits(
    names: [
      0: "no debug", 1: "no key sharing", 2: "ES", 3: "no send", 4: "domain", 5: "SEV only",
    ], version: (major: 16, minor: 24))

  /// AMD SEV-SNP ABI 56860, table 10.
  static let snpPolicy = Bits(
    names: [
      16: "SMT", 17: "reserved one", 18: "migration agent", 19: "debug", 20: "single socket",
      21: "CXL", 22: "AES-256-XTS", 23: "RAPL off", 24: "ciphertext hiding", 25: "page swap off",
    ], version: (major: 8, minor: 0))

  /// Intel TDX module, TD ATTRIBUTES.
  static let tdxAttributes = Bits(
    names: [
      0: "DEBUG", 27: "LASS", 28: "SEPT_VE_DISABLE", 29: "MIGRATABLE", 30: "PKS", 31: "KL",
      63: "PERFMON",
    ])

  static let tdxMemoryFlags = Bits(names: [0: "measured"])
  static let memoryAttributes = Bits(names: [3: "private"])
}
