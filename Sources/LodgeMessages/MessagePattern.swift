/// A format string as its words, with gaps for what is filled in.
struct MessagePattern: Equatable, Sendable {
  /// A piece of the format string.
  enum Element: Equatable, Sendable {
    case word(String)
    /// The start of a word whose end is filled in, as in `VMPL%u`.
    case stem(String)
    /// Anything, or nothing.
    case gap
  }

  let elements: [Element]

  /// Reads a format string of printf(3), printk or gettext.
  init(format: String) {
    var elements: [Element] = []
    for piece in Self.pieces(of: format) {
      switch piece {
      case .gap:
        elements.append(.gap)
      case .text(let text, let isGlued, let startsGlued):
        var words = PastedText.words(of: text)
        // What follows a value without a space is part of the value's word.
        if startsGlued, !words.isEmpty { words.removeFirst() }
        guard isGlued, let last = words.popLast() else {
          elements += words.map(Element.word)
          continue
        }
        elements += words.map(Element.word) + [.stem(last)]
      }
    }
    self.elements = elements
  }

  /// The words and stems in it.
  var words: [String] {
    elements.compactMap { element in
      switch element {
      case .word(let word), .stem(let word): word
      case .gap: nil
      }
    }
  }

  fileprivate enum Piece {
    case text(String, endsGlued: Bool, startsGlued: Bool)
    case gap
  }

  private static func pieces(of format: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = format[...]
    var followsGap = false
    while let match = rest.firstMatch(of: conversion) {
      let text = rest[..<match.range.lowerBound]
      if match.output == "%%" {
        pieces.append(text: text, followsGap: followsGap, beforeGap: false)
        followsGap = false
      } else {
        pieces.append(text: text, followsGap: followsGap, beforeGap: true)
        pieces.append(.gap)
        followsGap = true
      }
      rest = rest[match.range.upperBound...]
    }
    pieces.append(text: rest, followsGap: followsGap, beforeGap: false)
    return pieces
  }

  /// A conversion, also with a position, and with the letters that printk adds to `%p`.
  private static var conversion: Regex<Substring> {
    /%%|%(?:\d+\$)?[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|ll|[hlqjzt])?(?:p[A-Za-z]{0,2}|[a-zA-Z])/
  }
}

extension [MessagePattern.Piece] {
  fileprivate mutating func append(text: Substring, followsGap: Bool, beforeGap: Bool) {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return }
    append(
      .text(
        String(text), endsGlued: beforeGap && PastedText.isPartOfWord(last),
        startsGlued: followsGap && PastedText.isPartOfWord(first)))
  }
}
