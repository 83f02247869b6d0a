/// A list such as `q35,usb=off,acpi=on`, in which a doubled comma is one of the text.
///
/// **Source:** QEMU util/keyval.c and util/qemu-option.c.
struct KeyValues: Equatable {
  /// The first word, where it has no key.
  var first: String?
  /// In the order of the list; a word without value is `on`, or `off` behind `no`.
  var pairs: [(key: String, value: String)]

  init(_ text: String) {
    pairs = []
    for (index, word) in Self.words(text).enumerated() {
      let bytes = word.utf8
      if let equals = bytes.firstIndex(of: UInt8(ascii: "=")) {
        let value = bytes[bytes.index(after: equals)...]
        pairs.append((String(Substring(bytes[..<equals])), String(Substring(value))))
      } else if index == 0 {
        first = word
      } else if !word.isEmpty {
        pairs.append((word, "on"))
      }
    }
  }

  /// The last value of a key, as QEMU takes it.
  subscript(key: String) -> String? {
    pairs.last { $0.key == key }?.value
  }

  static func == (left: Self, right: Self) -> Bool {
    left.first == right.first && left.pairs.elementsEqual(right.pairs, by: ==)
  }

  private static func words(_ text: String) -> [String] {
    var words: [[UInt8]] = [[]]
    var bytes = Array(text.utf8)[...]
    let comma = UInt8(ascii: ",")
    while let byte = bytes.popFirst() {
      if byte != comma {
        words[words.count - 1].append(byte)
      } else if bytes.first == comma {
        bytes.removeFirst()
        words[words.count - 1].append(comma)
      } else {
        words.append([])
      }
    }
    return words.map { String(decoding: $0, as: UTF8.self) }
  }
}
