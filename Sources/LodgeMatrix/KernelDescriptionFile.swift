package import LodgePlatform

extension KernelDescription {
  /// Reads the text of a file that describes a kernel nobody ships.
  ///
  /// The description is called by the name of its file, without folders and ending.
  ///
  /// - Throws: ``MatrixFailure`` naming file and line of what is outside the grammar.
  package init(yaml text: String, file: String) throws(MatrixFailure) {
    let top = try YAMLMapping(document: text, file: file)
    try top.allow(only: ["title", "needs", "kconfig", "parameters"])
    let name = String(file.split(separator: "/").last ?? "")
    self.init(
      id: name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name,
      title: try top.required("title").text(),
      needs: try top["needs"]?.list().map { item throws(MatrixFailure) in
        try item.text(matching: /[A-Z][A-Z0-9_]*/, "the name of a constant")
      } ?? [],
      kconfig: try top["kconfig"]?.symbols() ?? [:],
      parameters: try top["parameters"]?.moduleParameters() ?? [:])
    guard !kconfig.isEmpty || !parameters.isEmpty else {
      throw MatrixFailure(file: file, line: nil, reason: "it changes nothing")
    }
  }
}

extension YAMLValue {
  /// kconfig symbols with `y`, `m`, `n` or a number.
  fileprivate func symbols() throws(MatrixFailure) -> [String: String] {
    let keys = try mapping()
    var symbols: [String: String] = [:]
    for symbol in keys.keys {
      let value = try keys.required(symbol)
      guard symbol.wholeMatch(of: /[A-Z0-9][A-Z0-9_]*/) != nil, !symbol.hasPrefix("CONFIG_") else {
        throw value.failure("“\(symbol)” is no kconfig symbol without CONFIG_")
      }
      symbols[symbol] = try value.text(matching: /[ymn]|[0-9]+/, "y, m, n or a number")
    }
    return symbols
  }

  /// The types of parameters by module and name.
  fileprivate func moduleParameters() throws(MatrixFailure) -> [String: [String: String]] {
    let modules = try mapping()
    try modules.allow(only: ["kvm", "kvm_amd", "kvm_intel", "ccp"])
    var parameters: [String: [String: String]] = [:]
    for module in modules.keys {
      let names = try modules.required(module).mapping()
      for name in names.keys {
        let value = try names.required(name)
        guard name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil else {
          throw value.failure("“\(name)” cannot be a parameter's name")
        }
        parameters[module, default: [:]][name] = try value.text(
          matching: /bool|bint|int|uint|ushort|charp/, "a type of module parameters")
      }
    }
    return parameters
  }

  fileprivate func text(
    matching pattern: Regex<Substring>, _ wanted: String
  ) throws(MatrixFailure) -> String {
    let text = try text()
    guard text.wholeMatch(of: pattern) != nil else {
      throw failure("“\(text)” is not \(wanted)")
    }
    return text
  }
}
