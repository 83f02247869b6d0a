import Foundation

/// Where a hub's files are: addresses below the one that Koji calls topurl.
///
/// Names come from the hub, so each is refused that could lead to another place.
///
/// **Source:** `PathInfo` in koji/__init__.py.
package struct KojiPaths: Equatable, Sendable {
  /// Such as `https://cbs.centos.org/kojifiles`, without a slash at its end.
  package let topurl: String

  package init(topurl: String) {
    var trimmed = Substring(topurl)
    while trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.topurl = String(trimmed)
  }

  /// The address of a package of a build.
  ///
  /// - Throws: ``KojiFailure`` for a name that is none.
  package func rpm(_ rpm: KojiRPM, of build: KojiBuild) throws(KojiFailure) -> String {
    try folder(of: build) + part(rpm.architecture, "an architecture")
      + part(rpm.fileName, "a package")
  }

  /// The address of a package's copy that has a signature.
  ///
  /// - Throws: ``KojiFailure`` for a name that is none.
  package func signedRPM(
    _ rpm: KojiRPM, of build: KojiBuild, key: String
  ) throws(KojiFailure) -> String {
    try folder(of: build) + "/data/signed" + part(key.lowercased(), "a key")
      + part(rpm.architecture, "an architecture") + part(rpm.fileName, "a package")
  }

  /// The address of a file that a task left.
  ///
  /// - Throws: ``KojiFailure`` for a name that is none.
  package func output(_ output: KojiOutput, of task: Int) throws(KojiFailure) -> String {
    var address = try root(of: output.volume) + "/work/tasks/\(task % 10_000)/\(task)"
    // Outputs may stand in folders of their own.
    for name in output.name.split(separator: "/", omittingEmptySubsequences: false) {
      address += try part(String(name), "an output")
    }
    return address
  }

  private func folder(of build: KojiBuild) throws(KojiFailure) -> String {
    try root(of: build.volume) + "/packages" + part(build.name, "a build")
      + part(build.version, "a version") + part(build.release, "a release")
  }

  private func root(of volume: String) throws(KojiFailure) -> String {
    try volume == "DEFAULT" ? topurl : topurl + "/vol" + part(volume, "a volume")
  }

  /// One part of a path with the slash before it, its characters escaped for an address.
  private func part(_ name: String, _ kind: String) throws(KojiFailure) -> String {
    guard Self.isName(name) else { throw .unsafeName(name, of: kind) }
    // A semicolon or a question mark would end the path.
    let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "/;?%#"))
    guard let escaped = name.addingPercentEncoding(withAllowedCharacters: allowed) else {
      throw .unsafeName(name, of: kind)
    }
    return "/\(escaped)"
  }

  /// Whether a text is one part of a path that leads nowhere else.
  package static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 255 && text != "." && !text.contains("..")
      && !text.unicodeScalars.contains {
        $0 == "/" || $0 == "\\" || $0.properties.generalCategory == .control
      }
  }
}
