import Foundation

/// The kinds of values that a domain template can ask for.
package enum ParameterKind: String, CaseIterable, Sendable {
  /// `0x` and hexadecimal digits.
  case hex
  /// A decimal number.
  case count
  /// A number with a unit of libvirt's, such as `512MiB`; written as bytes.
  case size
  /// Letters, digits and `+ - . : _ = , /`.
  case word
  /// `yes` or `no`, as XML has it.
  case bool
  /// Bytes in base64; `AQID:2084` is filled up with zeros to so many bytes.
  case base64
  /// An absolute path.
  case path
  /// Whole elements; the only kind that is not escaped.
  case xml

  /// The text for the XML that a value stands for; nil for a value of another kind.
  func rendering(of value: String) -> String? {
    switch self {
    case .hex:
      value.hasPrefix("0x") && (3...18).contains(value.utf8.count)
        && value.utf8.dropFirst(2).allSatisfy(\.isHexadecimal) ? value : nil
    case .count:
      (1...18).contains(value.utf8.count) && value.utf8.allSatisfy(\.isDigit) ? value : nil
    case .size: Self.bytes(value).map { "\($0)" }
    case .word:
      (1...128).contains(value.utf8.count) && value.utf8.allSatisfy(\.isOfAWord) ? value : nil
    case .bool: ["yes": "yes", "no": "no", "true": "yes", "false": "no"][value]
    case .base64: Self.base64(value)
    case .path: Self.isPath(value) ? value : nil
    case .xml: value
    }
  }

  /// What a value of this kind looks like, for a message.
  package var example: String {
    switch self {
    case .hex: "0x30000"
    case .count: "4"
    case .size: "512MiB"
    case .word: "EPYC-Milan"
    case .bool: "yes or no"
    case .base64: "aGVsbG8="
    case .path: "/usr/share/OVMF/OVMF.fd"
    case .xml: "<hugepages/>"
    }
  }

  private static func base64(_ value: String) -> String? {
    if value.wholeMatch(of: /[A-Za-z0-9+\/]+={0,2}/) != nil { return value }
    guard let parts = value.wholeMatch(of: /([A-Za-z0-9+\/]*={0,2}):([0-9]{1,5})/),
      var bytes = Data(base64Encoded: String(parts.1)), let size = Int(parts.2),
      bytes.count <= size
    else { return nil }
    bytes.append(Data(count: size - bytes.count))
    return bytes.base64EncodedString()
  }

  private static func isPath(_ value: String) -> Bool {
    value.hasPrefix("/") && value.utf8.count <= 1024
      && value.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && $0.value != 0x7f
      }
  }

  private static let units: [Substring: UInt64] = [
    "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
  ]

  private static func bytes(_ value: String) -> UInt64? {
    // By hand: a regular expression would be compiled again for each of hundreds of values.
    let digits = value.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    var word = value.utf8.dropFirst(digits.count)
    if word.first == UInt8(ascii: " ") { word = word.dropFirst() }
    guard (1...18).contains(digits.count), let count = UInt64(Substring(digits)),
      let unit = units[Substring(word)]
    else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    return overflow ? nil : product
  }
}

// By hand: a regular expression would be compiled again for each of thousands of values.
extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

  fileprivate var isHexadecimal: Bool {
    isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20)
  }

  fileprivate var isOfAWord: Bool { isDigit || isLetter || "+.:_=,/-".utf8.contains(self) }
}

/// The value that a scenario gives to a parameter.
package enum ParameterValue: Equatable, Sendable {
  case text(String)
  /// Something that only the set knows, written `@firmware.sev-snp` or `@kernel`.
  case ofTheSet(SetPath)
  /// What the owner of an SNP guest says of its measurement, written `@identity.block`.
  case identity(IdentityPart)
}

/// A part of a true identity of an SNP guest, which follows from what it will be measured to be.
package enum IdentityPart: String, CaseIterable, Sendable {
  /// 96 bytes.
  case block
  /// The page with keys and signatures: 4096 bytes.
  case authentication

  /// How many bytes it has.
  package var size: Int { self == .block ? 96 : 4096 }
}

extension ParameterValue {
  /// Reads a value as files write it; nil for an `@` before what is no file of a set.
  package init?(_ text: String) {
    guard text.hasPrefix("@") else {
      self = .text(text)
      return
    }
    let name = text.dropFirst()
    if name.hasPrefix("identity."), let part = IdentityPart(rawValue: String(name.dropFirst(9))) {
      self = .identity(part)
      return
    }
    guard let path = SetPath(String(name)) else { return nil }
    self = .ofTheSet(path)
  }
}
