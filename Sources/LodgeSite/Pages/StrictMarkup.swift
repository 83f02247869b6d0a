import Mustache

/// Text as HTML takes it for nothing but text, in content and in quoted attributes.
///
/// The engine's own escaping looks at whole characters, so that a quote with a combining mark behind
/// it stays a quote to a browser. This one looks at the bytes, as browsers do. Control characters,
/// which HTML does not allow, and marks that turn the order of letters round are shown as U+FFFD or by
/// their pictures.
struct StrictMarkup: MustacheContentType {
  /// The name by which templates ask for it.
  static let name = "LODGE"

  func escapeText(_ text: String) -> String {
    var text = text
    return text.withUTF8 { bytes -> String? in
      guard bytes.contains(where: Self.isSuspect) else { return nil }
      var escaped: [UInt8] = []
      escaped.reserveCapacity(bytes.count + bytes.count / 8 + 16)
      var place = 0
      while place < bytes.count {
        let byte = bytes[place]
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
        default:
          let length = Self.unshowable(bytes, at: place)
          guard length == 0 else {
            escaped += "\u{FFFD}".utf8
            place += length
            continue
          }
          escaped.append(byte)
        }
        place += 1
      }
      return String(decoding: escaped, as: UTF8.self)
    } ?? text
  }

  /// Whether a byte is markup, or may begin what is not shown as it is.
  private static func isSuspect(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\n"), UInt8(ascii: "\t"): false
    case 0..<0x20, 0x7F, 0xC2, 0xE2, 0xEF, 0xF0...0xF4: true
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "\""),
      UInt8(ascii: "'"):
      true
    default: false
    }
  }

  /// How many bytes at a place are a control of C1, a mark of direction (UAX #9), or a noncharacter; 0
  /// for all else.
  private static func unshowable(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Int {
    func byte(_ offset: Int) -> UInt8 {
      place + offset < bytes.count ? bytes[place + offset] : 0
    }
    switch (byte(0), byte(1), byte(2)) {
    case (0xC2, 0x80...0x9F, _): return 2
    // U+200E, U+200F, U+202A to U+202E, and U+2066 to U+2069.
    case (0xE2, 0x80, 0x8E...0x8F), (0xE2, 0x80, 0xAA...0xAE), (0xE2, 0x81, 0xA6...0xA9): return 3
    // U+FDD0 to U+FDEF, U+FFFE and U+FFFF.
    case (0xEF, 0xB7, 0x90...0xAF), (0xEF, 0xBF, 0xBE...0xBF): return 3
    // The last two of each higher plane.
    case (0xF0...0xF4, let second, 0xBF) where second & 0x0F == 0x0F && byte(3) >= 0xBE: return 4
    default: return 0
    }
  }
}
