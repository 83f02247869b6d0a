import LodgeModel
import Yams

/// A YAML mapping that is read key by key; a key that nobody asked for is an error.
struct YAMLMapping {
  private let entries: [(key: String, line: Int, value: YAMLValue)]
  let place: YAMLPlace

  init(_ node: Node, at place: YAMLPlace) throws(MatrixFailure) {
    self.place = place
    guard case .mapping(let mapping) = node else {
      throw place.failure("a mapping is expected here", node.mark)
    }
    entries = try mapping.map { key, value throws(MatrixFailure) in
      guard let name = key.string else {
        throw place.failure("a key must be a word", key.mark)
      }
      return (name, key.mark?.line ?? 0, YAMLValue(node: value, place: place.inside(name)))
    }
  }

  /// The names of the keys, in the file's order.
  var keys: [String] { entries.map(\.key) }

  /// The value of a key, if it is there.
  subscript(_ key: String) -> YAMLValue? { entries.first { $0.key == key }?.value }

  /// The value of a key that must be there.
  func required(_ key: String) throws(MatrixFailure) -> YAMLValue {
    guard let value = self[key] else { throw place.failure("the key \(key) is missing", nil) }
    return value
  }

  /// Refuses keys outside the grammar, with the nearest one that is in it.
  func allow(only known: [String]) throws(MatrixFailure) {
    for entry in entries where !known.contains(entry.key) {
      let hint = nearest(to: entry.key, among: known).map { "; did you mean \($0)?" }
      throw MatrixFailure(
        file: place.file, line: entry.line,
        reason: "unknown key \(entry.key) in \(place.title)"
          + (hint ?? "; known are \(known.joined(separator: ", "))"))
    }
  }
}

/// A YAML value with the words for where it stands.
struct YAMLValue {
  let node: Node
  let place: YAMLPlace

  func mapping() throws(MatrixFailure) -> YAMLMapping { try YAMLMapping(node, at: place) }

  func list() throws(MatrixFailure) -> [YAMLValue] {
    guard case .sequence(let items) = node else {
      throw place.failure("a list is expected here", node.mark)
    }
    return items.map { YAMLValue(node: $0, place: place) }
  }

  func text() throws(MatrixFailure) -> String {
    guard case .scalar = node, let text = node.string, !text.isEmpty else {
      throw place.failure("a text is expected here", node.mark)
    }
    return text
  }

  func flag() throws(MatrixFailure) -> Bool {
    guard let flag = node.bool else {
      throw place.failure("true or false is expected here", node.mark)
    }
    return flag
  }

  var isList: Bool {
    guard case .sequence = node else { return false }
    return true
  }

  /// The text of a scalar; nil for lists and mappings.
  var scalar: String? {
    guard case .scalar = node else { return nil }
    return node.string
  }
}

/// Where in a file something stands, in words.
struct YAMLPlace {
  let file: String
  var path: [String] = []

  var title: String { path.isEmpty ? "the file" : path.joined(separator: ".") }

  func inside(_ key: String) -> YAMLPlace { YAMLPlace(file: file, path: path + [key]) }

  func failure(_ reason: String, _ mark: Mark?) -> MatrixFailure {
    MatrixFailure(file: file, line: mark?.line, reason: "\(reason) (\(title))")
  }
}
