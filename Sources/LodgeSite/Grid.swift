/// Short texts in rows and columns, each column as wide as its widest entry.
struct Grid {
  /// One text with its meaning.
  struct Entry {
    var text: String
    var tone: Tone?

    init(_ text: String, _ tone: Tone? = nil) { (self.text, self.tone) = (text.visible, tone) }
  }

  /// The space between two columns.
  static let gap = 2
  /// Rows of equally many entries; the first holds the titles.
  var rows: [[Entry]]

  /// The rows as lines without trailing space.
  func lines(style: Style) -> [String] {
    let widths = Self.widths(of: rows)
    return rows.map { row in
      var line = ""
      var pending = 0
      for (entry, width) in zip(row, widths) {
        if !entry.text.isEmpty {
          line += String(repeating: " ", count: pending) + style.paint(entry.text, entry.tone)
          pending = 0
        }
        pending += width - entry.text.count + Self.gap
      }
      return line
    }
  }

  private static func widths(of rows: [[Entry]]) -> [Int] {
    (rows.first ?? []).indices.map { column in
      rows.map { $0[column].text.count }.max() ?? 0
    }
  }
}
