/// A package that a set may have from a hub, and where it is read from.
package struct KojiCandidate: Equatable, Sendable {
  package var address: String
  package var fileName: String
  /// Bytes.
  package var size: Int
  package var origin: Origin

  package init(address: String, fileName: String, size: Int, origin: Origin) {
    (self.address, self.fileName, self.size, self.origin) = (address, fileName, size, origin)
  }

  /// What the hub knows the package by.
  package enum Origin: Equatable, Sendable {
    case build(KojiBuild, KojiRPM)
    /// A file of a task, of which the hub knows no more than its name.
    case task(Int)
  }
}

/// The packages that were asked for, and the moment at which the hub had them.
package struct KojiCandidates: Equatable, Sendable {
  package var event: KojiEvent
  /// In the order of the builds; none for a task.
  package var builds: [KojiBuild]
  /// In the order of their file names.
  package var packages: [KojiCandidate]

  package init(event: KojiEvent, builds: [KojiBuild], packages: [KojiCandidate]) {
    (self.event, self.builds, self.packages) = (event, builds, packages)
  }
}

/// What a set has from a hub.
package enum KojiRequest: Equatable, Sendable, CustomStringConvertible {
  /// The latest build of each package, inherited ones included, at an event or now.
  case tag(String, event: Int? = nil)
  case builds([KojiBuildName])
  /// What a task built, also where it never became a build.
  case task(Int)

  package var description: String {
    switch self {
    case .tag(let name, _): "tag \(name)"
    case .builds(let names): "build \(names.map(\.description).joined(separator: ", "))"
    case .task(let id): "task \(id)"
    }
  }
}
