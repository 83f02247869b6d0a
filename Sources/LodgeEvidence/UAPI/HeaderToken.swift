/// A preprocessing token (C11 6.4) with its place.
struct HeaderToken: Equatable {
  /// What a token is before any keyword is known.
  enum Kind {
    case identifier
    case number
    case character
    case string
    case punctuator
    /// A byte that begins no token; C allows it until it is used.
    case other
    /// A quote whose line ends before its fellow.
    case unterminated
  }

  var kind: Kind
  var text: String
  var place: HeaderPlace
  /// Whether white space or a comment stands before it.
  var followsSpace = false
  /// Whether it is the name of a macro met inside its own replacement, never to be replaced.
  var isPainted = false

  /// Whether the token is the punctuator.
  func isPunctuator(_ text: String) -> Bool { kind == .punctuator && self.text == text }
}
