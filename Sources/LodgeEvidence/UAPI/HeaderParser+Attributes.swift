/// Attributes of GNU C, as far as they change sizes and offsets.
extension HeaderParser {
  /// Whether a word begins a list of attributes.
  static func beginsAttributes(_ word: String) -> Bool {
    word == "__attribute__" || word == "__attribute"
  }

  /// Reads any number of attribute lists.
  ///
  /// - Throws: ``HeaderFailure`` where one is malformed, or changes sizes in ways not known here.
  mutating func attributes() throws(HeaderFailure) -> CAttributes {
    var attributes = CAttributes()
    while let word = nextWord, Self.beginsAttributes(word) {
      advance()
      try expect("(")
      try expect("(")
      while !isNext(")") {
        if accept(",") { continue }
        try attribute(into: &attributes)
      }
      advance()
      try expect(")")
    }
    return attributes
  }

  private mutating func attribute(into attributes: inout CAttributes) throws(HeaderFailure) {
    guard let word = nextWord else { throw failure("expected an attribute") }
    advance()
    switch word.trimmingUnderscores {
    case "packed":
      attributes.isPacked = true
    case "aligned":
      attributes.merge(CAttributes(alignment: try alignment()))
    case "mode", "vector_size", "scalar_storage_order", "ms_struct":
      throw failure("the attribute \(word) is not understood")
    default:
      if isNext("(") { try skipBrackets() }
    }
  }

  /// Reads the alignment that an attribute asks for; 16 without a number.
  private mutating func alignment() throws(HeaderFailure) -> Int {
    guard accept("(") else { return 16 }
    let value = try constant().bits
    try expect(")")
    guard (1...(1 << 28)).contains(value), value.nonzeroBitCount == 1 else {
      throw failure("\(value) is no alignment")
    }
    return Int(value)
  }
}

extension String {
  /// The name of an attribute, which may wear underscores on both sides.
  fileprivate var trimmingUnderscores: Substring {
    hasPrefix("__") && hasSuffix("__") && count > 4 ? dropFirst(2).dropLast(2) : self[...]
  }
}
