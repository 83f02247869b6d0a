/// A package file of a build, as a hub knows it.
package struct KojiRPM: Equatable, Sendable {
  package var id: Int
  package var name: String
  package var epoch: Int?
  package var version: String
  /// Without the mark of a draft: packages of drafts and of builds may have one name.
  package var release: String
  package var architecture: String
  /// Bytes; that of the file without signatures that were added later.
  package var size: Int
  /// The MD5 digest of header and payload, as Koji keeps it, in hexadecimal digits.
  package var payloadHash: String
  package var buildID: Int

  package init(
    id: Int, name: String, epoch: Int? = nil, version: String, release: String,
    architecture: String, size: Int, payloadHash: String, buildID: Int
  ) {
    (self.id, self.name, self.epoch, self.version) = (id, name, epoch, version)
    (self.release, self.architecture, self.size) = (release, architecture, size)
    (self.payloadHash, self.buildID) = (payloadHash, buildID)
  }

  /// Name, version, release and architecture, as the file is called.
  package var fileName: String { "\(name)-\(version)-\(release).\(architecture).rpm" }

  /// - Throws: ``MissingMember``.
  init(_ value: XMLRPCValue) throws(MissingMember) {
    self.init(
      id: try value.required("id", \.integer), name: try value.required("name", \.string),
      epoch: value["epoch"].integer, version: try value.required("version", \.string),
      release: try value.required("release", \.string),
      architecture: try value.required("arch", \.string),
      size: try value.required("size", \.integer),
      payloadHash: try value.required("payloadhash", \.string),
      buildID: try value.required("build_id", \.integer))
  }
}
