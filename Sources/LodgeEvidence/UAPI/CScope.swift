/// The names that declarations gave to types and numbers.
struct CScope {
  /// What a tag, or a mark for an anonymous type, stands for.
  enum Tag {
    case record(CRecord)
    case enumeration(CInteger.Kind)
  }

  /// An enumerator's value and where it was defined.
  struct Enumerator {
    let value: CInteger
    let file: String
  }

  private(set) var tags: [String: Tag] = [:]
  /// The file of each structure and union that has a tag.
  private(set) var recordFiles: [String: String] = [:]
  private(set) var enumerators: [String: Enumerator] = [:]
  private(set) var typedefs: [String: CType]

  /// Starts with the types of `<stdint.h>` and `<stddef.h>`, which belong to the compiler.
  init() {
    typedefs = ["size_t": .integer(bytes: 8, isSigned: false)]
    for bytes in [1, 2, 4, 8] {
      typedefs["int\(bytes * 8)_t"] = .integer(bytes: bytes, isSigned: true)
      typedefs["uint\(bytes * 8)_t"] = .integer(bytes: bytes, isSigned: false)
    }
  }

  /// Size and alignment of a type; nil where it is not complete.
  func measure(_ type: CType) -> CMeasure? {
    var measure: CMeasure
    switch type.shape {
    case .integer(let kind): measure = CMeasure(kind)
    case .sized(let bytes, let alignment): measure = CMeasure(size: bytes, alignment: alignment)
    case .unsized: return nil
    case .tagged(let tag):
      switch tags[tag] {
      case .record(let record): measure = record.measure
      case .enumeration(let kind): measure = CMeasure(kind)
      case nil: return nil
      }
    }
    measure.alignment = type.alignment ?? measure.alignment
    return measure
  }

  /// The kind of an integer or enumeration; nil for all else.
  func integerKind(_ type: CType) -> CInteger.Kind? {
    switch type.shape {
    case .integer(let kind): return kind
    case .tagged(let tag):
      guard case .enumeration(let kind) = tags[tag] else { return nil }
      return kind
    case .sized, .unsized: return nil
    }
  }

  /// The structure or union that a type is; nil for all else.
  func record(_ type: CType) -> CRecord? {
    guard case .tagged(let tag) = type.shape, case .record(let record) = tags[tag] else {
      return nil
    }
    return record
  }

  /// Defines a type by its tag, or by a new mark where it has none; nil where it was defined.
  mutating func define(_ tag: Tag, as name: HeaderToken?) -> CType? {
    let mark = name?.text ?? "#\(tags.count)"
    guard tags.updateValue(tag, forKey: mark) == nil else { return nil }
    if case .record = tag, let name { recordFiles[mark] = name.place.file }
    return CType(.tagged(mark))
  }

  /// Defines an enumerator; false where it was defined.
  mutating func define(_ enumerator: HeaderToken, as value: CInteger) -> Bool {
    let entry = Enumerator(value: value, file: enumerator.place.file)
    return enumerators.updateValue(entry, forKey: enumerator.text) == nil
  }

  /// Defines another name for a type.
  mutating func define(typedef name: String, as type: CType) { typedefs[name] = type }
}

extension CMeasure {
  fileprivate init(_ kind: CInteger.Kind) { self.init(size: kind.bytes, alignment: kind.bytes) }
}
