/// An upstream kernel version, compared number by number.
package struct KernelVersion: Comparable, Hashable, Sendable, CustomStringConvertible {
  package let major: Int
  package let minor: Int
  package let patch: Int

  package init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
    (self.major, self.minor, self.patch) = (major, minor, patch)
  }

  /// Reads the numbers that a text starts with, such as `6.12.117` of `6.12.117+deb13-amd64`.
  package init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let numbers = digits.split(separator: ".").map { Int($0) }
    guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return nil }
    self.init(major, minor, (numbers.count > 2 ? numbers[2] : nil) ?? 0)
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }

  package var description: String {
    patch == 0 ? "\(major).\(minor)" : "\(major).\(minor).\(patch)"
  }

  /// Whether two versions are of one series, whose UAPI stays the same but for backports.
  package func isSameSeries(as other: Self) -> Bool {
    (major, minor) == (other.major, other.minor)
  }
}
