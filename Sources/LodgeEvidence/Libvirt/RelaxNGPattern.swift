import Foundation
import FoundationXML

/// An element of a RELAX NG schema: a pattern, its name and the patterns in it.
///
/// **Source:** RELAX NG specification, section 3 (full syntax).
struct RelaxNGPattern: Sendable {
  /// What kind of pattern it is, such as `optional`, `element` or `ref`.
  var kind: String
  /// What the `name` attribute says; nil without one.
  var name: String?
  /// What `href` says of an include; nil without one.
  var href: String?
  /// What `type` says of data; nil without one.
  var type: String?
  /// The text directly in it, of a value or a parameter.
  var text = ""
  /// The patterns in it, in their order.
  var children: [RelaxNGPattern] = []

  /// Reads a schema.
  ///
  /// - Throws: ``RelaxNGFailure`` for what is no XML in UTF-8, is nested or large beyond any real schema,
  ///   or has a document type.
  static func parse(_ schema: Data) throws(RelaxNGFailure) -> RelaxNGPattern {
    // Foundation's parser traps on names that are not valid UTF-8.
    guard let text = String(validating: schema, as: UTF8.self) else { throw .notUTF8 }
    // A document type is where entities are declared, and nothing else that a schema needs.
    guard !text.contains("<!DOCTYPE") else { throw .hasDocumentType }
    let builder = PatternBuilder()
    let parser = XMLParser(data: schema)
    parser.shouldResolveExternalEntities = false
    parser.delegate = builder
    let isWhole = parser.parse()
    if let refusal = builder.refusal { throw refusal }
    guard isWhole, let root = builder.root else {
      throw .notXML(line: parser.lineNumber)
    }
    return root
  }

  /// Whether this is one pattern of a kind and a name.
  func `is`(_ kind: String, named name: String) -> Bool { self.kind == kind && self.name == name }
}

/// A RELAX NG schema that cannot be read.
enum RelaxNGFailure: Error, Equatable, CustomStringConvertible {
  case notUTF8
  case notXML(line: Int)
  case hasDocumentType
  case tooDeep(limit: Int)
  case tooLarge(limit: Int)
  /// A definition leads to more steps or combinations than in any real schema.
  case tooIntricate(limit: Int)

  var description: String {
    switch self {
    case .notUTF8: "it is no UTF-8 text"
    case .notXML(let line): "it is no well-formed XML, as of line \(line)"
    case .hasDocumentType: "it has a document type, which no schema of libvirt does"
    case .tooDeep(let limit): "its elements nest deeper than \(limit)"
    case .tooLarge(let limit): "it has more than \(limit) elements"
    case .tooIntricate(let limit):
      "its definition of launchSecurity takes more than \(limit) steps or combinations"
    }
  }
}

/// Builds the tree while the parser walks; lives as long as one parse.
private final class PatternBuilder: NSObject, XMLParserDelegate {
  var root: RelaxNGPattern?
  var refusal: RelaxNGFailure?
  private var open: [RelaxNGPattern] = []
  private var count = 0

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    count += 1
    if count > Self.countLimit { return refuse(.tooLarge(limit: Self.countLimit), parser) }
    if open.count >= Self.depthLimit { return refuse(.tooDeep(limit: Self.depthLimit), parser) }
    open.append(
      RelaxNGPattern(
        kind: element, name: attributes["name"], href: attributes["href"], type: attributes["type"])
    )
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    guard let last = open.indices.last, ["value", "param"].contains(open[last].kind)
    else { return }
    open[last].text += text
  }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    guard let pattern = open.popLast() else { return }
    if let last = open.indices.last {
      open[last].children.append(pattern)
    } else {
      root = pattern
    }
  }

  private func refuse(_ failure: RelaxNGFailure, _ parser: XMLParser) {
    refusal = refusal ?? failure
    parser.abortParsing()
  }

  private static let countLimit = 200_000
  private static let depthLimit = 64
}
