package import LodgeModel
package import LodgeXML

/// What must and must not stand in an XML document.
package struct XMLPattern: Equatable, Sendable {
  /// A path below the root element, and what a value there looks like.
  package struct Place: Equatable, Sendable {
    package var path: String
    package var value: Glob

    package init(_ path: String, _ value: Glob) { (self.path, self.value) = (path, value) }
  }

  package var has: [Place]
  package var lacks: [Place]

  package init(has: [Place] = [], lacks: [Place] = []) { (self.has, self.lacks) = (has, lacks) }

  /// The first thing that is not as it should be, as a sentence; nil where all is.
  package func firstDifference(in document: XMLElement) -> String? {
    for place in has {
      let values = document.values(at: place.path)
      guard !values.contains(where: place.value.matches) else { continue }
      let found = values.isEmpty ? "nothing" : "“\(values.joined(separator: "”, “").prefix(300))”"
      return "\(place.path) should have “\(place.value)”, and has \(found)"
    }
    for place in lacks {
      if let value = document.values(at: place.path).first(where: place.value.matches) {
        return "\(place.path) should not have “\(value)”"
      }
    }
    return nil
  }
}
