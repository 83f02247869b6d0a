import Foundation
import LodgeModel

/// What the strings of libvirt's QEMU driver tell, read in one pass.
struct DriverStrings {
  private(set) var words: Set<DriverWord> = []
  /// The path of a socket of a quote generation service.
  ///
  /// **Source:** libvirt docs/formatdomain.rst, quoteGenerationService; the driver of 12.8.0 has
  /// `/var/run/tdx-qgs/qgs.socket`, and no other text with `qgs` that begins with a slash.
  private(set) var quoteSocket: String?

  /// Looks at all strings that end in a NUL.
  ///
  /// The linker keeps a string that ends another one only there.
  init(in program: Data) {
    let bytes = Array(program)
    let texts = Dictionary(
      grouping: DriverWord.allCases.map { (word: $0, text: Array($0.rawValue.utf8)) },
      by: { $0.text.last })
    var start = 0
    for end in bytes.indices where bytes[end] == 0 {
      defer { start = end + 1 }
      guard end > start else { continue }
      for (word, text) in texts[bytes[end - 1]] ?? [] where text.count <= end - start {
        if bytes[(end - text.count)..<end].elementsEqual(text) { words.insert(word) }
      }
      // A socket's path has 107 bytes at the most, unix(7).
      if quoteSocket == nil, bytes[start] == UInt8(ascii: "/"), end - start < 108,
        let path = String(validating: bytes[start..<end], as: UTF8.self), path.contains("qgs")
      {
        quoteSocket = path
      }
    }
  }
}
