import Foundation

/// A JSON document that is written back as it was read, down to order and spelling of numbers.
enum JSONTree: Equatable, Sendable {
  case null
  case boolean(Bool)
  case number(String)
  case string(String)
  case array([JSONTree])
  case object([Member])

  /// One member of an object.
  struct Member: Equatable, Sendable {
    var key: String
    var value: JSONTree

    init(_ key: String, _ value: JSONTree) { (self.key, self.value) = (key, value) }
  }

  /// Reads a document.
  ///
  /// - Throws: ``StaleEdit`` for bytes that are none.
  init(_ bytes: Data) throws(StaleEdit) {
    var reader = JSONReader(bytes: Array(bytes))
    self = try reader.document()
  }

  /// The elements of an array or values of an object; empty for others.
  var elements: [JSONTree] {
    get {
      switch self {
      case .array(let elements): elements
      case .object(let members): members.map(\.value)
      default: []
      }
    }
    set {
      switch self {
      case .array: self = .array(newValue)
      case .object(let members):
        self = .object(zip(members, newValue).map { Member($0.key, $1) })
      default: break
      }
    }
  }

  /// The members of an object; empty for others.
  var members: [Member] {
    get { if case .object(let members) = self { members } else { [] } }
    set { self = .object(newValue) }
  }

  /// The text of a string; nil for others.
  var text: String? { if case .string(let text) = self { text } else { nil } }

  /// A member of an object; nil takes it away.
  subscript(key: String) -> JSONTree? {
    get { members.first { $0.key == key }?.value }
    set {
      let place = members.firstIndex { $0.key == key }
      switch (newValue, place) {
      case (let value?, let place?): members[place].value = value
      case (let value?, nil): members.append(Member(key, value))
      case (nil, let place?): members.remove(at: place)
      case (nil, nil): break
      }
    }
  }

  /// Changes every value below, the innermost first.
  mutating func changeAll(_ change: (inout JSONTree) -> Void) {
    var elements = elements
    for index in elements.indices { elements[index].changeAll(change) }
    if !elements.isEmpty { self.elements = elements }
    change(&self)
  }

  /// The document as text; over several lines, with spaces to spare, where a step is given.
  func text(indent step: String? = nil) -> String {
    var text = ""
    write(to: &text, indent: step, depth: 0)
    return text
  }

  private func write(to text: inout String, indent: String?, depth: Int) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .number(let digits): text += digits
    case .string(let string): text += Self.quoted(string)
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += "," }
        Self.newLine(&text, indent, depth + 1)
        element.write(to: &text, indent: indent, depth: depth + 1)
      }
      if !elements.isEmpty { Self.newLine(&text, indent, depth) }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        Self.newLine(&text, indent, depth + 1)
        text += Self.quoted(member.key) + (indent == nil ? ":" : " : ")
        member.value.write(to: &text, indent: indent, depth: depth + 1)
      }
      if !members.isEmpty { Self.newLine(&text, indent, depth) }
      text += "}"
    }
  }

  private static func newLine(_ text: inout String, _ indent: String?, _ depth: Int) {
    guard let indent else { return }
    text += "\n" + String(repeating: indent, count: depth)
  }

  private static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case _ where scalar.value < 0x20:
        text +=
          "\\u" + String(repeating: "0", count: scalar.value < 0x10 ? 3 : 2)
          + String(scalar.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}

/// Reads JSON, byte by byte.
private struct JSONReader {
  let bytes: [UInt8]
  var place = 0

  mutating func document() throws(StaleEdit) -> JSONTree {
    let value = try value(depth: 0)
    skipSpace()
    guard place == bytes.count else { throw failure }
    return value
  }

  private var failure: StaleEdit { StaleEdit("it is no JSON, as of byte \(place)") }
  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { place += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int) throws(StaleEdit) -> JSONTree {
    guard depth < 512 else { throw failure }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return .object(try members(depth: depth))
    case UInt8(ascii: "["): return .array(try elements(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    default:
      let start = place
      while let byte = next, !Self.ends.contains(byte) { place += 1 }
      switch String(decoding: bytes[start..<place], as: UTF8.self) {
      case "null": return .null
      case "true": return .boolean(true)
      case "false": return .boolean(false)
      case let digits where Double(digits) != nil: return .number(digits)
      default: throw failure
      }
    }
  }

  private static let ends = Set(Data(",]} \t\r\n".utf8))

  private mutating func members(depth: Int) throws(StaleEdit) -> [JSONTree.Member] {
    var members: [JSONTree.Member] = []
    place += 1
    skipSpace()
    if take("}") { return members }
    repeat {
      skipSpace()
      let key = try string()
      skipSpace()
      guard take(":") else { throw failure }
      members.append(.init(key, try value(depth: depth + 1)))
      skipSpace()
    } while take(",")
    guard take("}") else { throw failure }
    return members
  }

  private mutating func elements(depth: Int) throws(StaleEdit) -> [JSONTree] {
    var elements: [JSONTree] = []
    place += 1
    skipSpace()
    if take("]") { return elements }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while take(",")
    guard take("]") else { throw failure }
    return elements
  }

  private mutating func string() throws(StaleEdit) -> String {
    guard take("\"") else { throw failure }
    let start = place
    var isPlain = true
    while let byte = next, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        place += 1
      }
      place += 1
    }
    guard next != nil else { throw failure }
    let raw = bytes[start..<place]
    place += 1
    if isPlain { return String(decoding: raw, as: UTF8.self) }
    let literal = Data([UInt8(ascii: "\"")] + raw + [UInt8(ascii: "\"")])
    guard let text = try? JSONDecoder().decode(String.self, from: literal) else { throw failure }
    return text
  }
}
