/// A structure or union, laid out for x86-64 as GCC does.
///
/// **Source:** System V ABI, AMD64 supplement, section 3.1.2; GCC manual, "Common Type Attributes".
struct CRecord: Equatable {
  /// A member as it is declared.
  struct Declaration: Equatable {
    /// Nil for an anonymous structure or union, and for padding bits.
    var name: String?
    var type: CType
    var measure: CMeasure
    var attributes: CAttributes
    /// Nil for all but bit fields.
    var bits: Int?
  }

  /// A member with its place; bit fields have none that C can name.
  struct Member: Equatable {
    /// Nil for an anonymous structure or union, whose members belong to the one around it.
    var name: String?
    var type: CType
    /// Bytes.
    var offset: Int
    /// Bytes.
    var size: Int
  }

  /// The largest size that is laid out, in bytes, so that no sum can overflow.
  static let maximumSize = 1 << 40

  private(set) var measure = CMeasure(size: 0, alignment: 1)
  private(set) var members: [Member] = []
  private let isUnion: Bool
  private let isPacked: Bool
  /// Bits up to the end of the last member; always 0 in a union.
  private var position = 0
  /// Bits up to the end of the farthest member.
  private var extent = 0

  /// Lays out members; nil where they are larger than ``maximumSize``.
  init?(isUnion: Bool, _ declarations: [Declaration], _ attributes: CAttributes) {
    (self.isUnion, isPacked) = (isUnion, attributes.isPacked)
    measure.alignment = attributes.alignment ?? 1
    for declaration in declarations {
      if let bits = declaration.bits {
        place(declaration, bits: bits)
      } else {
        place(declaration)
      }
      guard extent <= Self.maximumSize * 8 else { return nil }
    }
    measure.size = ((extent + 7) / 8).rounded(up: measure.alignment)
  }

  private mutating func place(_ declaration: Declaration) {
    let alignment = alignment(of: declaration)
    measure.alignment = max(measure.alignment, alignment)
    position = position.rounded(up: alignment * 8)
    let (offset, size) = (position / 8, declaration.measure.size)
    members.append(
      Member(name: declaration.name, type: declaration.type, offset: offset, size: size))
    occupy(size * 8)
  }

  /// A bit field lies within one unit of its type unless it is packed; one without a name does
  /// not align the structure, and one without bits only ends the unit.
  private mutating func place(_ declaration: Declaration, bits: Int) {
    let unit = declaration.measure.size * 8
    let boundary = declaration.measure.alignment * 8
    guard bits > 0 else {
      if !isUnion { position = position.rounded(up: boundary) }
      extent = max(extent, position)
      return
    }
    if let asked = declaration.attributes.alignment { position = position.rounded(up: asked * 8) }
    let isLoose = !isPacked && !declaration.attributes.isPacked
    if isLoose, position % boundary + bits > unit { position = position.rounded(up: boundary) }
    if declaration.name != nil {
      measure.alignment = max(measure.alignment, alignment(of: declaration))
    }
    occupy(bits)
  }

  private mutating func occupy(_ bits: Int) {
    extent = max(extent, position + bits)
    position = isUnion ? 0 : position + bits
  }

  /// A packed member keeps only the alignment that was asked for in its own declaration.
  private func alignment(of declaration: Declaration) -> Int {
    let isPacked = isPacked || declaration.attributes.isPacked
    return max(isPacked ? 1 : declaration.measure.alignment, declaration.attributes.alignment ?? 1)
  }
}

extension Int {
  /// The next multiple of a number above zero.
  fileprivate func rounded(up multiple: Int) -> Int { (self + multiple - 1) / multiple * multiple }
}
