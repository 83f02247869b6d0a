package import LodgeModel

extension KernelConfiguration {
  /// Values by symbol in the text of a `.config`, as ``options`` documents them.
  ///
  /// **Source:** scripts/kconfig/confdata.c, which writes `CONFIG_A=y`, `CONFIG_B="text"` and
  /// `# CONFIG_C is not set`.
  package static func options(in text: String) -> [String: String] {
    var options: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      if let (symbol, value) = option(line) { options[symbol] = value }
    }
    return options
  }

  private static func option(_ line: Substring) -> (symbol: String, value: String)? {
    let (unset, set, end) = ("# CONFIG_", "CONFIG_", " is not set")
    if line.hasPrefix(unset), line.hasSuffix(end) {
      return (String(line.dropFirst(unset.count).dropLast(end.count)), "n")
    }
    guard line.hasPrefix(set), let sign = line.firstIndex(of: "=") else { return nil }
    let symbol = line[..<sign].dropFirst(set.count)
    return (String(symbol), unquoted(line[sign...].dropFirst()))
  }

  /// A value without its quotes and the backslashes that protect quotes inside.
  private static func unquoted(_ value: Substring) -> String {
    guard value.count >= 2, value.first == "\"", value.last == "\"" else { return String(value) }
    var text = ""
    var isProtected = false
    for character in value.dropFirst().dropLast() {
      isProtected = character == "\\" && !isProtected
      if !isProtected { text.append(character) }
    }
    return text
  }
}
