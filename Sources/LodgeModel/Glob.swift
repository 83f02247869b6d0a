/// A pattern over ids, in which `*` stands for any text and `?` for one character.
package struct Glob: Equatable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  package let description: String

  package init(_ pattern: String) { description = pattern }

  package init(stringLiteral pattern: String) { self.init(pattern) }

  /// Whether the whole of an id fits the pattern.
  package func matches(_ id: String) -> Bool {
    if description == "*" { return true }
    let (pattern, text) = (Array(description), Array(id))
    var (p, t) = (0, 0)
    var retry: (p: Int, t: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == "*" {
        retry = (p, t)
        p += 1
      } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
        (p, t) = (p + 1, t + 1)
      } else if let last = retry {
        // The last star takes one character more.
        (p, t) = (last.p + 1, last.t + 1)
        retry = (last.p, last.t + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
