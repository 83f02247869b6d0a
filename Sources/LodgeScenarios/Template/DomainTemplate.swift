import LodgeXML

/// Domain XML with places for typed values: `${policy:hex=0x30000}`, `${hostData:base64?}`.
///
/// A place names its kind once, with `=` and a default or with `?` where it may stay empty; later
/// places may just say `${policy}`. An attribute or element whose place stays empty is left out; an
/// empty value says so for a place with a default. Values are put into the parsed tree, so that none
/// can become markup but one of the kind xml, which adds elements. `${name}` is the domain's name
/// and always there.
package struct DomainTemplate: Equatable, Sendable {
  /// The name of its file, such as `sev-snp`.
  package let name: String
  /// The parameters that scenarios may give, by name.
  package let parameters: [String: Parameter]
  private let content: Content

  private enum Content: Equatable, Sendable {
    case places(Element)
    /// Somebody's own XML, with the name that its domain has.
    case verbatim(String, domain: String)
  }

  /// What a place takes.
  package struct Parameter: Equatable, Sendable {
    package var kind: ParameterKind
    /// Taken where the scenario gives no value.
    package var standard: ParameterValue?
    /// Whether it may stay without a value.
    package var isOptional: Bool
  }

  /// Reads a template.
  ///
  /// - Throws: ``TemplateFailure`` for what is no XML, and for a place that cannot be read, has no
  ///   kind or a default of another kind.
  package init(name: String, text: String) throws(TemplateFailure) {
    let document: XMLElement
    do throws(XMLFailure) {
      document = try XMLElement(parsing: text)
    } catch {
      throw TemplateFailure(template: name, reason: "it is no XML: \(error)")
    }
    let root = try Element(document, in: name)
    var parameters: [String: Parameter] = [:]
    var names: [String] = []
    for piece in root.allPieces {
      guard case .place(let key, let parameter) = piece else { continue }
      names.append(key)
      guard let parameter else { continue }
      guard key != Self.domainName, parameters.updateValue(parameter, forKey: key) == nil else {
        throw TemplateFailure(template: name, reason: "\(key) has its kind said twice")
      }
    }
    for key in names where parameters[key] == nil && key != Self.domainName {
      throw TemplateFailure(template: name, reason: "\(key) has no kind: write ${\(key):KIND}")
    }
    (self.name, self.parameters, content) = (name, parameters, .places(root))
  }

  /// Takes XML as it is, whatever stands in it, of a domain with a name of its own.
  init(verbatim text: String, of domain: String, file: String) {
    (name, parameters, content) = (file, [:], .verbatim(text, domain: domain))
  }

  /// The name that the XML itself gives the domain; nil where Lodge gives it one.
  var ownDomainName: String? {
    if case .verbatim(_, let domain) = content { domain } else { nil }
  }

  /// The place that stands for the domain's name.
  private static let domainName = "name"

  /// Says whether values fit, without the files of a set.
  ///
  /// - Throws: ``TemplateFailure`` as ``fill(_:domain:files:)``.
  package func check(_ values: [String: ParameterValue]) throws(TemplateFailure) {
    _ = try fill(values, domain: "domain") { "/\($0)" }
  }

  /// The files of the set that the domain needs, given the values of a scenario.
  package func files(for values: [String: ParameterValue]) -> [SetPath] {
    parameters.compactMap { key, parameter in
      guard case .ofTheSet(let path)? = values[key] ?? parameter.standard else { return nil }
      return path
    }
  }

  /// Whether some values are parts of a true identity.
  package func wantsIdentity(for values: [String: ParameterValue]) -> Bool {
    parameters.contains { key, parameter in
      if case .identity? = values[key] ?? parameter.standard { true } else { false }
    }
  }

  /// The XML with every place filled.
  ///
  /// - Throws: ``TemplateFailure`` for a value without a place, a place without a value, a value that
  ///   is not of the place's kind, and a file that the set does not have.
  package func fill(
    _ values: [String: ParameterValue], domain: String, files: (SetPath) -> String?,
    identity: (IdentityPart) -> String = Self.unknownIdentity
  ) throws(TemplateFailure) -> String {
    let root: Element
    switch content {
    case .verbatim(let text, _): return text
    case .places(let element): root = element
    }
    for key in values.keys.sorted() where parameters[key] == nil {
      let known = parameters.keys.sorted().joined(separator: ", ")
      throw TemplateFailure(template: name, reason: "it has no place for \(key); it has \(known)")
    }
    var texts = [Self.domainName: domain]
    for (key, parameter) in parameters.sorted(by: { $0.key < $1.key }) {
      guard let value = values[key] ?? parameter.standard else {
        if parameter.isOptional { continue }
        throw TemplateFailure(template: name, reason: "no value is given for \(key)")
      }
      if value == .text("") { continue }
      texts[key] = try rendering(
        of: value, for: key, parameter.kind, files, identity)
    }
    guard let filled = try fill(root, texts) else {
      throw TemplateFailure(template: name, reason: "nothing is left of it")
    }
    return filled.document
  }

  /// The identity of a guest of which nobody knows yet what it will be measured to be: zeros, of
  /// the size of the true one.
  package static func unknownIdentity(_ part: IdentityPart) -> String { "AA==:\(part.size)" }

  private func rendering(
    of value: ParameterValue, for key: String, _ kind: ParameterKind,
    _ files: (SetPath) -> String?, _ identity: (IdentityPart) -> String
  ) throws(TemplateFailure) -> String {
    let text: String
    switch value {
    case .text(let given): text = given
    case .identity(let part): text = identity(part)
    case .ofTheSet(let path):
      guard let file = files(path) else {
        throw TemplateFailure(template: name, reason: "\(key): the set has no \(path)")
      }
      text = file
    }
    guard let rendered = kind.rendering(of: text) else {
      throw TemplateFailure(
        template: name,
        reason: "\(key) wants \(kind.rawValue), such as \(kind.example), not “\(text.prefix(80))”")
    }
    return rendered
  }

  /// The element with its places filled; nil where one of them stays empty.
  private func fill(
    _ element: Element, _ texts: [String: String]
  ) throws(TemplateFailure) -> XMLElement? {
    if let constant = element.constant { return constant }
    var filled = XMLElement(element.name)
    for attribute in element.attributes {
      guard let value = try fill(attribute.value, texts) else { continue }
      filled.attributes.append(XMLElement.Attribute(attribute.name, value.text))
    }
    guard let (text, elements) = try fill(element.text, texts) else { return nil }
    filled.text = text
    for child in element.children {
      if let child = try fill(child, texts) { filled.children.append(child) }
    }
    filled.children += elements
    // What held nothing but places that stay empty is left out too.
    return filled == XMLElement(element.name) ? nil : filled
  }

  /// A text with its places filled, and the elements that they add; nil where one stays empty.
  private func fill(
    _ pieces: [Piece], _ texts: [String: String]
  ) throws(TemplateFailure) -> (text: String, elements: [XMLElement])? {
    var (filled, elements): (String, [XMLElement]) = ("", [])
    for piece in pieces {
      switch piece {
      case .text(let part): filled += part
      case .place(let key, _) where parameters[key]?.kind == .xml:
        elements += try texts[key].map(self.elements) ?? []
      case .place(let key, _):
        guard let value = texts[key] else { return nil }
        filled += value
      }
    }
    return (filled.trimmed, elements)
  }

  private func elements(of text: String) throws(TemplateFailure) -> [XMLElement] {
    do throws(XMLFailure) {
      return try XMLElement(parsing: "<elements>\(text)</elements>").children
    } catch {
      throw TemplateFailure(template: name, reason: "“\(text.prefix(80))” is no XML: \(error)")
    }
  }
}

