extension KojiHub {
  /// The packages for an architecture that a request means: those of the architecture and of none,
  /// without debugging information, and the sources where these are wanted, too.
  ///
  /// - Throws: ``KojiFailure``, also where there are no such packages.
  package func candidates(
    for request: KojiRequest, architecture: String, sources: Bool = false, at paths: KojiPaths
  ) async throws(KojiFailure) -> KojiCandidates {
    let architectures = [architecture, "noarch"] + (sources ? ["src"] : [])
    var found = KojiCandidates(event: try await event(of: request), builds: [], packages: [])
    switch request {
    case .tag(let name, _):
      found.builds = try await latestBuilds(in: name, at: found.event)
    case .builds(let names): found.builds = try await completeBuilds(names)
    case .task(let id):
      found.packages = try await packages(ofTask: id, architectures, at: paths)
    }
    let lists = try await rpms(of: found.builds)
    for (build, rpms) in zip(found.builds, lists) {
      for rpm in rpms where Self.isWanted(rpm.name, rpm.architecture, for: architectures) {
        found.packages.append(
          KojiCandidate(
            address: try paths.rpm(rpm, of: build), fileName: rpm.fileName, size: rpm.size,
            origin: .build(build, rpm)))
      }
    }
    guard !found.packages.isEmpty else {
      throw .nothingBuilt(hub: address, request: "\(request)", architecture: architecture)
    }
    found.packages.sort { ($0.fileName, $0.address) < ($1.fileName, $1.address) }
    return found
  }

  private func event(of request: KojiRequest) async throws(KojiFailure) -> KojiEvent {
    guard case .tag(_, let event?) = request else { return try await lastEvent() }
    return KojiEvent(id: event)
  }

  /// The packages that a task and those below it left.
  private func packages(
    ofTask id: Int, _ architectures: [String], at paths: KojiPaths
  ) async throws(KojiFailure) -> [KojiCandidate] {
    let task = try await self.task(id)
    guard task.state.isFinal else {
      throw .unfinishedTask(hub: address, task: id, task.state)
    }
    guard task.state == .closed else {
      throw .failedTask(
        hub: address, task: id, task.state, reason: await reason(ofFailed: id))
    }
    let builders = try await children(of: id).filter {
      $0.method == "buildArch" && $0.state == .closed
    }
    var found: [String: KojiCandidate] = [:]
    for task in [task] + builders {
      for output in try await outputs(of: task.id) {
        // The builder of each architecture leaves the packages that are of none; one is enough.
        let name = output.name.split(separator: "/").last.map(String.init) ?? ""
        guard let file = RPMFileName(name), found[name] == nil,
          Self.isWanted(file.name, file.architecture, for: architectures)
        else { continue }
        found[name] = KojiCandidate(
          address: try paths.output(output, of: task.id), fileName: name, size: output.size,
          origin: .task(task.id))
      }
    }
    return Array(found.values)
  }

  /// **Source:** `is_debuginfo` in koji/__init__.py.
  private static func isWanted(
    _ name: String, _ found: String, for architectures: [String]
  ) -> Bool {
    architectures.contains(found) && !name.hasSuffix("-debuginfo")
      && !name.hasSuffix("-debugsource") && !name.contains("-debuginfo-")
  }
}

/// The name of a package file, in its parts.
struct RPMFileName: Equatable, Sendable {
  var name: String
  var version: String
  var release: String
  var architecture: String

  /// Nil where the text is none.
  init?(_ text: String) {
    guard text.hasSuffix(".rpm") else { return nil }
    let stem = text.dropLast(".rpm".count)
    guard let dot = stem.lastIndex(of: ".") else { return nil }
    architecture = String(stem[stem.index(after: dot)...])
    let parts = stem[..<dot].split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3, !parts.contains(where: \.isEmpty), !architecture.isEmpty else {
      return nil
    }
    (version, release) = (String(parts[parts.count - 2]), String(parts[parts.count - 1]))
    name = parts.dropLast(2).joined(separator: "-")
  }
}
