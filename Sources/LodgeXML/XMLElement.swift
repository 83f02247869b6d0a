/// One element of an XML document, as far as domains, package metadata and Koji need it.
///
/// Text is that of the element itself, trimmed; comments and processing instructions are gone.
package struct XMLElement: Equatable, Sendable {
  package var name: String
  /// In the order of the document.
  package var attributes: [Attribute]
  package var children: [XMLElement]
  package var text: String

  /// One attribute, its entities resolved.
  package struct Attribute: Equatable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  package init(
    _ name: String, attributes: [Attribute] = [], children: [XMLElement] = [], text: String = ""
  ) {
    (self.name, self.attributes, self.children, self.text) = (name, attributes, children, text)
  }

  /// The value of an attribute; nil where the element has none of the name.
  package func attribute(_ name: String) -> String? {
    attributes.first { $0.name == name }?.value
  }

  /// The texts and attribute values at a path below this element, in the order of the document.
  ///
  /// A path is names with slashes between them; a last part such as `@type` means the attribute.
  package func values(at path: String) -> [String] {
    values(at: path.split(separator: "/")[...])
  }

  private func values(at path: ArraySlice<Substring>) -> [String] {
    guard let first = path.first else { return [text] }
    if first.hasPrefix("@") {
      return attribute(String(first.dropFirst())).map { [$0] } ?? []
    }
    return children.filter { $0.name == first }.flatMap { $0.values(at: path.dropFirst()) }
  }
}

extension XMLElement {
  /// The element as a document of its own; what XML reserves is escaped.
  package var document: String {
    var text = ""
    write(to: &text, depth: 0)
    return text
  }

  private func write(to text: inout String, depth: Int) {
    let margin = String(repeating: "  ", count: depth)
    text += "\(margin)<\(name)"
    for attribute in attributes { text += " \(attribute.name)='\(attribute.value.escaped)'" }
    if self.text.isEmpty && children.isEmpty {
      text += "/>\n"
    } else if children.isEmpty {
      text += ">\(self.text.escaped)</\(name)>\n"
    } else {
      text += ">\(self.text.escaped)\n"
      for child in children { child.write(to: &text, depth: depth + 1) }
      text += "\(margin)</\(name)>\n"
    }
  }
}

extension String {
  /// The text with the characters that XML reserves written as entities.
  fileprivate var escaped: String {
    var escaped = ""
    for character in unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&apos;"
      // A parser would turn these into spaces, or lose them.
      case "\n", "\r", "\t": escaped += "&#\(character.value);"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}