extension DomainTemplate {
  /// An element of a template, read once for the hundreds of domains that are made of it.
  fileprivate struct Element: Equatable, Sendable {
    struct Attribute: Equatable, Sendable {
      let name: String
      let value: [Piece]
    }

    let name: String
    let attributes: [Attribute]
    let text: [Piece]
    let children: [Element]
    /// What it always becomes; nil where there is a place in it.
    let constant: XMLElement?

    init(_ element: XMLElement, in template: String) throws(TemplateFailure) {
      name = element.name
      attributes = try element.attributes.map { attribute throws(TemplateFailure) in
        Attribute(
          name: attribute.name, value: try Piece.pieces(of: attribute.value, in: template))
      }
      text = try Piece.pieces(of: element.text, in: template)
      children = try element.children.map { child throws(TemplateFailure) in
        try Element(child, in: template)
      }
      let isConstant =
        (attributes.map(\.value) + [text]).joined().allSatisfy(\.isText)
        && children.allSatisfy { $0.constant != nil }
      constant = isConstant ? element.trimmed : nil
    }

    /// The parts of all texts, in the order of the document.
    var allPieces: [Piece] {
      attributes.flatMap(\.value) + text + children.flatMap(\.allPieces)
    }
  }
}

/// A part of a text in a template.
private enum Piece: Equatable, Sendable {
  case text(String)
  /// The name of a place, with what it takes where that is said here.
  case place(String, DomainTemplate.Parameter?)

