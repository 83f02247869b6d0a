/// Type specifiers (C11 6.7.2), attributes and type names.
extension HeaderParser {
  /// What stands before the declarators of a declaration.
  struct Specifiers {
    var type: CType
    var attributes = CAttributes()
    var isTypedef = false
    /// Whether a structure or union without a tag was defined here.
    var isAnonymousRecord = false
  }

  private static let records: Set<String> = ["struct", "union"]
  private static let attributeWords: Set<String> = ["__attribute__", "__attribute"]
  /// Words that say nothing about size.
  private static let ignored: Set<String> = [
    "extern", "static", "inline", "__inline", "__inline__", "_Noreturn", "register", "const",
    "__const", "volatile", "__volatile__", "restrict", "__restrict", "__restrict__",
    "__extension__", "__always_inline",
  ]
  private static let basic: Set<String> = [
    "void", "char", "short", "int", "long", "signed", "__signed__", "__signed", "unsigned",
    "float", "double", "_Bool", "__int128",
  ]

  /// Whether a token begins a type name.
  func beginsType(_ token: HeaderToken) -> Bool {
    guard token.kind == .identifier else { return false }
    let word = token.text
    return Self.basic.contains(word) || Self.records.contains(word) || word == "enum"
      || Self.ignored.contains(word) || scope.typedefs[word] != nil
  }

  /// Reads a type name (C11 6.7.7), such as `struct kvm_run *`.
  ///
  /// - Throws: ``HeaderFailure`` where there is none.
  mutating func typeName() throws(HeaderFailure) -> CType {
    let specifiers = try specifiers()
    return try declarator(of: specifiers.type).type
  }

  /// Reads specifiers.
  ///
  /// - Throws: ``HeaderFailure`` where they name no type.
  mutating func specifiers() throws(HeaderFailure) -> Specifiers {
    var found = Specifiers(type: CType(.unsized))
    var type: CType?
    var words: [String] = []
    while let word = nextWord {
      if Self.ignored.contains(word) {
        advance()
      } else if word == "typedef" {
        advance()
        found.isTypedef = true
      } else if Self.attributeWords.contains(word) {
        found.attributes.merge(try attributes())
      } else if Self.basic.contains(word) {
        advance()
        words.append(word)
      } else if type != nil || !words.isEmpty {
        break
      } else if Self.records.contains(word) {
        (type, found.isAnonymousRecord) = try nested { (parser) throws(HeaderFailure) in
          try parser.record()
        }
      } else if word == "enum" {
        type = try enumeration()
      } else if let known = scope.typedefs[word] {
        advance()
        type = known
      } else {
        throw failure("an unknown type")
      }
    }
    guard let type = type ?? Self.basicType(words) else { throw failure("expected a type") }
    found.type = type
    return found
  }

  private static func basicType(_ words: [String]) -> CType? {
    guard !words.isEmpty else { return nil }
    let isSigned = !words.contains("unsigned")
    if words.contains("void") { return CType(.unsized) }
    if words.contains("char") { return .integer(bytes: 1, isSigned: isSigned) }
    if words.contains("short") { return .integer(bytes: 2, isSigned: isSigned) }
    if words.contains("_Bool") { return CType(.sized(bytes: 1, alignment: 1)) }
    if words.contains("float") { return CType(.sized(bytes: 4, alignment: 4)) }
    if words.contains("__int128") { return CType(.sized(bytes: 16, alignment: 16)) }
    let isLong = words.contains("long")
    if words.contains("double") {
      return CType(isLong ? .sized(bytes: 16, alignment: 16) : .sized(bytes: 8, alignment: 8))
    }
    return .integer(bytes: isLong ? 8 : 4, isSigned: isSigned)
  }

  /// Reads any number of attribute lists.
  ///
  /// - Throws: ``HeaderFailure`` where one is malformed, or changes sizes in ways not known here.
  mutating func attributes() throws(HeaderFailure) -> CAttributes {
    var attributes = CAttributes()
    while let word = nextWord, Self.attributeWords.contains(word) {
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

  private mutating func record() throws(HeaderFailure) -> (type: CType, isAnonymous: Bool) {
    let isUnion = nextWord == "union"
    advance()
    var attributes = try attributes()
    let tag = takeTag()
    guard accept("{") else {
      guard let tag else { throw failure("expected a tag") }
      return (CType(.tagged(tag.text)), false)
    }
    let members = try members()
    attributes.merge(try self.attributes())
    guard let record = CRecord(isUnion: isUnion, members, attributes) else {
      throw failure("the structure is too large")
    }
    guard let type = scope.define(.record(record), as: tag) else {
      throw failure("\(tag?.text ?? "the structure") is defined twice")
    }
    return (type, tag == nil)
  }

  private mutating func takeTag() -> HeaderToken? {
    guard let token = next, token.kind == .identifier else { return nil }
    advance()
    return token
  }

  private mutating func enumeration() throws(HeaderFailure) -> CType {
    advance()
    var attributes = try attributes()
    let tag = takeTag()
    guard accept("{") else {
      guard let tag else { throw failure("expected a tag") }
      return CType(.tagged(tag.text))
    }
    let values = try enumerators()
    attributes.merge(try self.attributes())
    let kind = Self.kind(holding: values, isPacked: attributes.isPacked)
    guard let type = scope.define(.enumeration(kind), as: tag) else {
      throw failure("\(tag?.text ?? "the enumeration") is defined twice")
    }
    return type
  }

  private mutating func enumerators() throws(HeaderFailure) -> [CInteger] {
    var values: [CInteger] = []
    while !accept("}") {
      guard let name = takeTag() else { throw failure("expected an enumerator") }
      _ = try attributes()
      var value = Self.successor(of: values.last)
      if accept("=") { value = try constant() }
      let stored = Self.fits(value) ? value.converted(to: .int) : value
      guard scope.define(name, as: stored) else { throw failure("\(name.text) is defined twice") }
      values.append(stored)
      if !isNext("}") { try expect(",") }
    }
    return values
  }

  private static func successor(of value: CInteger?) -> CInteger {
    guard let value else { return CInteger(0) }
    return CInteger(value.bits &+ 1, CInteger.Kind(bytes: 8, isSigned: value.kind.isSigned))
  }

  private static func fits(_ value: CInteger) -> Bool {
    Int32(exactly: value.bits) != nil && (value.kind.isSigned || value.bits >= 0)
  }

  /// The kind GCC gives to an enumeration: unsigned unless a value is negative, and of 4 bytes
  /// unless one does not fit, or as small as can be where it is packed.
  private static func kind(holding values: [CInteger], isPacked: Bool) -> CInteger.Kind {
    let isSigned = values.contains(where: \.isNegative)
    let widths = isPacked ? [1, 2, 4, 8] : [4, 8]
    let kinds = widths.map { CInteger.Kind(bytes: $0, isSigned: isSigned) }
    return kinds.first { kind in values.allSatisfy { CInteger($0.bits, kind).bits == $0.bits } }
      ?? CInteger.Kind(bytes: 8, isSigned: isSigned)
  }
}

extension String {
  /// The name of an attribute, which may wear underscores on both sides.
  fileprivate var trimmingUnderscores: Substring {
    hasPrefix("__") && hasSuffix("__") && count > 4 ? dropFirst(2).dropLast(2) : self[...]
  }
}
