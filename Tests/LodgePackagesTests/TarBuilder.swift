import Foundation
import LodgeTesting

/// Builds tar archives by hand, so that they can hold what no honest tool would write.
///
/// **Source:** tar(5), the ustar header.
struct TarBuilder {
  private(set) var bytes = Data()

  mutating func file(_ path: String, _ content: String = "x", mode: Int = 0o644) {
    entry(path, type: "0", mode: mode, content: Data(content.utf8))
  }

  mutating func directory(_ path: String) { entry(path, type: "5", mode: 0o755) }

  mutating func link(_ path: String, to target: String) { entry(path, type: "2", target: target) }

  mutating func hardLink(_ path: String, to target: String) {
    entry(path, type: "1", target: target)
  }

  mutating func device(_ path: String) { entry(path, type: "3") }

  mutating func pipe(_ path: String) { entry(path, type: "6") }

  /// A file that says it has more bytes than follow, compressed to nearly nothing.
  mutating func zeros(_ path: String, count: Int) {
    entry(path, type: "0", mode: 0o644, content: Data(count: count))
  }

  /// The archive with its end mark.
  var finished: Data { bytes + Data(count: 1024) }

  private mutating func entry(
    _ path: String, type: Character, mode: Int = 0o777, target: String = "", content: Data = Data()
  ) {
    var header = Data(count: 512)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<(offset + text.utf8.count), with: Data(text.utf8))
    }
    func octal(_ value: Int, _ digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(path, at: 0)
    put(octal(mode, 7), at: 100)
    put(octal(0, 7), at: 108)
    put(octal(0, 7), at: 116)
    put(octal(content.count, 11), at: 124)
    put(octal(0, 11), at: 136)
    put("        ", at: 148)
    put(String(type), at: 156)
    put(target, at: 157)
    put("ustar\u{0}00", at: 257)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
    bytes += header + content + Data(count: (512 - content.count % 512) % 512)
  }
}

/// Builds Debian package files by hand.
struct DebBuilder {
  var name = "sample"
  var version = "1.0"
  var data: TarBuilder

  /// Writes the package file.
  func write(to folder: TemporaryFolder, as file: String = "sample.deb") throws -> String {
    try folder.write(bytes, to: file)
  }

  /// A package whose data archive is given in its packed form.
  static func packed(_ data: Data) -> Data {
    DebBuilder(data: TarBuilder()).bytes(data)
  }

  var bytes: Data { bytes(data.finished) }

  /// An ar archive of named members.
  static func archive(_ members: [(name: String, content: Data)]) -> Data {
    members.reduce(Data("!<arch>\n".utf8)) { $0 + member($1.name, $1.content) }
  }

  private func bytes(_ archive: Data) -> Data {
    var control = TarBuilder()
    control.file("./control", "Package: \(name)\nVersion: \(version)\nArchitecture: all\n")
    return Self.archive([
      ("debian-binary", Data("2.0\n".utf8)), ("control.tar", control.finished),
      ("data.tar", archive),
    ])
  }

  private static func member(_ name: String, _ content: Data) -> Data {
    func pad(_ text: String, _ width: Int) -> String {
      text.padding(toLength: width, withPad: " ", startingAt: 0)
    }
    let header =
      pad(name, 16) + pad("0", 12) + pad("0", 6) + pad("0", 6) + pad("100644", 8)
      + pad("\(content.count)", 10) + "`\n"
    return Data(header.utf8) + content + Data(count: content.count % 2)
  }
}
