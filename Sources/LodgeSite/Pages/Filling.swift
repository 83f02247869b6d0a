import Mustache

/// What a template is filled with: texts, truths, lists of further fillings; what is missing is left
/// out.
struct Filling: ExpressibleByDictionaryLiteral, MustacheParent {
  private var values: [String: Any]

  init(dictionaryLiteral values: (String, Any)...) {
    self.values = Dictionary(values, uniquingKeysWith: { $1 })
  }

  subscript(name: String) -> Any? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// Takes on the values of another filling, which win.
  mutating func add(_ other: Filling) { values.merge(other.values) { $1 } }

  func child(named name: String) -> Any? {
    guard let value = values[name] else { return nil }
    return (value as? String).map(Told.init) ?? value
  }

  /// A text that the engine need not ask what it is, nor look into for further values.
  private struct Told: MustacheCustomRenderable, MustacheParent {
    let renderText: String
    var isNull: Bool { false }

    func child(named: String) -> Any? { nil }
  }
}
