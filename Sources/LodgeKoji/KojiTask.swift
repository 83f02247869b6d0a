/// A piece of work that a hub has its builders do.
package struct KojiTask: Equatable, Sendable {
  package var id: Int
  package var state: State
  /// Such as `build`, `buildArch` or `tagBuild`.
  package var method: String
  package var architecture: String?

  package init(id: Int, state: State, method: String, architecture: String? = nil) {
    (self.id, self.state, self.method) = (id, state, method)
    self.architecture = architecture
  }

  /// - Throws: ``MissingMember``.
  init(_ value: XMLRPCValue) throws(MissingMember) {
    let state = try value.required("state", \.integer)
    self.init(
      id: try value.required("id", \.integer),
      state: try State(rawValue: state).orMissing("state"),
      method: try value.required("method", \.string), architecture: value["arch"].string)
  }

  /// How far a task is.
  ///
  /// **Source:** `TASK_STATES` in koji/__init__.py.
  package enum State: Int, Sendable, CaseIterable {
    case free, open, closed, canceled, assigned, failed

    /// Whether it will not change any more.
    package var isFinal: Bool { [.closed, .canceled, .failed].contains(self) }

    /// For messages.
    package var word: String { "\(self)" }
  }
}

/// One file that a task left.
package struct KojiOutput: Equatable, Sendable {
  /// Below the folder of the task.
  package var name: String
  package var volume: String
  /// Bytes.
  package var size: Int

  package init(name: String, volume: String = "DEFAULT", size: Int) {
    (self.name, self.volume, self.size) = (name, volume, size)
  }
}
