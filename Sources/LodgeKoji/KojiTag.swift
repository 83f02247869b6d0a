/// A tag: a named list of builds that changes with every event.
package struct KojiTag: Equatable, Sendable {
  package var id: Int
  package var name: String
  package var isLocked: Bool
  package var architectures: [String]

  package init(id: Int, name: String, isLocked: Bool = false, architectures: [String] = []) {
    (self.id, self.name, self.isLocked) = (id, name, isLocked)
    self.architectures = architectures
  }

  /// - Throws: ``MissingMember``.
  init(_ value: XMLRPCValue) throws(MissingMember) {
    self.init(
      id: try value.required("id", \.integer), name: try value.required("name", \.string),
      isLocked: value["locked"].boolean ?? false,
      architectures: (value["arches"].string ?? "").split(separator: " ").map(String.init))
  }
}

/// A tag that somebody made for builds of their own.
package struct KojiSideTag: Equatable, Sendable {
  package var id: Int
  package var name: String
  package var user: String?

  package init(id: Int, name: String, user: String? = nil) {
    (self.id, self.name, self.user) = (id, name, user)
  }

  /// - Throws: ``MissingMember``.
  init(_ value: XMLRPCValue) throws(MissingMember) {
    self.init(
      id: try value.required("id", \.integer), name: try value.required("name", \.string),
      user: value["user_name"].string)
  }
}

/// A moment of a hub: what its tags had at an event never changes any more.
package struct KojiEvent: Equatable, Sendable {
  package var id: Int
  /// Seconds since 1970; nil where only the number is known.
  package var time: Double?

  package init(id: Int, time: Double? = nil) { (self.id, self.time) = (id, time) }

  /// - Throws: ``MissingMember``.
  init(_ value: XMLRPCValue) throws(MissingMember) {
    self.init(id: try value.required("id", \.integer), time: value["ts"].double)
  }
}
