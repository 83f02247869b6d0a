import Foundation

/// One entry of an apt configuration: where an archive is and what it is trusted for.
package struct AptSource: Equatable, Sendable {
  package var uri: String
  package var suites: [String]
  package var components: [String]
  /// The keyring, or the keys themselves, that must have signed it; empty for apt's default.
  package var signedBy: String

  package init(uri: String, suites: [String], components: [String], signedBy: String) {
    (self.uri, self.suites, self.components) = (uri, suites, components)
    self.signedBy = signedBy
  }

  /// Reads the deb822 form.
  ///
  /// **Source:** sources.list(5), "DEB822-STYLE FORMAT".
  package static func parse(deb822 text: String) -> [AptSource] {
    ControlStanza.parse(text).flatMap { stanza -> [AptSource] in
      let words = { (name: String) in
        (stanza[name] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
      }
      let enabled = (stanza["Enabled"] ?? "yes").lowercased()
      guard words("Types").contains("deb"), !["no", "false", "0"].contains(enabled) else {
        return []
      }
      return words("URIs").map {
        AptSource(
          uri: $0, suites: words("Suites"), components: words("Components"),
          signedBy: stanza["Signed-By"] ?? "")
      }
    }
  }

  /// Reads the one-line form.
  ///
  /// **Source:** sources.list(5), "ONE-LINE-STYLE FORMAT".
  package static func parse(oneLine text: String) -> [AptSource] {
    text.split(separator: "\n").compactMap { line in
      let content = line.prefix { $0 != "#" }
      let pattern =
        /^\s*deb\s+(?:\[(?<options>[^\]]*)\]\s*)?(?<uri>\S+)\s+(?<suite>\S+)(?<rest>.*)$/
      guard let match = try? pattern.wholeMatch(in: content) else { return nil }
      let options = (match.options ?? "").split(whereSeparator: \.isWhitespace)
      let signedBy = options.first { $0.hasPrefix("signed-by=") }?.dropFirst("signed-by=".count)
      return AptSource(
        uri: String(match.uri), suites: [String(match.suite)],
        components: match.rest.split(whereSeparator: \.isWhitespace).map(String.init),
        signedBy: signedBy.map(String.init) ?? "")
    }
  }

  /// All entries of a host, from `sources.list` and the folder beside it.
  package static func ofHost(folder: String = "/etc/apt") -> [AptSource] {
    let read = { (path: String) in try? String(contentsOfFile: path, encoding: .utf8) }
    let parts = "\(folder)/sources.list.d"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parts))?.sorted() ?? []
    var sources = read("\(folder)/sources.list").map(parse(oneLine:)) ?? []
    for name in names {
      guard let text = read("\(parts)/\(name)") else { continue }
      if name.hasSuffix(".list") { sources += parse(oneLine: text) }
      if name.hasSuffix(".sources") { sources += parse(deb822: text) }
    }
    return sources
  }

  /// How much the entry looks like a distribution's own archive.
  ///
  /// Other archives name their suites after the release that they are made for, too.
  private var likeness: Int {
    let isKeyring = signedBy.contains("archive-")
    let last = uri.split(separator: "/").last ?? ""
    let isNamed = ["debian", "ubuntu", "debian-security"].contains(last)
    return (isKeyring ? 4 : 0) + (components.contains("main") ? 2 : 0) + (isNamed ? 1 : 0)
  }

  /// The entry that gives out a suite: one that names it, else the one of the host's own release.
  ///
  /// The codename is that of the host's own release, such as `bookworm`.
  package static func forSuite(
    _ suite: String, among sources: [AptSource], codename: String
  ) -> AptSource? {
    let isSecurity = suite.hasSuffix("-security")
    let general = [codename, "stable", "oldstable", "testing", "unstable", "sid"]
    let names = [suite] + general.map { isSecurity ? "\($0)-security" : $0 }
    return names.lazy.compactMap { name in
      sources.filter { $0.suites.contains(name) }.enumerated()
        .max { ($0.element.likeness, -$0.offset) < ($1.element.likeness, -$1.offset) }?.element
    }.first
  }
}
