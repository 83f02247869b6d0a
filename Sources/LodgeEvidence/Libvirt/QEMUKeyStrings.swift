import Foundation

/// The strings `LETTER:key` of a program, as `virJSONValueObjectAdd` takes them.
///
/// **Source:** libvirt src/util/virjson.c, virJSONValueObjectAddVArgs, for letters and their types.
struct QEMUKeyStrings {
  /// Letters by key, in alphabetical order.
  private(set) var letters: [String: [String]] = [:]

  /// Collects the strings that end in a NUL.
  ///
  /// - Throws: ``TooManyKeys`` where there are more than in any program.
  init(in program: Data) throws(TooManyKeys) {
    let bytes = Array(program)
    var found: [String: Set<String>] = [:]
    for end in bytes.indices where bytes[end] == 0 {
      guard let colon = Self.colon(ofKeyEndingAt: end, in: bytes) else { continue }
      let key = String(decoding: bytes[(colon + 1)..<end], as: UTF8.self)
      guard found.count < Self.keyLimit else { throw TooManyKeys(limit: Self.keyLimit) }
      found[key, default: []].insert(String(decoding: [bytes[colon - 1]], as: UTF8.self))
    }
    letters = found.mapValues { $0.sorted() }
  }

  /// Where the colon of a key stands; nil where no key ends there.
  ///
  /// The linker keeps a string that ends another one only there, so the letter may follow any
  /// character but one that makes it part of a word, as in `qemu:override`.
  private static func colon(ofKeyEndingAt end: Int, in bytes: [UInt8]) -> Int? {
    var start = end
    while start > 0, isKeyCharacter(bytes[start - 1]), end - start <= longestKey { start -= 1 }
    guard start < end, start >= 2, bytes[start] != UInt8(ascii: "-"),
      bytes[start - 1] == UInt8(ascii: ":"), typeLetters.contains(bytes[start - 2]),
      start == 2 || !isWordCharacter(bytes[start - 3])
    else { return nil }
    return start - 1
  }

  private static func isKeyCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static func isWordCharacter(_ byte: UInt8) -> Bool {
    isKeyCharacter(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || byte == UInt8(ascii: "_")
  }

  private static let typeLetters = Set("sSijkzyIJKZYupUPbBTdnaAmM".utf8)
  private static let longestKey = 64
  /// Real drivers have some five hundred.
  private static let keyLimit = 1 << 14
}

/// A program has so many strings that look like keys that it is none of libvirt's.
struct TooManyKeys: Error, CustomStringConvertible {
  let limit: Int

  var description: String { "it has more than \(limit) keys of virJSONValueObjectAdd" }
}
