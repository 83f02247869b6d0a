import Yams

extension YAMLMapping {
  /// Reads the text of a file that is one mapping.
  ///
  /// - Throws: ``MatrixFailure`` for a mebibyte or more, and for what is no YAML or no mapping.
  init(document text: String, file: String) throws(MatrixFailure) {
    guard text.utf8.count < 1 << 20 else {
      throw MatrixFailure(file: file, line: nil, reason: "such a file has less than a mebibyte")
    }
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      throw MatrixFailure(yaml: error, file: file)
    }
    guard let node else { throw MatrixFailure(file: file, line: nil, reason: "it is empty") }
    try self.init(node, at: YAMLPlace(file: file))
  }
}

extension YAMLValue {
  /// The line that the value starts in, counted from 1.
  var line: Int? { node.mark?.line }

  /// A failure at the value's line, or at another one.
  func failure(_ reason: String, line other: Int? = nil) -> MatrixFailure {
    MatrixFailure(file: place.file, line: other ?? line, reason: "\(reason) (\(place.title))")
  }
}

extension MatrixFailure {
  fileprivate init(yaml error: any Error, file: String) {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      self.init(file: file, line: mark.line, reason: "it is no YAML: \(problem)")
    default: self.init(file: file, line: nil, reason: "it is no YAML: \(error)")
    }
  }
}
