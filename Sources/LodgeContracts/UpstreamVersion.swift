/// The dotted number at the start of an upstream version, such as 6.12.117.
///
/// Versions explain a verdict; content decides it, for vendors carry features back.
struct UpstreamVersion: Comparable, CustomStringConvertible, Sendable {
  private let parts: [Int]

  /// Reads the leading number; nil where the text begins with none.
  ///
  /// Trailing zeros do not count, so that 7.3 equals 7.3.0.
  init?(_ text: String) {
    let number = text.prefix { $0 == "." || ($0.isASCII && $0.isNumber) }
    var parts = number.split(separator: ".").compactMap { Int($0) }
    guard parts.count >= 2 else { return nil }
    while parts.count > 2, parts.last == 0 { parts.removeLast() }
    self.parts = parts
  }

  /// Makes a version from its numbers.
  init(_ major: Int, _ minor: Int) { parts = [major, minor] }

  /// The release that it is a fix of, such as 6.12 for 6.12.117.
  var line: Self { Self(parts[0], parts[1]) }

  /// The number as people write it.
  var description: String { parts.map(String.init).joined(separator: ".") }

  /// Compares number by number.
  static func < (left: Self, right: Self) -> Bool {
    left.parts.lexicographicallyPrecedes(right.parts)
  }
}
