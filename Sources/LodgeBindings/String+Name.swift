import Glibc

extension String {
  /// Twice what the kernel allows its symbols.
  private static let longestName = 1024

  /// A name in a table of names; nil for one that is longer than any.
  ///
  /// In a hostile table ten million names may be one text of a hundred million bytes.
  init?(nameAt start: UnsafePointer<CChar>) {
    let length = unsafe strnlen(start, Self.longestName + 1)
    guard length <= Self.longestName else { return nil }
    self = unsafe String(cString: start)
  }
}
