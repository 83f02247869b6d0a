/// A path pattern of AppArmor.
///
/// **Source:** apparmor.d(5), Globbing: `*` and `?` stop at slashes, `**` does not, braces list
/// alternatives, brackets list characters.
struct AppArmorPattern {
  private enum Token: Equatable {
    case character(Character)
    case oneOf(Set<Character>, isInverse: Bool)
    case any
    case anyName
    case anyPath
  }

  /// One list of tokens for each combination of alternatives.
  private let alternatives: [[Token]]

  /// Reads a pattern; one with a variable whose value only a host has matches nothing.
  init(_ pattern: String) {
    var text = pattern
    for (variable, value) in Self.variables { text = text.replacing(variable, with: value) }
    guard !text.contains("@{"), let expanded = Self.expanded(Array(text)) else {
      alternatives = []
      return
    }
    alternatives = expanded.map(Self.tokens)
  }

  /// **Source:** AppArmor, profiles/apparmor.d/tunables: run, proc, kernelvars.
  private static let variables = [
    ("@{run}", "{/run,/var/run}"), ("@{PROC}", "/proc"), ("@{sys}", "/sys"),
  ]

  /// Whether a whole path fits.
  func matches(_ path: String) -> Bool {
    alternatives.contains { Self.matches($0, Array(path)) }
  }

  /// Walks all ways through the tokens at once.
  private static func matches(_ tokens: [Token], _ path: [Character]) -> Bool {
    /// The tokens that may come next; stars may also be passed over.
    func reached(_ start: Set<Int>) -> Set<Int> {
      var all = start
      for index in start {
        var next = index
        while next < tokens.count, tokens[next] == .anyName || tokens[next] == .anyPath {
          next += 1
          all.insert(next)
        }
      }
      return all
    }
    var states = reached([0])
    for character in path {
      var next: Set<Int> = []
      for index in states where index < tokens.count {
        switch tokens[index] {
        case .character(let wanted) where wanted == character: next.insert(index + 1)
        case .any where character != "/": next.insert(index + 1)
        case .oneOf(let set, let isInverse) where set.contains(character) != isInverse:
          next.insert(index + 1)
        case .anyName where character != "/": next.insert(index)
        case .anyPath: next.insert(index)
        default: break
        }
      }
      states = reached(next)
      if states.isEmpty { return false }
    }
    return states.contains(tokens.count)
  }

  private static func tokens(_ text: [Character]) -> [Token] {
    var (tokens, index): ([Token], Int) = ([], 0)
    while index < text.count {
      let character = text[index]
      index += 1
      switch character {
      case "\\" where index < text.count:
        tokens.append(.character(text[index]))
        index += 1
      case "*" where index < text.count && text[index] == "*":
        tokens.append(.anyPath)
        index += 1
      case "*": tokens.append(.anyName)
      case "?": tokens.append(.any)
      case "[":
        guard let end = text[index...].firstIndex(of: "]") else {
          tokens.append(.character(character))
          continue
        }
        let isInverse = text[index] == "^"
        tokens.append(
          .oneOf(members(Array(text[(isInverse ? index + 1 : index)..<end])), isInverse: isInverse))
        index = end + 1
      default: tokens.append(.character(character))
      }
    }
    return tokens
  }

  /// The characters of a class, ranges such as `0-9` written out.
  private static func members(_ text: [Character]) -> Set<Character> {
    var (set, index): (Set<Character>, Int) = ([], 0)
    while index < text.count {
      if index + 2 < text.count, text[index + 1] == "-", let low = text[index].asciiValue,
        let high = text[index + 2].asciiValue, low <= high
      {
        for value in low...high { set.insert(Character(UnicodeScalar(value))) }
        index += 3
      } else {
        set.insert(text[index])
        index += 1
      }
    }
    return set
  }

  /// The pattern without braces, once for each combination; nil for more than in any profile.
  private static func expanded(_ text: [Character]) -> [[Character]]? {
    var (done, waiting): ([[Character]], [[Character]]) = ([], [text])
    while let pattern = waiting.popLast() {
      guard done.count + waiting.count < 512 else { return nil }
      guard let open = pattern.firstIndex(of: "{"), let close = closing(open, in: pattern) else {
        done.append(pattern)
        continue
      }
      for choice in choices(pattern[(open + 1)..<close]) {
        waiting.append(Array(pattern[..<open]) + choice + Array(pattern[(close + 1)...]))
      }
    }
    return done
  }

  private static func closing(_ open: Int, in text: [Character]) -> Int? {
    var depth = 0
    for index in open..<text.count {
      if text[index] == "{" { depth += 1 }
      if text[index] == "}" { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }

  private static func choices(_ text: ArraySlice<Character>) -> [[Character]] {
    var (choices, depth): ([[Character]], Int) = ([[]], 0)
    for character in text {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      if character == ",", depth == 0 {
        choices.append([])
      } else {
        choices[choices.count - 1].append(character)
      }
    }
    return choices
  }
}
