/// Type specifiers (C11 6.7.2) and type names.
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
      } else if Self.beginsAttributes(word) {
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
}
