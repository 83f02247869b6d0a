import Foundation

/// Type information put together by hand, for what no compiler would write.
///
/// **Source:** Documentation/bpf/btf.rst, section 2.
struct HandmadeBTF {
  /// The kinds of type that tests write.
  enum Kind: UInt32 {
    case int = 1
    case array = 3
    case structure = 4
    case union = 5
    case enumeration = 6
    case typedef = 8
    case enumeration64 = 19
  }

  private var types = Data()
  private var strings = Data([0])

  /// Adds a type; the words behind its head are as its kind wants them.
  mutating func add(
    _ kind: Kind, _ name: String = "", count: Int = 0, flag: Bool = false, sizeOrType: UInt32,
    _ words: [UInt32] = []
  ) {
    let info = UInt32(count) | kind.rawValue << 24 | (flag ? 1 << 31 : 0)
    append([string(name), info, sizeOrType] + words, to: &types)
  }

  /// Keeps a text, giving its offset.
  mutating func string(_ text: String) -> UInt32 {
    guard !text.isEmpty else { return 0 }
    defer { strings += Data(text.utf8) + [0] }
    return UInt32(strings.count)
  }

  /// The bytes of a `.BTF` section.
  var data: Data {
    var header = Data()
    let sizes = [0, types.count, types.count, strings.count].map(UInt32.init)
    append([0x0001_EB9F, 24] + sizes, to: &header)
    return header + types + strings
  }

  private func append(_ words: [UInt32], to data: inout Data) {
    for word in words { withUnsafeBytes(of: word.littleEndian) { data.append(contentsOf: $0) } }
  }
}
