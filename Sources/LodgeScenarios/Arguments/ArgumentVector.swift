package import Foundation

/// The command line that libvirt made for a QEMU.
package struct ArgumentVector: Equatable, Sendable {
  /// One option with its value.
  package struct Argument: Equatable, Sendable {
    /// Without the dash.
    package var option: String
    /// Nil for an option that takes none.
    package var value: String?

    package init(_ option: String, _ value: String?) {
      (self.option, self.value) = (option, value)
    }
  }

  package var program: String
  package var arguments: [Argument]

  package init(program: String, arguments: [Argument]) {
    (self.program, self.arguments) = (program, arguments)
  }

  private static let wordLimit = 10_000
  private static let sizeLimit = 4 << 20

  /// Reads the words after environment assignments: the program, options and their values.
  ///
  /// - Throws: ``ArgumentFailure`` where there is no program, or a word stands where an option must.
  package init(words: some Sequence<String>) throws(ArgumentFailure) {
    var rest = Array(words)[...]
    guard rest.count <= Self.wordLimit else {
      throw ArgumentFailure("it has more than \(Self.wordLimit) words")
    }
    rest = rest.drop { word in
      word.first?.isLetter == true && word.prefix { $0 != "/" }.contains("=")
    }
    guard let program = rest.popFirst(), !program.isEmpty else {
      throw ArgumentFailure("it names no program")
    }
    self.init(program: program, arguments: [])
    while let word = rest.popFirst() {
      guard word.hasPrefix("-"), word.count > 1 else {
        throw ArgumentFailure("“\(word.prefix(60))” stands where an option must")
      }
      let option = String(word.dropFirst(word.hasPrefix("--") ? 2 : 1))
      let isValue = rest.first.map { !$0.hasPrefix("-") || $0 == "-" } ?? false
      arguments.append(Argument(option, isValue ? rest.popFirst() : nil))
    }
  }

  /// Reads `/proc/PID/cmdline`, in which each word ends with a zero byte.
  ///
  /// - Throws: ``ArgumentFailure`` for what is no command line.
  package init(commandLine: Data) throws(ArgumentFailure) {
    guard commandLine.count <= Self.sizeLimit else {
      throw ArgumentFailure("it is larger than \(Self.sizeLimit) bytes")
    }
    let words = commandLine.split(separator: 0, omittingEmptySubsequences: false)
    let kept = commandLine.last == 0 ? words.dropLast() : words[...]
    try self.init(words: kept.map { String(decoding: $0, as: UTF8.self) })
  }

  /// Reads a command as libvirt writes it to a shell: in `/var/log/libvirt/qemu/NAME.log` or from
  /// `domxml-to-native`.
  ///
  /// - Throws: ``ArgumentFailure`` for an open quote and what is no command line.
  package init(shell text: String) throws(ArgumentFailure) {
    guard text.utf8.count <= Self.sizeLimit else {
      throw ArgumentFailure("it is larger than \(Self.sizeLimit) bytes")
    }
    try self.init(words: shellWords(text))
  }

  /// Reads the last command of a domain's log, which libvirt writes before it starts QEMU.
  ///
  /// - Throws: ``ArgumentFailure`` where the log has none, or what it has is no command line.
  package init(log text: String) throws(ArgumentFailure) {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let start = lines.lastIndex { line in
      line.starts(with: "LC_ALL=".utf8) || line.starts(with: "PATH=".utf8)
    }
    guard let start else { throw ArgumentFailure("the log has no command") }
    // libvirt starts at LC_ALL; a later line that starts with PATH belongs to the same command.
    let first = lines[..<start].lastIndex { !$0.isContinued }.map { $0 + 1 } ?? 0
    let command = lines[first...].prefix { $0.isContinued }
    let last = lines[(first + command.count)...].prefix(1)
    let joined = (command + last).map { String(Substring($0)) }.joined(separator: "\n")
    try self.init(shell: joined)
  }

  /// The values of an option, in order.
  package func values(of option: String) -> [String] {
    arguments.filter { $0.option == option }.compactMap(\.value)
  }
}

/// Why a text is no command line.
package struct ArgumentFailure: Error, Equatable, CustomStringConvertible {
  package let reason: String

  package var description: String { "cannot read QEMU's command line: \(reason)" }

  init(_ reason: String) { self.reason = reason }
}

extension Substring.UTF8View {
  /// Whether the line goes on in the next.
  fileprivate var isContinued: Bool { last == UInt8(ascii: "\\") }
}

/// The words of a shell command that has quotes and continued lines, but expands nothing.
private func shellWords(_ text: String) throws(ArgumentFailure) -> [String] {
  var words: [String] = []
  var word: [UInt8]?
  var bytes = Array(text.utf8)[...]
  func isBlank(_ byte: UInt8) -> Bool { [9, 10, 13, 32].contains(byte) }
  while let byte = bytes.popFirst() {
    switch byte {
    case UInt8(ascii: "\\"):
      guard let next = bytes.popFirst(), next != UInt8(ascii: "\n") else { continue }
      word = (word ?? []) + [next]
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      guard let end = bytes.firstIndex(of: byte) else {
        throw ArgumentFailure("a quote is not closed")
      }
      word = (word ?? []) + bytes[..<end]
      bytes = bytes[(end + 1)...]
    case _ where isBlank(byte):
      if let whole = word { words.append(String(decoding: whole, as: UTF8.self)) }
      word = nil
    default: word = (word ?? []) + [byte]
    }
  }
  if let whole = word { words.append(String(decoding: whole, as: UTF8.self)) }
  return words
}
