package import LodgePlatform

extension Platform {
  /// Reads the text of a platform file; the platform is called as the file, without its ending.
  ///
  /// - Throws: ``MatrixFailure`` naming file and line of what is outside the grammar.
  package init(yaml text: String, file: String) throws(MatrixFailure) {
    let top = try YAMLMapping(document: text, file: file)
    try top.allow(only: ["title", "processor", "sev", "tdx", "parameters"])
    let processor = try Processor(try top.required("processor"))
    self.init(
      id: Self.id(of: file), title: try top.required("title").text(), processor: processor,
      sev: try top["sev"].map { value throws(MatrixFailure) in try SEV(value, on: processor) },
      tdx: try top["tdx"].map { value throws(MatrixFailure) in try TDX(value, on: processor) },
      parameters: try top["parameters"]?.parameters() ?? [:])
    if sev == nil, processor.hasSEV {
      throw MatrixFailure(
        file: file, line: nil, reason: "CPUID 0x8000001f has SEV, so the key sev is needed")
    }
  }

  private static func id(of file: String) -> String {
    let name = file.split(separator: "/").last ?? ""
    return String(name.hasSuffix(".yaml") ? name.dropLast(5) : name)
  }
}

extension Platform.Processor {
  fileprivate init(_ value: YAMLValue) throws(MatrixFailure) {
    let keys = try value.mapping()
    try keys.allow(only: [
      "count", "threadsPerCore", "memory", "microcode", "kiloHertz", "flags", "cpuid",
      "featureMSRs",
    ])
    let table = try keys.required("cpuid")
    let cpuid = try table.cpuidTable()
    let threads = try keys.required("threadsPerCore")
    self.init(
      vendor: try Vendor(table, cpuid), name: cpuid.brand,
      count: try keys.required("count").number(in: 1...1024),
      threadsPerCore: try threads.number(in: 1...2),
      memory: try keys.required("memory").number(in: 1024...16 << 20),
      microcode: try keys.required("microcode").number(in: 1...UInt32.max),
      kiloHertz: try keys.required("kiloHertz").number(in: 100_000...10_000_000),
      cpuid: cpuid, featureMSRs: try keys["featureMSRs"]?.registers() ?? [:],
      flags: try keys["flags"]?.list().map { flag throws(MatrixFailure) in try flag.word() } ?? [])
    guard count % threadsPerCore == 0 else {
      throw threads.failure("\(count) processors are no whole cores")
    }
  }

  fileprivate var hasSEV: Bool { (leaf(0x8000_001F)?.eax ?? 0) & 1 << 1 != 0 }
}

extension Platform.Processor.Vendor {
  fileprivate init(_ table: YAMLValue, _ cpuid: [CPUIDLeaf]) throws(MatrixFailure) {
    let words = cpuid.first { $0.function == 0 }.map { [$0.ebx, $0.edx, $0.ecx] } ?? []
    guard let vendor = Self(rawValue: String(words: words)) else {
      let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw table.failure(
        "CPUID 0 says vendor “\(String(words: words))”; known are \(known)")
    }
    for function in [0x1, 0x8000_0000, 0x8000_0001, 0x8000_0008] as [UInt32]
    where !cpuid.contains(where: { $0.function == function }) {
      throw table.failure(
        "CPUID 0x\(String(function, radix: 16)) is missing")
    }
    self = vendor
  }
}

extension Platform.SEV {
  fileprivate init(
    _ value: YAMLValue, on processor: Platform.Processor
  ) throws(MatrixFailure) {
    let keys = try value.mapping()
    try keys.allow(only: ["apiMajor", "apiMinor", "build", "policyBits", "chipID"])
    guard processor.vendor == .amd, processor.hasSEV, let leaf = processor.leaf(0x8000_001F) else {
      throw value.failure("CPUID 0x8000001f has no SEV")
    }
    self.init(
      apiMajor: try keys.required("apiMajor").number(in: 0...255),
      apiMinor: try keys.required("apiMinor").number(in: 0...255),
      build: try keys.required("build").number(in: 0...255),
      policyBits: try keys.required("policyBits").number(in: 0...UInt64.max),
      chipID: try keys.required("chipID").bytes(count: 64), leaf: leaf)
  }
}

