extension XMLElement {
  /// What a document may hold at most; 64 levels in any case.
  package struct Bounds: Sendable {
    package var bytes: Int
    package var elements: Int

    package init(bytes: Int = 4 << 20, elements: Int = 100_000) {
      (self.bytes, self.elements) = (bytes, elements)
    }
  }

  /// Reads a document without a document type.
  ///
  /// - Throws: ``XMLFailure`` with the line of what is not well-formed or beyond a bound.
  package init(parsing text: String, within bounds: Bounds = Bounds()) throws(XMLFailure) {
    guard text.utf8.count <= bounds.bytes else {
      throw XMLFailure(line: 1, reason: "the document has more than \(bounds.bytes >> 20) MiB")
    }
    var parser = XMLParser(bytes: Array(text.utf8), maximumElements: bounds.elements)
    self = try parser.document()
  }
}

/// Why a text is no XML document.
package struct XMLFailure: Error, Equatable, CustomStringConvertible {
  /// Counted from 1.
  package let line: Int
  package let reason: String

  package init(line: Int, reason: String) { (self.line, self.reason) = (line, reason) }

  package var description: String { "line \(line): \(reason)" }
}

/// A reader of XML as programs write it: no document types, namespaces as part of names.
///
/// **Source:** W3C Extensible Markup Language 1.0, sections 2 and 4.6.
private struct XMLParser {
  private static let maximumDepth = 64

  let bytes: [UInt8]
  private let maximumElements: Int
  private var position = 0
  private var elements = 0

  init(bytes: [UInt8], maximumElements: Int) {
    (self.bytes, self.maximumElements) = (bytes, maximumElements)
  }

  mutating func document() throws(XMLFailure) -> XMLElement {
    try skipMisc()
    guard peek == UInt8(ascii: "<") else { throw failure("an element is expected") }
    let root = try element(depth: 0)
    try skipMisc()
    guard position == bytes.count else { throw failure("there is more after the root element") }
    return root
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func starts(with text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[position...].starts(with: $0) }
  }

  private mutating func take(_ text: StaticString) -> Bool {
    guard starts(with: text) else { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  private func failure(_ reason: String) -> XMLFailure {
    let line = bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
    return XMLFailure(line: line, reason: reason)
  }

  private mutating func skipSpace() {
    while let byte = peek, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
  }

  /// Skips space, comments and processing instructions outside of elements.
  private mutating func skipMisc() throws(XMLFailure) {
    repeat { skipSpace() } while try skipAside()
  }

  /// Skips one comment or processing instruction; false where there is none.
  private mutating func skipAside() throws(XMLFailure) -> Bool {
    if take("<!--") {
      _ = try text(upTo: "-->", of: "a comment")
      return true
    }
    if take("<?") {
      _ = try text(upTo: "?>", of: "an instruction")
      return true
    }
    return false
  }

  private mutating func text(
    upTo end: StaticString, of what: String
  ) throws(XMLFailure) -> ArraySlice<UInt8> {
    let start = position
    while position < bytes.count, !starts(with: end) { position += 1 }
    guard position < bytes.count else { throw failure("\(what) does not end") }
    let found = bytes[start..<position]
    position += end.utf8CodeUnitCount
    return found
  }

  private mutating func name() throws(XMLFailure) -> String {
    let start = position
    while let byte = peek, Self.isNameByte(byte) { position += 1 }
    guard position > start else { throw failure("a name is expected") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
      true
    default:
      [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":")]
        .contains(byte)
    }
  }

  private mutating func element(depth: Int) throws(XMLFailure) -> XMLElement {
    elements += 1
    guard depth < Self.maximumDepth else { throw failure("elements are nested too deep") }
    guard elements <= maximumElements else { throw failure("there are too many elements") }
    guard take("<") else { throw failure("an element is expected") }
    var element = XMLElement(try name())
    while true {
      let before = position
      skipSpace()
      if take("/>") { return element }
      if take(">") { break }
      guard position > before else { throw failure("a space is expected in \(element.name)") }
      element.attributes.append(try attribute(of: element))
    }
    try fill(&element, depth: depth)
    return element
  }

  private mutating func attribute(
    of element: XMLElement
  ) throws(XMLFailure) -> XMLElement.Attribute {
    let name = try name()
    guard element.attribute(name) == nil else { throw failure("\(name) stands twice") }
    skipSpace()
    guard take("=") else { throw failure("a value is expected for \(name)") }
    skipSpace()
    let value: ArraySlice<UInt8>
    if take("\"") {
      value = try text(upTo: "\"", of: "the value of \(name)")
    } else if take("'") {
      value = try text(upTo: "'", of: "the value of \(name)")
    } else {
      throw failure("a quoted value is expected for \(name)")
    }
    return XMLElement.Attribute(name, try resolved(value))
  }

  private mutating func fill(_ element: inout XMLElement, depth: Int) throws(XMLFailure) {
    var text = ""
    while let byte = peek {
      if byte != UInt8(ascii: "<") {
        let start = position
        while let next = peek, next != UInt8(ascii: "<") { position += 1 }
        text += try resolved(bytes[start..<position])
      } else if take("<![CDATA[") {
        text += String(decoding: try self.text(upTo: "]]>", of: "CDATA"), as: UTF8.self)
      } else if try skipAside() {
        continue
      } else if take("</") {
        guard try name() == element.name else { throw failure("\(element.name) does not end") }
        skipSpace()
        guard take(">") else { throw failure("\(element.name) does not end") }
        element.text = text.trimmed
        return
      } else {
        element.children.append(try self.element(depth: depth + 1))
      }
    }
    throw failure("\(element.name) does not end")
  }

  private static let entities = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]

  private func resolved(_ raw: ArraySlice<UInt8>) throws(XMLFailure) -> String {
    guard raw.contains(UInt8(ascii: "&")) else { return String(decoding: raw, as: UTF8.self) }
    let parts = raw.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    var text = parts.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
    for part in parts.dropFirst() {
      guard let end = part.firstIndex(of: UInt8(ascii: ";")), end - part.startIndex <= 10 else {
        throw failure("an ampersand begins no entity")
      }
      let entity = String(decoding: part[..<end], as: UTF8.self)
      guard let character = Self.entities[entity] ?? Self.character(entity) else {
        throw failure("the entity \(entity) is not known")
      }
      text += character + String(decoding: part[(end + 1)...], as: UTF8.self)
    }
    return text
  }

  /// The character of `#60` or `#x3c`.
  private static func character(_ entity: String) -> String? {
    guard entity.hasPrefix("#") else { return nil }
    let digits = entity.dropFirst()
    let number =
      digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits, radix: 10)
    return number.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
  }
}

extension StringProtocol {
  /// The text without white space at both ends.
  package var trimmed: String {
    guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[...last].drop(while: \.isWhitespace))
  }
}
