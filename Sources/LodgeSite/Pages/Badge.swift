import LodgeModel

/// A small picture for a page elsewhere: what it is about, and the verdict in words.
struct Badge {
  var subject: String
  var verdict: String
  var tone: Tone

  /// The picture as SVG, 20 units high.
  ///
  /// Words are as wide as in Verdana at 11 units, near enough; `textLength` makes them fit.
  var svg: String {
    let (left, right) = (Self.width(of: subject) + 12, Self.width(of: verdict) + 12)
    let title = Self.markup("\(subject): \(verdict)")
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(left + right)" height="20" role="img" \
      aria-label="\(title)"><title>\(title)</title>\
      <path fill="#3b4351" d="M0 0h\(left)v20H0z"/>\
      <path fill="\(fill)" d="M\(left) 0h\(right)v20H\(left)z"/>\
      <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">\
      <text x="6" y="14" textLength="\(left - 12)">\(Self.markup(subject))</text>\
      <text x="\(left + 6)" y="14" textLength="\(right - 12)">\(Self.markup(verdict))</text></g></svg>

      """
  }

  /// Dark enough for white words on it, at a contrast of 4.5 or more.
  private var fill: String {
    switch tone {
    case .good: "#1a7f37"
    case .bad: "#b3261e"
    case .trouble: "#8a3ffc"
    case .doubt: "#8a5a00"
    case .title, .faint: "#57606a"
    }
  }

  private static func width(of text: String) -> Int {
    let tenths = text.unicodeScalars.reduce(0) { sum, scalar in
      switch scalar {
      case "i", "j", "l", "I", ".", ",", ":", "'", "|", " ": sum + 38
      case "m", "w", "M", "W": sum + 105
      case "A"..."Z": sum + 80
      default: sum + 70
      }
    }
    return (tenths + 9) / 10
  }

  private static func markup(_ text: String) -> String { StrictMarkup().escapeText(text) }
}