  var isText: Bool { if case .text = self { true } else { false } }

  static func pieces(of text: String, in template: String) throws(TemplateFailure) -> [Piece] {
    // Most texts have no place, and a search among characters takes its time.
    guard text.utf8.contains(UInt8(ascii: "$")) else { return [.text(text)] }
    var pieces: [Piece] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "${") {
      pieces.append(.text(String(rest[..<start.lowerBound])))
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        throw TemplateFailure(template: template, reason: "a place does not end")
      }
      pieces.append(try place(String(rest[start.upperBound..<end]), in: template))
      rest = rest[rest.index(after: end)...]
    }
    return pieces + [.text(String(rest))]
  }

  /// Reads `name`, `name:kind`, `name:kind?` or `name:kind=default`.
  private static func place(
    _ text: String, in template: String
  ) throws(TemplateFailure) -> Piece {
    func failure(_ reason: String) -> TemplateFailure {
      TemplateFailure(template: template, reason: reason)
    }
    // By hand: a regular expression would be compiled again for each of thousands of places.
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let key = String(parts[0])
    guard let first = key.utf8.first, first.isLetter,
      key.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") })
    else { throw failure("“${\(text)}” is no place") }
    guard parts.count > 1 else { return .place(key, nil) }
    let word = parts[1].prefix { $0 != "=" && $0 != "?" }
    let rest = parts[1].dropFirst(word.count)
    guard rest.isEmpty || rest == "?" || rest.hasPrefix("=") else {
      throw failure("“${\(text)}” is no place")
    }
    guard let kind = ParameterKind(rawValue: String(word)) else {
      let known = ParameterKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure("\(key) has the unknown kind \(word); known are \(known)")
    }
    let isOptional = rest == "?"
    let standard = rest.hasPrefix("=") ? String(rest.dropFirst()) : nil
    let value = standard.flatMap(ParameterValue.init)
    if let standard, value == nil { throw failure("\(standard) is no file of a set") }
    if case .text(let text)? = value, kind.rendering(of: text) == nil {
      throw failure("the default of \(key), “\(text)”, is no \(kind.rawValue)")
    }
    return .place(
      key, DomainTemplate.Parameter(kind: kind, standard: value, isOptional: isOptional))
  }
}

extension XMLElement {
  /// The element without white space at the ends of its texts and attributes, all the way down.
  fileprivate var trimmed: XMLElement {
    var trimmed = XMLElement(name)
    trimmed.attributes = attributes.map { Attribute($0.name, $0.value.trimmed) }
    trimmed.text = text.trimmed
    trimmed.children = children.map(\.trimmed)
    return trimmed
  }
}

/// What is wrong with a template or with the values given to it.
package struct TemplateFailure: Error, Equatable, CustomStringConvertible {
  package let template: String
  package let reason: String

  package init(template: String, reason: String) {
    (self.template, self.reason) = (template, reason)
  }

  package var description: String { "template \(template): \(reason)" }
}
