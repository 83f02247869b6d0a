/// What the maintainers of a package wrote of its versions.
package struct Changelog: Hashable, Sendable {
  /// What they wrote of one version.
  package struct Entry: Encodable, Hashable, Sendable {
    /// As they wrote it, which need not be the version of the package; empty where they gave none.
    package var version: String
    /// The day in the words of the changelog; empty where it tells none.
    package var date: String
    /// The text, without the margin that all of it has.
    package var lines: [String]

    package init(version: String, date: String = "", lines: [String]) {
      (self.version, self.date, self.lines) = (version, date, lines)
    }
  }

  /// Why there is nothing to read.
  package struct Missing: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ reason: String) { description = reason }
  }

  /// The source package that it is of.
  package var source: String
  /// Newest first.
  package var entries: [Entry]

  package init(source: String, entries: [Entry]) {
    (self.source, self.entries) = (source, entries)
  }
}
