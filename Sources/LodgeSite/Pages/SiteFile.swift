package import Foundation

/// One file of the site.
package struct SiteFile: Equatable, Sendable {
  /// Below the root of the site.
  package let path: String
  package let bytes: Data

  package init(path: String, bytes: Data) { (self.path, self.bytes) = (path, bytes) }

  init(path: String, text: String) { self.init(path: path, bytes: Data(text.utf8)) }
}
