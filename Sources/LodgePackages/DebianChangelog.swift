import LodgeModel

extension Changelog {
  /// Reads the changelog of a Debian package; what fits no rule is passed over.
  ///
  /// **Source:** deb-changelog(5): `source (version) distributions; options`, lines that are
  /// indented, and ` -- maintainer  date`.
  package init(debian text: String) {
    self.init(source: "", entries: [])
    for line in text.split(separator: "\n") {
      if line.hasPrefix("  ") {
        if let last = entries.indices.last { entries[last].lines.append(String(line.dropFirst(2))) }
      } else if line.hasPrefix(" -- ") {
        let date = line.firstRange(of: "  ").map { line[$0.upperBound...] } ?? ""
        if let last = entries.indices.last { entries[last].date = String(date) }
      } else if let header = line.wholeMatch(of: #/(\S+) \(([^()\s]+)\)( [^;]*)?;.*/#) {
        if source.isEmpty { source = String(header.1) }
        entries.append(Entry(version: String(header.2), lines: []))
      }
    }
  }
}
