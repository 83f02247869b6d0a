import LodgeHost

/// What one lab keeps on this host: what people put into it, and what it leaves behind.
///
/// The rest of what the candidate writes stays in the sandbox's memory, and goes with it.
package struct LabFolder: Sendable {
  /// The folder itself.
  package let path: String

  /// Transcripts of the platform model, one file a process; the candidate can write there.
  package var transcripts: String { "\(path)/transcripts" }
  /// What was measured in launches, one file named by its SHA-256 each; the candidate can write
  /// there.
  package var measured: String { "\(path)/measured" }
  /// One file a guest, read by the QEMU of that name.
  package var faults: String { "\(path)/faults" }
  /// Files for domains to read, such as certificates; ``filesInside`` in the sandbox.
  package var files: String { "\(path)/files" }
  /// Where domains find ``files``.
  package static let filesInside = "/run/lodge/files"
  /// `/var/log` of the sandbox; the candidate can write there.
  package var logs: String { "\(path)/log" }

  /// The folder of the daemon's sockets; the candidate can write there.
  var sockets: String { "\(path)/sockets" }
  /// What a lab that stays prints, as nobody listens.
  var output: String { "\(path)/output" }
  private var pools: String { "\(path)/pools" }

  /// Makes a folder that is not there yet.
  ///
  /// - Throws: ``StorageFailure``.
  init(_ path: String) throws(StorageFailure) {
    self.path = path
    for folder in [transcripts, measured, faults, files, logs, sockets, pools] {
      try makeFolder(folder)
    }
  }

  /// Where the sandbox sees the folder's parts.
  var places: [Sandbox.Place] {
    [
      .readOnly(faults, at: "/run/lodge/faults"),
      .readOnly(files, at: Self.filesInside),
      .writable(transcripts, at: "/run/lodge/transcripts"),
      .writable(measured, at: "/run/lodge/measured"),
      .writable(pools, at: "/run/lodge/pools"),
      .writable(sockets, at: DaemonSettings.socketsInside),
      .writable(logs, at: "/var/log"),
    ]
  }

  /// Removes it all; nothing may run in the sandbox any more.
  func remove() {
    // What cannot be removed now is swept by the next start.
    try? removeTree(path)
  }
}
