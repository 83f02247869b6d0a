/// Domain XML with places for typed values: `${policy:hex}`, `${memory:size=512MiB}`.
///
/// A place names its kind once, and a default where it has one; later places may say `${policy}`.
/// `${name}` is the domain's name and always there.
package struct DomainTemplate: Equatable, Sendable {
  /// The name of its file, such as `sev-snp`.
  package let name: String
  /// The parameters that scenarios may give, by name.
  package let parameters: [String: Parameter]
  private let pieces: [Piece]

  /// A place in the template.
  package struct Parameter: Equatable, Sendable {
    package var kind: ParameterKind
    /// Taken where the scenario gives no value.
    package var standard: String?
  }

  private enum Piece: Equatable, Sendable {
    case text(String)
    case place(String)
  }

  /// The parameter that stands for the domain's name.
  private static let domainName = "name"

  /// Reads a template.
  ///
  /// - Throws: ``TemplateFailure`` for a place that cannot be read or has no kind, and where the
  ///   text is no XML once every place is filled with its default.
  package init(name: String, text: String) throws(TemplateFailure) {
    var parameters = [Self.domainName: Parameter(kind: .word, standard: nil)]
    var pieces: [Piece] = []
    var rest = text[...]
    while let start = rest.firstRange(of: "${") {
      pieces.append(.text(String(rest[..<start.lowerBound])))
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        throw TemplateFailure(template: name, reason: "a place does not end")
      }
      let place = rest[start.upperBound..<end]
      let (key, parameter) = try Self.place(String(place), of: name)
      if let parameter {
        guard parameters.updateValue(parameter, forKey: key) == nil else {
          throw TemplateFailure(template: name, reason: "\(key) has its kind said twice")
        }
      }
      pieces.append(.place(key))
      rest = rest[rest.index(after: end)...]
    }
    pieces.append(.text(String(rest)))
    for case .place(let key) in pieces where parameters[key] == nil {
      throw TemplateFailure(template: name, reason: "\(key) has no kind: write ${\(key):KIND}")
    }
    (self.name, self.parameters, self.pieces) = (name, parameters, pieces)
  }

  private static func place(
    _ text: String, of name: String
  ) throws(TemplateFailure) -> (String, Parameter?) {
    guard let parts = text.wholeMatch(of: /([A-Za-z][A-Za-z0-9-]*)(?::([a-z0-9]+)(?:=(.*))?)?/)
    else { throw TemplateFailure(template: name, reason: "“${\(text)}” is no place") }
    guard let kindName = parts.2 else { return (String(parts.1), nil) }
    guard let kind = ParameterKind(rawValue: String(kindName)) else {
      let known = ParameterKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw TemplateFailure(
        template: name, reason: "\(parts.1) has the unknown kind \(kindName); known are \(known)")
    }
    let standard = parts.3.map(String.init)
    if let standard, kind != .xml, kind.rendering(of: standard) == nil {
      throw TemplateFailure(template: name, reason: "the default of \(parts.1) is no \(kindName)")
    }
    return (String(parts.1), Parameter(kind: kind, standard: standard))
  }

  /// Says whether values fit, without filling anything in.
  ///
  /// - Throws: ``TemplateFailure`` for a value without a place, a place without a value, and a
  ///   value that is not of the place's kind.
  package func check(_ values: [String: ParameterValue]) throws(TemplateFailure) {
    // What only the set knows are paths, so any path stands for them here.
    _ = try fill(
      values.mapValues { value in
        if case .text(let text) = value { text } else { "/" }
      }, domain: "domain")
  }

  /// The XML with every place filled.
  ///
  /// - Throws: as ``check(_:)``, and where what comes out is no XML.
  package func fill(
    _ values: [String: String], domain: String
  ) throws(TemplateFailure) -> String {
    for key in values.keys.sorted() where parameters[key] == nil || key == Self.domainName {
      let known = parameters.keys.filter { $0 != Self.domainName }.sorted()
      throw TemplateFailure(
        template: name,
        reason: "it has no place for \(key); it has \(known.joined(separator: ", "))")
    }
    let values = values.merging([Self.domainName: domain]) { $1 }
    var text = ""
    for piece in pieces {
      switch piece {
      case .text(let part): text += part
      case .place(let key): text += try value(of: key, in: values)
      }
    }
    do throws(XMLFailure) {
      _ = try XMLElement(parsing: text)
    } catch {
      throw TemplateFailure(template: name, reason: "what comes out is no XML: \(error)")
    }
    return text
  }

  private func value(
    of key: String, in values: [String: String]
  ) throws(TemplateFailure) -> String {
    guard let parameter = parameters[key], let value = values[key] ?? parameter.standard else {
      throw TemplateFailure(template: name, reason: "no value is given for \(key)")
    }
    guard let rendered = parameter.kind.rendering(of: value) else {
      throw TemplateFailure(
        template: name,
        reason: "\(key) wants \(parameter.kind.rawValue), such as \(parameter.kind.example), "
          + "not “\(value.prefix(80))”")
    }
    return rendered
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
