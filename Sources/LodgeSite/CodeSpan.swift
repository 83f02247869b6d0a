extension String {
  /// The text as a code span that can stand in a table, cut where it is long.
  ///
  /// Readers of tables differ in how they take a bar behind a backslash, so a bar is a broken bar.
  var code: String { code(80) }

  /// The text as a code span, cut to a number of Unicode scalars.
  func code(_ limit: Int) -> String {
    let line = visible.cut(toScalars: limit).unicodeScalars.map { $0 == "|" ? "¦" : $0 }
    let text = String(String.UnicodeScalarView(line))
    let fence = String(repeating: "`", count: text.longestBackticks + 1)
    // A space on both sides is taken off again, and keeps backticks of the text from the fence.
    let isBare = line.first != "`" && line.last != "`" && line.contains { $0 != " " }
    return isBare ? fence + text + fence : "\(fence) \(text) \(fence)"
  }

  /// The length of the longest run of backticks.
  var longestBackticks: Int {
    var (longest, run) = (0, 0)
    for scalar in unicodeScalars {
      run = scalar == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
