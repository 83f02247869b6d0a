import Foundation

/// One paragraph of a Debian control file: fields by name.
///
/// **Source:** deb822(5).
package struct ControlStanza: Equatable, Sendable {
  /// Values by field name, continuation lines joined by newlines.
  package var fields: [String: String]

  package subscript(_ name: String) -> String? { fields[name] }

  /// Reads all paragraphs of a text; lines that are no field are passed over.
  package static func parse(_ text: String) -> [ControlStanza] {
    var stanzas: [ControlStanza] = []
    var fields: [String: String] = [:]
    var last: String?
    func flush() {
      if !fields.isEmpty { stanzas.append(ControlStanza(fields: fields)) }
      (fields, last) = ([:], nil)
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.allSatisfy(\.isWhitespace) {
        flush()
      } else if line.hasPrefix("#") {
        continue
      } else if line.first == " " || line.first == "\t" {
        guard let last else { continue }
        fields[last, default: ""] += "\n" + line.trimmingCharacters(in: .whitespaces)
      } else if let colon = line.firstIndex(of: ":") {
        let name = String(line[..<colon])
        fields[name] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        last = name
      }
    }
    flush()
    return stanzas
  }
}
