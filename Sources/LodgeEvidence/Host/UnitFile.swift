import Foundation

/// The assignments of a unit or another file of sections and `Key=value` lines.
struct UnitFile {
  private var values: [String: [String]] = [:]

  /// Reads the lines of a text, whatever their section.
  init(_ text: String) { add(text) }

  /// Adds the lines of a drop-in, which count after those before it.
  ///
  /// **Source:** systemd.syntax(7): an empty value takes back what a list had.
  mutating func add(_ text: String) {
    for line in text.continuedLines {
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      guard !trimmed.hasPrefix("#"), !trimmed.hasPrefix(";"),
        let equals = trimmed.firstIndex(of: "=")
      else { continue }
      let key = trimmed[..<equals].trimmingCharacters(in: .whitespaces)
      let value = trimmed[trimmed.index(after: equals)...].trimmingCharacters(in: .whitespaces)
      if value.isEmpty { values[key] = nil } else { values[key, default: []].append(value) }
    }
  }

  /// All values of a key, in their order.
  func values(of key: String) -> [String] { values[key] ?? [] }
}
