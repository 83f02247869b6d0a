import Mustache

/// Text as HTML takes it for nothing but text, in content and in quoted attributes.
///
/// The engine's own escaping looks at whole characters, so that a quote with a combining mark behind
/// it stays a quote to a browser. This one looks at the scalars, as browsers do. Control characters,
/// which HTML does not allow, are shown as their pictures.
struct StrictMarkup: MustacheContentType {
  /// The name by which templates ask for it.
  static let name = "LODGE"

  func escapeText(_ text: String) -> String {
    var text = text
    return text.withUTF8 { bytes -> String? in
      guard bytes.contains(where: Self.isSpecial) else { return nil }
      var escaped: [UInt8] = []
      escaped.reserveCapacity(bytes.count + bytes.count / 8 + 16)
      for byte in bytes {
        switch byte {
        case UInt8(ascii: "<"): escaped += "&lt;".utf8
        case UInt8(ascii: ">"): escaped += "&gt;".utf8
        case UInt8(ascii: "&"): escaped += "&amp;".utf8
        case UInt8(ascii: "\""): escaped += "&quot;".utf8
        case UInt8(ascii: "'"): escaped += "&#39;".utf8
        case UInt8(ascii: "\n"), UInt8(ascii: "\t"): escaped.append(byte)
        // U+2400 to U+241F, and U+2421 for DEL.
        case 0..<0x20: escaped += [0xE2, 0x90, 0x80 + byte]
        case 0x7F: escaped += [0xE2, 0x90, 0xA1]
        default: escaped.append(byte)
        }
      }
      return String(decoding: escaped, as: UTF8.self)
    } ?? text
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\n"), UInt8(ascii: "\t"): false
    case 0..<0x20, 0x7F: true
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "\""),
      UInt8(ascii: "'"):
      true
    default: false
    }
  }
}
