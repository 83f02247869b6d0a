/// An integer of C with its type, computed as GCC does for x86-64.
struct CInteger: Equatable {
  /// Width and sign of an integer type.
  struct Kind: Equatable {
    /// 1, 2, 4 or 8 bytes.
    var bytes: Int
    var isSigned: Bool

    static let int = Self(bytes: 4, isSigned: true)
    static let unsignedInt = Self(bytes: 4, isSigned: false)
    static let long = Self(bytes: 8, isSigned: true)
    static let unsignedLong = Self(bytes: 8, isSigned: false)

    /// The kind after the integer promotions (C11 6.3.1.1).
    var promoted: Self { bytes < 4 ? .int : self }

    /// The kind that two operands have in common (C11 6.3.1.8).
    func common(with other: Self) -> Self {
      let (left, right) = (promoted, other.promoted)
      guard left.bytes == right.bytes else { return left.bytes > right.bytes ? left : right }
      return left.isSigned ? right : left
    }
  }

  let kind: Kind
  /// The value, extended to 64 bits by its sign or by zeros.
  let bits: Int64

  /// Wraps a value into a kind.
  init(_ bits: Int64, _ kind: Kind = .int) {
    let excess = Int64(64 - kind.bytes * 8)
    let top = bits << excess
    self.kind = kind
    self.bits =
      kind.isSigned ? top >> excess : Int64(bitPattern: UInt64(bitPattern: top) >> UInt64(excess))
  }

  /// Makes the 1 or 0 of a comparison.
  init(_ truth: Bool) { self.init(truth ? 1 : 0) }

  /// The value in another kind.
  func converted(to kind: Kind) -> Self { Self(bits, kind) }

  /// Whether the value is below zero.
  var isNegative: Bool { kind.isSigned && bits < 0 }

  private var unsigned: UInt64 { UInt64(bitPattern: bits) }

  /// The value of a binary operator other than `&&` and `||`; nil where C defines none.
  func applying(_ binary: String, _ other: Self) -> Self? {
    if binary == "<<" || binary == ">>" { return shifted(binary, by: other) }
    let kind = kind.common(with: other.kind)
    let (left, right) = (converted(to: kind), other.converted(to: kind))
    switch binary {
    case "+": return Self(left.bits &+ right.bits, kind)
    case "-": return Self(left.bits &- right.bits, kind)
    case "*": return Self(left.bits &* right.bits, kind)
    case "/", "%": return left.divided(binary, by: right)
    case "&": return Self(left.bits & right.bits, kind)
    case "^": return Self(left.bits ^ right.bits, kind)
    case "|": return Self(left.bits | right.bits, kind)
    case "==": return Self(left.bits == right.bits)
    case "!=": return Self(left.bits != right.bits)
    case "<": return Self(left.isLess(than: right))
    case ">": return Self(right.isLess(than: left))
    case "<=": return Self(!right.isLess(than: left))
    case ">=": return Self(!left.isLess(than: right))
    default: return nil
    }
  }

  /// The value of a unary operator; nil where there is no such operator.
  func applying(_ unary: String) -> Self? {
    let kind = kind.promoted
    switch unary {
    case "+": return converted(to: kind)
    case "-": return Self(0 &- bits, kind)
    case "~": return Self(~bits, kind)
    case "!": return Self(bits == 0)
    default: return nil
    }
  }

  private func isLess(than other: Self) -> Bool {
    kind.isSigned ? bits < other.bits : unsigned < other.unsigned
  }

  private func shifted(_ binary: String, by other: Self) -> Self? {
    let kind = kind.promoted
    guard !other.isNegative, other.unsigned < UInt64(kind.bytes * 8) else { return nil }
    let left = converted(to: kind)
    if binary == "<<" { return Self(left.bits << other.bits, kind) }
    guard !kind.isSigned else { return Self(left.bits >> other.bits, kind) }
    return Self(Int64(bitPattern: left.unsigned >> other.unsigned), kind)
  }

  private func divided(_ binary: String, by other: Self) -> Self? {
    guard other.bits != 0 else { return nil }
    guard kind.isSigned else {
      let (quotient, remainder) = unsigned.quotientAndRemainder(dividingBy: other.unsigned)
      return Self(Int64(bitPattern: binary == "/" ? quotient : remainder), kind)
    }
    let (result, overflows) =
      binary == "/"
      ? bits.dividedReportingOverflow(by: other.bits)
      : bits.remainderReportingOverflow(dividingBy: other.bits)
    return overflows ? nil : Self(result, kind)
  }
}