extension Platform.TDX {
  fileprivate init(
    _ value: YAMLValue, on processor: Platform.Processor
  ) throws(MatrixFailure) {
    let keys = try value.mapping()
    try keys.allow(only: [
      "moduleVersion", "keyIDs", "keyIDBits", "maximumVCPUs", "attributes", "xfam", "configurable",
    ])
    guard processor.vendor == .intel else {
      throw value.failure("only Intel's processors have TDX")
    }
    self.init(
      moduleVersion: try keys.required("moduleVersion").text(),
      keyIDs: try keys.required("keyIDs").number(in: 1...32767),
      keyIDBits: try keys.required("keyIDBits").number(in: 1...15),
      maximumVCPUs: try keys.required("maximumVCPUs").number(in: 1...65535),
      attributes: try keys.required("attributes").number(in: 0...UInt64.max),
      xfam: try keys.required("xfam").number(in: 0...UInt64.max),
      configurable: try keys.required("configurable").cpuidTable())
  }
}

extension YAMLValue {
  private static let modules = ["kvm", "kvm_amd", "kvm_intel", "ccp"]

  /// Parameters by module.
  fileprivate func parameters() throws(MatrixFailure) -> [String: [String: String]] {
    let modules = try mapping()
    try modules.allow(only: Self.modules)
    var parameters: [String: [String: String]] = [:]
    for module in modules.keys {
      let values = try modules.required(module).mapping()
      for name in values.keys {
        let value = try values.required(name)
        // The name becomes that of a file.
        guard name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil else {
          throw value.failure("“\(name)” cannot be a parameter's name")
        }
        parameters[module, default: [:]][name] = try value.word()
      }
    }
    return parameters
  }

  /// Model-specific registers by index.
  fileprivate func registers() throws(MatrixFailure) -> [UInt32: UInt64] {
    let keys = try mapping()
    var registers: [UInt32: UInt64] = [:]
    for key in keys.keys {
      let value = try keys.required(key)
      guard let index = UInt32(literal: key), registers[index] == nil else {
        throw value.failure("“\(key)” is no index of an MSR, or one twice")
      }
      registers[index] = try value.number(in: 0...UInt64.max)
    }
    return registers
  }

  /// A text without spaces or signs that could end a line of a file.
  fileprivate func word() throws(MatrixFailure) -> String {
    let word = try text()
    guard word.wholeMatch(of: /[A-Za-z0-9_.,-]+/) != nil else {
      throw failure("“\(word)” is no word of letters, digits and _ . , -")
    }
    return word
  }

  /// Bytes in hexadecimal; spaces between them do not count.
  fileprivate func bytes(count: Int) throws(MatrixFailure) -> [UInt8] {
    let digits = try text().filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
    guard digits.count == 2 * count else {
      throw failure("\(2 * count) hexadecimal digits are expected here")
    }
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(truncatingIfNeeded: digits[$0] << 4 | digits[$0 + 1])
    }
  }
}

extension [CPUIDLeaf] {
  /// The model name of CPUID 0x80000002 to 0x80000004.
  fileprivate var brand: String {
    let words = filter { (0x8000_0002...0x8000_0004).contains($0.function) }
      .flatMap { [$0.eax, $0.ebx, $0.ecx, $0.edx] }
    let name = String(words: words)
    return name.split(separator: " ").joined(separator: " ")
  }
}

extension String {
  /// The text that registers hold, its zero bytes left out.
  fileprivate init(words: [UInt32]) {
    let bytes = words.flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }
    self.init(decoding: bytes.filter { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self)
  }
}
