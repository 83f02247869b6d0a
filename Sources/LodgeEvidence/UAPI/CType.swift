/// A type of C, down to what its size needs; nothing in it is nested.
struct CType: Equatable {
  /// What kind of type it is.
  enum Shape: Equatable {
    case integer(CInteger.Kind)
    /// A structure, union or enumeration; ``CScope`` knows it by this tag.
    case tagged(String)
    /// An array, pointer or floating type, which no constant expression looks into.
    case sized(bytes: Int, alignment: Int)
    /// `void` or a function.
    case unsized
  }

  var shape: Shape
  /// The alignment that a `typedef` gave it, in bytes, in place of its own.
  var alignment: Int?

  /// Makes a type with its own alignment.
  init(_ shape: Shape) { self.shape = shape }

  static let pointer = Self(.sized(bytes: 8, alignment: 8))

  /// Makes an integer type.
  static func integer(bytes: Int, isSigned: Bool) -> Self {
    Self(.integer(CInteger.Kind(bytes: bytes, isSigned: isSigned)))
  }
}

/// What `__attribute__` says of a type or member.
struct CAttributes: Equatable {
  var isPacked = false
  /// Bytes; the largest that was asked for.
  var alignment: Int?

  /// Adds what another list says.
  mutating func merge(_ other: Self) {
    isPacked = isPacked || other.isPacked
    if let more = other.alignment { alignment = max(alignment ?? 1, more) }
  }
}

/// Size and alignment of a type, in bytes.
struct CMeasure: Equatable {
  var size: Int
  var alignment: Int
}
