import CLibrpm
import Foundation
import Glibc
package import LodgeModel

extension RPMFile {
  /// The changelog in the header of a package file, without entries where it has none.
  ///
  /// An entry names its version behind the packager, bare or in brackets, by custom alone.
  /// **Source:** rpm 4.18, docs/manual/tags.md (CHANGELOGTIME, CHANGELOGNAME, CHANGELOGTEXT) and
  /// queryformat.md; Fedora's packaging guidelines, Changelogs.
  ///
  /// - Throws: ``RPMFailure`` for what is no package, or has more than 16 MiB of changelog.
  package static func changelog(of path: String) throws(RPMFailure) -> Changelog {
    try unsafe withHeader(of: path) { header, rpm throws(RPMFailure) in
      let source = unsafe rpm.headerGetString(header, rpmTagVal(RPMTAG_SOURCERPM.rawValue)).map {
        unsafe String(cString: $0)
      }
      let format = "[%{CHANGELOGTIME}\u{1F}%{CHANGELOGNAME}\u{1F}%{CHANGELOGTEXT}\u{1E}]"
      guard let text = unsafe rpm.headerFormat(header, format, nil) else {
        return Changelog(source: source ?? "", entries: [])
      }
      defer { unsafe free(text) }
      guard unsafe strnlen(text, changelogLimit + 1) <= changelogLimit else {
        throw .damaged("its changelog has more than \(changelogLimit >> 20) MiB")
      }
      return Changelog(
        source: source ?? "",
        entries: unsafe String(cString: text).split(separator: "\u{1E}").compactMap(entry))
    }
  }

  private static let changelogLimit = 16 << 20

  private static func entry(_ text: Substring) -> Changelog.Entry? {
    let parts = text.split(separator: "\u{1F}", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let seconds = Double(parts[0]) else { return nil }
    let day = Date(timeIntervalSince1970: seconds).formatted(.iso8601.year().month().day())
    return Changelog.Entry(
      version: version(in: parts[1]), date: day,
      lines: parts[2].split(separator: "\n").map(String.init))
  }

  /// The last word, where it is a version: `A <a@b> - 1:2-3`, `A <a@b> [2-3.el10]`.
  private static func version(in packager: Substring) -> String {
    guard let word = packager.split(separator: " ").last, !word.contains("@") else { return "" }
    let version = word.trimmingPrefix("[").prefix { $0 != "]" }
    return version.contains(where: \.isNumber) ? String(version) : ""
  }
}
