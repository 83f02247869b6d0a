/// A build as a hub knows it.
package struct KojiBuild: Equatable, Sendable {
  /// Names the build for good: a draft's release may change, and with it the NVR.
  package var id: Int
  package var name: String
  package var version: String
  /// With `,draft_` and a number where it is a draft.
  package var release: String
  package var epoch: Int?
  package var state: State
  package var isDraft: Bool
  /// The store's part that has its files; `DEFAULT` for the first one.
  package var volume: String
  /// The task that made it; nil for builds that were imported.
  package var taskID: Int?
  /// Where its source is, of a build that was asked for by itself; lists of tags do not tell.
  package var source: KojiSource?
  /// The tag that it was found in, in a list of a tag; an inherited one names the owner.
  package var tag: String?

  package init(
    id: Int, name: String, version: String, release: String, epoch: Int? = nil,
    state: State = .complete, isDraft: Bool = false, volume: String = "DEFAULT",
    taskID: Int? = nil, source: KojiSource? = nil, tag: String? = nil
  ) {
    (self.id, self.name, self.version, self.release) = (id, name, version, release)
    (self.epoch, self.state, self.isDraft, self.volume) = (epoch, state, isDraft, volume)
    (self.taskID, self.source, self.tag) = (taskID, source, tag)
  }

  /// Name, version and release, with hyphens.
  package var nvr: String { "\(name)-\(version)-\(release)" }

  /// What has become of a build.
  ///
  /// **Source:** `BUILD_STATES` in koji/__init__.py.
  package enum State: Int, Sendable, CaseIterable {
    case building, complete, deleted, failed, canceled

    /// For messages.
    package var word: String {
      switch self {
      case .building: "being built"
      case .complete: "complete"
      case .deleted: "deleted"
      case .failed: "failed"
      case .canceled: "canceled"
      }
    }
  }
}

/// The address of a build's source.
package struct KojiSource: Equatable, Sendable {
  /// Such as `git+https://gitlab.com/redhat/centos-stream/rpms/qemu-kvm#0123…`.
  package var address: String

  package init(_ address: String) { self.address = address }

  /// What stands behind `#`, where that is a commit of git.
  package var commit: String? {
    guard let mark = address.lastIndex(of: "#") else { return nil }
    let commit = address[address.index(after: mark)...]
    guard [40, 64].contains(commit.count), commit.allSatisfy(\.isHexDigit) else { return nil }
    return commit.lowercased()
  }
}

extension KojiBuild {
  /// Reads a build of an answer.
  ///
  /// - Throws: ``MissingMember`` for the first member that it lacks.
  init(_ value: XMLRPCValue) throws(MissingMember) {
    let state = try value.required("state", \.integer)
    self.init(
      id: try value.required("id", \.integer), name: try value.required("name", \.string),
      version: try value.required("version", \.string),
      release: try value.required("release", \.string), epoch: value["epoch"].integer,
      state: try State(rawValue: state).orMissing("state"),
      // Hubs before 1.34 know no drafts.
      isDraft: value["draft"].boolean ?? false,
      volume: value["volume_name"].string ?? "DEFAULT", taskID: value["task_id"].integer,
      source: value["source"].string.map(KojiSource.init), tag: value["tag_name"].string)
  }
}
